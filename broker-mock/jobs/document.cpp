#include "broker-mock/jobs/document.hpp"

#include "broker-mock/base/json_scan.hpp"

namespace cartstorm::broker::jobs {
namespace {

constexpr std::size_t max_document_bytes = 32'768;
constexpr std::size_t max_substitutions = 10;
constexpr std::string_view current_form = "${aws:iot:s3-presigned-url-v2:";
constexpr std::string_view older_form = "${aws:iot:s3-presigned-url:";
constexpr std::string_view any_form = "${aws:iot:s3-presigned-url";

}  // namespace

std::optional<ObjectPlace> parse_s3_address(std::string_view url) {
  constexpr std::string_view scheme = "https://", suffix = ".amazonaws.com";
  if (!url.starts_with(scheme)) return std::nullopt;
  url.remove_prefix(scheme.size());
  const std::size_t slash = url.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view host = url.substr(0, slash);
  std::string_view path = url.substr(slash + 1);
  if (!host.ends_with(suffix)) return std::nullopt;
  ObjectPlace place;
  if (host.starts_with("s3.")) {
    const std::size_t end_of_bucket = path.find('/');
    if (end_of_bucket == std::string_view::npos) return std::nullopt;
    place.bucket = path.substr(0, end_of_bucket);
    path.remove_prefix(end_of_bucket + 1);
  } else {
    const std::size_t end_of_bucket = host.find(".s3.");
    if (end_of_bucket == std::string_view::npos) return std::nullopt;
    place.bucket = host.substr(0, end_of_bucket);
  }
  place.key = path;
  if (place.bucket.empty() || place.key.empty()) return std::nullopt;
  return place;
}

std::string DocumentTemplate::parse(std::string_view document) {
  if (document.size() > max_document_bytes) {
    return "the job document is longer than 32768 bytes: " + std::to_string(document.size());
  }
  if (!is_json_object(document)) return "the job document is not a JSON object";
  pieces_.clear();
  std::size_t substitutions = 0;
  while (!document.empty()) {
    const std::size_t begin = document.find(any_form);
    if (begin == std::string_view::npos) {
      pieces_.push_back({std::string{document}, std::nullopt});
      return {};
    }
    const std::string_view placeholder = document.substr(begin);
    const std::size_t prefix = placeholder.starts_with(current_form) ? current_form.size()
                               : placeholder.starts_with(older_form) ? older_form.size()
                                                                     : 0;
    const std::size_t end = placeholder.find('}');
    if (prefix == 0 || end == std::string_view::npos) return "a presigned-URL placeholder is cut";
    auto place = parse_s3_address(placeholder.substr(prefix, end - prefix));
    if (!place) {
      return "not an S3 address: " + std::string{placeholder.substr(prefix, end - prefix)};
    }
    if (++substitutions > max_substitutions) return "more than 10 presigned-URL placeholders";
    pieces_.push_back({std::string{document.substr(0, begin)}, std::move(place)});
    document = placeholder.substr(end + 1);
  }
  return {};
}

void DocumentTemplate::append(std::string& out, UrlMinter& minter, std::uint32_t expires_s,
                              ServerTime now) const {
  for (const Piece& piece : pieces_) {
    out.append(piece.text);
    if (piece.url) minter.append_url(out, *piece.url, expires_s, now);
  }
}

}  // namespace cartstorm::broker::jobs

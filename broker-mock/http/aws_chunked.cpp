#include "broker-mock/http/aws_chunked.hpp"

#include <algorithm>
#include <charconv>

namespace cartstorm::broker::http {
namespace {

using Fault = Unchunked::Fault;

constexpr std::size_t max_head_bytes = 256;  ///< a size and a signature take 99
constexpr std::size_t max_trailers = 8;
constexpr std::size_t max_trailer_bytes = 4096;
constexpr std::string_view signature_mark = "chunk-signature=";

/// The text up to the next CRLF, taken off `rest`; empty if there is none near.
std::optional<std::string_view> take_line(std::string_view& rest, std::size_t longest) {
  const std::size_t end = rest.substr(0, longest).find("\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 2);
  return line;
}

struct Head {
  std::uint64_t size = 0;
  std::string_view signature;
};

std::optional<Head> parse_head(std::string_view line) {
  Head head;
  const char* const end = line.data() + line.size();
  const auto [stop, error] = std::from_chars(line.data(), end, head.size, 16);
  if (error != std::errc{}) return std::nullopt;
  std::string_view extension{stop, static_cast<std::size_t>(end - stop)};
  if (extension.empty()) return head;
  if (!extension.starts_with(';')) return std::nullopt;
  extension.remove_prefix(1);
  if (extension.starts_with(signature_mark))
    head.signature = extension.substr(signature_mark.size());
  return head;
}

class Reader {
 public:
  Reader(std::string_view framed, std::optional<ChunkSigning> signing, std::uint64_t limit)
      : rest_{framed}, signing_{std::move(signing)}, limit_{limit} {}

  Unchunked read(bool has_trailer) {
    result_.body.reserve(std::min<std::uint64_t>(limit_, rest_.size()));
    while (result_.fault == Fault::none && !is_last_) chunk();
    if (result_.fault == Fault::none) trailers(has_trailer);
    if (result_.fault != Fault::none) result_.body.clear();
    return std::move(result_);
  }

 private:
  void fail(Fault fault) { result_.fault = fault; }
  void chunk();
  void trailers(bool has_trailer);
  bool trailer(std::string_view line, std::string& signature);
  bool is_signed(std::string_view text, std::string_view kind, std::string_view signature);

  std::string_view rest_;
  std::optional<ChunkSigning> signing_;
  std::uint64_t limit_;
  bool is_last_ = false;
  Unchunked result_;
};

void Reader::chunk() {
  const auto line = take_line(rest_, max_head_bytes);
  const auto head = line ? parse_head(*line) : std::nullopt;
  if (!head || head->size > rest_.size()) return fail(Fault::malformed);
  const std::string_view piece = rest_.substr(0, head->size);
  rest_.remove_prefix(head->size);
  is_last_ = head->size == 0;
  if (!is_last_) {
    if (!rest_.starts_with("\r\n")) return fail(Fault::malformed);
    rest_.remove_prefix(2);
  }
  if (piece.size() > limit_ - result_.body.size()) return fail(Fault::too_long);
  if (signing_ && !is_signed(piece, "-PAYLOAD", head->signature)) {
    return fail(Fault::wrong_signature);
  }
  result_.body.append(piece);
}

/// The text that is signed names the kind, and of a chunk's two digests the first is of nothing.
bool Reader::is_signed(std::string_view text, std::string_view kind, std::string_view signature) {
  std::string to_sign{sigv4_algorithm};
  to_sign.append(kind).append("\n").append(signing_->scope.amz_date).append("\n");
  to_sign.append(signing_->scope.text()).append("\n").append(signing_->previous).append("\n");
  if (kind == "-PAYLOAD") to_sign.append(hex_of(sha256(""))).append("\n");
  to_sign.append(hex_of(sha256(text)));
  const std::string right = hex_of(hmac_sha256(signing_->key, to_sign));
  if (!equal_in_constant_time(right, signature)) return false;
  signing_->previous = right;
  return true;
}

/// AWS's own example ends a trailer with a line feed alone and puts an empty line before the
/// signature, so lines may end either way and empty ones mean nothing.
void Reader::trailers(bool has_trailer) {
  const bool is_closed =
      rest_ == "\r\n" || (rest_.ends_with("\r\n\r\n") && rest_.size() <= max_trailer_bytes);
  if (!is_closed) return fail(Fault::malformed);
  std::string signature;
  while (!rest_.empty()) {
    const std::size_t end = rest_.find('\n');
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    if (!has_trailer || !trailer(line, signature)) return fail(Fault::malformed_trailer);
  }
  if (!signing_ || !has_trailer) return;
  std::string signed_text;
  for (const auto& [name, value] : result_.trailers) {
    signed_text.append(name).append(":").append(value).append("\n");
  }
  if (!is_signed(signed_text, "-TRAILER", signature)) fail(Fault::wrong_signature);
}

/// One `name:value`, its name in lower case. False if it is not one.
bool Reader::trailer(std::string_view line, std::string& signature) {
  const std::size_t colon = line.find(':');
  if (colon == 0 || colon == std::string_view::npos) return false;
  std::string name{line.substr(0, colon)};
  for (char& c : name) c = lowered(c);
  std::string_view value = line.substr(colon + 1);
  while (value.starts_with(' ')) value.remove_prefix(1);
  while (value.ends_with(' ')) value.remove_suffix(1);
  if (name == "x-amz-trailer-signature") {
    if (!signature.empty()) return false;
    signature = value;
    return true;
  }
  if (result_.trailers.size() == max_trailers || find(result_.trailers, name) != nullptr) {
    return false;
  }
  result_.trailers.push_back({std::move(name), std::string{value}});
  return true;
}

}  // namespace

Unchunked unchunk(std::string_view framed, std::optional<ChunkSigning> signing, bool has_trailer,
                  std::uint64_t limit) {
  return Reader{framed, std::move(signing), limit}.read(has_trailer);
}

}  // namespace cartstorm::broker::http

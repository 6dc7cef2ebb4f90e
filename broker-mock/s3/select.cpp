#include "broker-mock/s3/select.hpp"

#include <algorithm>
#include <charconv>

#include "broker-mock/base/time_text.hpp"

namespace cartstorm::broker::s3 {
namespace {

/// A number of digits only; what does not fit is the largest that does, which is behind any end.
bool read_number(std::string_view text, std::optional<std::uint64_t>& number) {
  if (text.empty()) return true;
  if (text.find_first_not_of("0123456789") != std::string_view::npos) return false;
  std::uint64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  number = error == std::errc{} ? value : UINT64_MAX;
  return true;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::string_view unquoted(std::string_view etag) {
  if (etag.size() >= 2 && etag.starts_with('"') && etag.ends_with('"')) {
    return etag.substr(1, etag.size() - 2);
  }
  return etag;
}

}  // namespace

std::optional<ByteRange> parse_range(std::string_view header) {
  constexpr std::string_view unit = "bytes=";
  if (!header.starts_with(unit)) return std::nullopt;
  header.remove_prefix(unit.size());
  const std::size_t dash = header.find('-');
  ByteRange range;
  if (dash == std::string_view::npos || !read_number(header.substr(0, dash), range.first) ||
      !read_number(header.substr(dash + 1), range.last) || (!range.first && !range.last)) {
    return std::nullopt;
  }
  return range;
}

std::string text_of(const ByteRange& range) {
  std::string text = "bytes=";
  if (range.first) text += std::to_string(*range.first);
  text += "-";
  if (range.last) text += std::to_string(*range.last);
  return text;
}

Selection select(const ByteRange& range, std::uint64_t size) {
  const auto first = range.first, last = range.last;
  if (!first && !last) return {Selection::Is::whole, 0, size};
  if (!first) {
    const std::uint64_t length = std::min(*last, size);
    if (length == 0) return {Selection::Is::unsatisfiable};
    return {Selection::Is::part, size - length, length};
  }
  if (last && *last < *first) return {Selection::Is::whole, 0, size};
  if (*first >= size) return {Selection::Is::unsatisfiable};
  const std::uint64_t end = last && *last < size - 1 ? *last + 1 : size;
  return {Selection::Is::part, *first, end - *first};
}

bool names_etag(std::string_view list, std::string_view etag) {
  if (list == etag || list == "*") return true;
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    std::string_view one = trimmed(list.substr(0, comma));
    list = comma == std::string_view::npos ? "" : list.substr(comma + 1);
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == "*" || unquoted(one) == unquoted(etag)) return true;
  }
  return false;
}

Verdict judge(const Conditions& conditions, std::string_view etag, std::int64_t modified_s) {
  if (!conditions.if_match.empty()) {
    if (!names_etag(conditions.if_match, etag)) return Verdict::match_failed;
  } else if (const auto limit_s = parse_http_time(conditions.if_unmodified_since)) {
    if (modified_s > *limit_s) return Verdict::unmodified_failed;
  }
  if (!conditions.if_none_match.empty()) {
    if (names_etag(conditions.if_none_match, etag)) return Verdict::not_modified;
  } else if (const auto since_s = parse_http_time(conditions.if_modified_since)) {
    if (modified_s <= *since_s) return Verdict::not_modified;
  }
  return Verdict::holds;
}

bool is_unchanged(std::string_view if_range, std::string_view etag, std::int64_t modified_s) {
  if (const auto date_s = parse_http_time(if_range)) return *date_s == modified_s;
  return if_range == etag || unquoted(if_range) == unquoted(etag);
}

}  // namespace cartstorm::broker::s3

#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Which bytes of an object a request gets, and whether it gets them at all (reference
/// section 3.2).
namespace cartstorm::broker::s3 {

/// `bytes=first-last`, `bytes=first-` or, with only `last`, `bytes=-last`: the last that many
/// bytes.
struct ByteRange {
  std::optional<std::uint64_t> first, last;
};
/// Empty for what S3 ignores: other units, several ranges, anything malformed.
std::optional<ByteRange> parse_range(std::string_view header);
std::string text_of(const ByteRange& range);

struct Selection {
  enum class Is : std::uint8_t { whole, part, unsatisfiable } is = Is::whole;
  std::uint64_t first = 0, length = 0;
};
/// A range without both ends, or that ends before it begins, is ignored: the whole is sent.
Selection select(const ByteRange& range, std::uint64_t size);

/// Header values; empty: not given. Dates that are none are ignored (RFC 9110 section 13.1).
struct Conditions {
  std::string_view if_match, if_none_match, if_modified_since, if_unmodified_since;
};
enum class Verdict : std::uint8_t { holds, not_modified, match_failed, unmodified_failed };
/// If-Match that holds wins over If-Unmodified-Since, If-None-Match over If-Modified-Since.
Verdict judge(const Conditions& conditions, std::string_view etag, std::int64_t modified_s);

/// True if `list` is `*` or names the ETag, with its quotes or without.
bool names_etag(std::string_view list, std::string_view etag);
/// If-Range: an ETag or a date of exactly the last change.
bool is_unchanged(std::string_view if_range, std::string_view etag, std::int64_t modified_s);

}  // namespace cartstorm::broker::s3

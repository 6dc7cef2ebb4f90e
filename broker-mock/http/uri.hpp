#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cartstorm::broker::http {

enum class Slash : std::uint8_t { keep, encode };

/// RFC 3986: `A-Za-z0-9-._~` stay, everything else becomes `%XX` in upper case.
void append_encoded(std::string& out, std::string_view text, Slash slash);
std::string encoded(std::string_view text, Slash slash);
/// Empty if a `%` is not followed by two hex digits.
std::optional<std::string> decoded(std::string_view text);

/// Parts of an absolute URL, as they stand there.
struct Url {
  std::string_view host;   ///< with its port
  std::string_view path;   ///< begins with a slash
  std::string_view query;  ///< without the question mark
};
std::optional<Url> parse_url(std::string_view url);

using QueryPairs = std::vector<std::pair<std::string, std::string>>;
/// Names and values, decoded, in the order given; empty on a broken escape.
std::optional<QueryPairs> parse_query(std::string_view query);

}  // namespace cartstorm::broker::http

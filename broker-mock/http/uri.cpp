#include "broker-mock/http/uri.hpp"

#include <array>

namespace cartstorm::broker::http {
namespace {

constexpr std::array<bool, 256> unreserved = [] {
  std::array<bool, 256> table{};
  for (const char c :
       std::string_view{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"}) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}();

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

/// Runs of plain characters are copied whole: a session token has a thousand of them.
void append_encoded(std::string& out, std::string_view text, Slash slash) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  while (!text.empty()) {
    std::size_t run = 0;
    while (run < text.size() && (unreserved[static_cast<unsigned char>(text[run])] ||
                                 (text[run] == '/' && slash == Slash::keep))) {
      ++run;
    }
    out.append(text.substr(0, run));
    if (run == text.size()) return;
    const auto byte = static_cast<unsigned char>(text[run]);
    out.push_back('%');
    out.push_back(digits[byte >> 4]);
    out.push_back(digits[byte & 15]);
    text.remove_prefix(run + 1);
  }
}

std::string encoded(std::string_view text, Slash slash) {
  std::string out;
  append_encoded(out, text, slash);
  return out;
}

std::optional<std::string> decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (true) {
    const std::size_t percent = text.find('%');
    out.append(text.substr(0, percent));
    if (percent == std::string_view::npos) return out;
    text.remove_prefix(percent);
    if (text.size() < 3) return std::nullopt;
    const int high = hex_value(text[1]), low = hex_value(text[2]);
    if (high < 0 || low < 0) return std::nullopt;
    out.push_back(static_cast<char>(high * 16 + low));
    text.remove_prefix(3);
  }
}

std::optional<Url> parse_url(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::nullopt;
  url.remove_prefix(scheme + 3);
  const std::size_t end_of_host = url.find_first_of("/?");
  if (end_of_host == 0 || end_of_host == std::string_view::npos || url[end_of_host] != '/') {
    return std::nullopt;
  }
  Url parts;
  parts.host = url.substr(0, end_of_host);
  url.remove_prefix(end_of_host);
  const std::size_t question = url.find('?');
  parts.path = url.substr(0, question);
  if (question != std::string_view::npos) parts.query = url.substr(question + 1);
  return parts;
}

std::optional<QueryPairs> parse_query(std::string_view query) {
  QueryPairs pairs;
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    auto name = decoded(pair.substr(0, equals));
    auto value =
        decoded(equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1));
    if (!name || !value) return std::nullopt;
    pairs.emplace_back(std::move(*name), std::move(*value));
  }
  return pairs;
}

}  // namespace cartstorm::broker::http

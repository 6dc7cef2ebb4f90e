#include "broker-mock/iot/call.hpp"

#include <fmt/format.h>

#include <charconv>
#include <span>

#include "broker-mock/base/draw.hpp"
#include "broker-mock/base/hex.hpp"

namespace cartstorm::broker::iot {
namespace {

constexpr std::size_t hash_digits = 16;
constexpr std::size_t max_token = 1024;

/// Binds a key to its list, so that a token of one list is none of another.
std::uint64_t seal(std::string_view list, std::string_view key) {
  std::string both{list};
  return hash_of(both.append("|").append(key));
}

}  // namespace

std::string page_token(std::string_view list, std::string_view key) {
  std::string token = hex(seal(list, key));
  append_hex(token, std::as_bytes(std::span{key.data(), key.size()}));
  return token;
}

std::optional<std::string> parse_page_token(std::string_view list, std::string_view token) {
  if (token.size() < hash_digits || token.size() > max_token || token.size() % 2 != 0 ||
      !is_lower_hex(token)) {
    return std::nullopt;
  }
  std::string key;
  for (std::size_t i = hash_digits; i < token.size(); i += 2) {
    unsigned byte = 0;
    std::from_chars(token.data() + i, token.data() + i + 2, byte, 16);
    key.push_back(static_cast<char>(byte));
  }
  if (parse_hex_id(token.substr(0, hash_digits)) != seal(list, key)) return std::nullopt;
  return key;
}

const std::string* Call::query(std::string_view name) const {
  for (const auto& [key, value] : query_) {
    if (key == name) return &value;
  }
  return nullptr;
}

std::optional<std::int64_t> Call::query_whole(std::string_view name, std::int64_t min,
                                              std::int64_t max) {
  const std::string* const text = query(name);
  if (text == nullptr) return std::nullopt;
  std::int64_t number = 0;
  const char* const end = text->data() + text->size();
  const auto read = std::from_chars(text->data(), end, number);
  if (text->empty() || read.ec != std::errc{} || read.ptr != end || number < min || number > max) {
    fail(fmt::format("{} must be a whole number within {}..{}", name, min, max));
    return std::nullopt;
  }
  return number;
}

bool Call::query_flag(std::string_view name) {
  const std::string* const text = query(name);
  if (text == nullptr || *text == "false") return false;
  if (*text != "true") fail(fmt::format("{} must be true or false", name));
  return *text == "true";
}

Page Call::page(std::string_view list) {
  Page page;
  if (const auto size = query_whole("maxResults", 1, 250)) {
    page.size = static_cast<std::size_t>(*size);
  }
  if (const std::string* const token = query("nextToken"); token != nullptr) {
    if (auto key = parse_page_token(list, *token)) {
      page.after = std::move(*key);
    } else {
      fail("nextToken is not one that this list gave");
    }
  }
  return page;
}

}  // namespace cartstorm::broker::iot

#include "broker-mock/iot/reader.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <utility>

#include "broker-mock/iot/names.hpp"

namespace cartstorm::broker::iot {
namespace {

namespace json = boost::json;

constexpr std::size_t max_body_bytes = 512 * 1024;
constexpr std::size_t max_tags = 50;

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }

/// A JSON number as a double; empty for anything else.
std::optional<double> number_of(const json::value& value) {
  if (const auto* n = value.if_int64()) return static_cast<double>(*n);
  if (const auto* n = value.if_uint64()) return static_cast<double>(*n);
  if (const auto* n = value.if_double()) return *n;
  return std::nullopt;
}

}  // namespace

std::optional<json::object> parse_body(std::string_view body) {
  if (body.empty()) return json::object{};
  if (body.size() > max_body_bytes) return std::nullopt;
  json::error_code error;
  json::value value = json::parse(json::string_view{body.data(), body.size()}, error);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.as_object());
}

const json::value* Reader::find(std::string_view key) const {
  const json::value* const found = object_.if_contains(json::string_view{key.data(), key.size()});
  return found == nullptr || found->is_null() ? nullptr : found;
}

std::string Reader::path(std::string_view key) const {
  return where_.empty() ? std::string{key} : fmt::format("{}.{}", where_, key);
}

void Reader::fail(std::string_view key, std::string_view what) {
  if (error_.empty()) error_ = fmt::format("{} {}", path(key), what);
}

void Reader::require(std::string_view key) {
  if (!has(key)) fail(key, "is missing");
}

std::optional<std::string> Reader::raw(std::string_view key, std::size_t max_bytes) {
  const json::value* const value = find(key);
  if (value == nullptr) return std::nullopt;
  const json::string* const text = value->if_string();
  if (text == nullptr) {
    fail(key, "is not a string");
    return std::nullopt;
  }
  if (text->size() > max_bytes) {
    fail(key, fmt::format("is longer than {} bytes", max_bytes));
    return std::nullopt;
  }
  return std::string{view(*text)};
}

std::optional<std::string> Reader::text(std::string_view key, std::size_t min, std::size_t max) {
  auto found = raw(key, max * 4);
  if (!found) return std::nullopt;
  if (const std::string what = text_error(*found, min, max); !what.empty()) {
    fail(key, what);
    return std::nullopt;
  }
  return found;
}

std::optional<std::int64_t> Reader::whole(std::string_view key, std::int64_t min,
                                          std::int64_t max) {
  const json::value* const value = find(key);
  if (value == nullptr) return std::nullopt;
  const std::int64_t* const number = value->if_int64();
  if (number == nullptr) {
    fail(key, "is not an integer");
  } else if (*number < min || *number > max) {
    fail(key, fmt::format("must be within {}..{}", min, max));
  } else {
    return *number;
  }
  return std::nullopt;
}

std::optional<std::uint32_t> Reader::decimal(std::string_view key, std::uint32_t scale,
                                             std::uint32_t min, std::uint32_t max) {
  const json::value* const value = find(key);
  if (value == nullptr) return std::nullopt;
  const auto number = number_of(*value);
  if (!number) {
    fail(key, "is not a number");
    return std::nullopt;
  }
  const double scaled = *number * scale;
  // The bounds come first: a conversion of what does not fit is undefined.
  constexpr double margin = 1e-6;  // of a product of decimals
  if (!(scaled >= min - margin && scaled <= max + margin)) {
    fail(key, fmt::format("must be within {}..{}", static_cast<double>(min) / scale,
                          static_cast<double>(max) / scale));
    return std::nullopt;
  }
  const auto whole_part = static_cast<std::uint32_t>(scaled + margin);
  if (scaled - static_cast<double>(whole_part) > margin) {
    fail(key, fmt::format("has more than {} decimals", scale == 10 ? 1 : 2));
    return std::nullopt;
  }
  return whole_part;
}

bool Reader::flag(std::string_view key) {
  const json::value* const value = find(key);
  if (value == nullptr) return false;
  if (!value->is_bool()) {
    fail(key, "is not a boolean");
    return false;
  }
  return value->get_bool();
}

const json::object* Reader::object(std::string_view key) {
  const json::value* const value = find(key);
  if (value == nullptr) return nullptr;
  if (!value->is_object()) fail(key, "is not an object");
  return value->if_object();
}

const json::array* Reader::array(std::string_view key, std::size_t min, std::size_t max) {
  const json::value* const value = find(key);
  if (value == nullptr) return nullptr;
  const json::array* const elements = value->if_array();
  if (elements == nullptr) {
    fail(key, "is not an array");
  } else if (elements->size() < min || elements->size() > max) {
    fail(key, fmt::format("must have {} to {} elements", min, max));
    return nullptr;
  }
  return elements;
}

std::vector<Reader> Reader::objects(std::string_view key, std::size_t min, std::size_t max) {
  std::vector<Reader> readers;
  const json::array* const elements = array(key, min, max);
  if (elements == nullptr) return readers;
  for (const json::value& element : *elements) {
    if (!element.is_object()) {
      fail(key, "holds something that is not an object");
      return {};
    }
    readers.emplace_back(element.get_object(), error_, path(key));
  }
  return readers;
}

std::vector<std::string> Reader::texts(std::string_view key, std::size_t min, std::size_t max) {
  std::vector<std::string> found;
  const json::array* const elements = array(key, min, max);
  if (elements == nullptr) return found;
  for (const json::value& element : *elements) {
    if (!element.is_string()) {
      fail(key, "holds something that is not a string");
      return {};
    }
    found.emplace_back(view(element.get_string()));
  }
  return found;
}

std::optional<std::size_t> Reader::choice_index(std::string_view key,
                                                std::initializer_list<std::string_view> words) {
  constexpr std::size_t longest_word = 64;
  const auto found = raw(key, longest_word);
  if (!found) return std::nullopt;
  std::size_t index = 0;
  for (const std::string_view word : words) {
    if (*found == word) return index;
    ++index;
  }
  fail(key, fmt::format("must be one of {}", fmt::join(words, ", ")));
  return std::nullopt;
}

std::optional<Attributes> Reader::map(std::string_view key) {
  const json::object* const members = object(key);
  if (members == nullptr) return std::nullopt;
  Attributes found;
  for (const auto& member : *members) {
    if (!member.value().is_string()) {
      fail(key, "holds a value that is not a string");
      return std::nullopt;
    }
    const json::string_view name = member.key();
    found.emplace(std::string{name.data(), name.size()}, view(member.value().get_string()));
  }
  return found;
}

std::vector<Tag> Reader::tags(std::string_view key) {
  std::vector<Tag> found;
  for (Reader& tag : objects(key, 0, max_tags)) {
    tag.require("Key");
    found.push_back({tag.raw("Key", 512).value_or(""), tag.raw("Value", 1024).value_or("")});
    if (const std::string what = tag_error(found.back()); !what.empty()) fail(key, what);
  }
  return found;
}

std::string tag_error(const Tag& tag) {
  if (const auto what = text_error(tag.key, 1, 128); !what.empty()) {
    return fmt::format("has a key that {}", what);
  }
  if (tag.key.starts_with("aws:")) return "has a key that begins with aws:";
  if (const auto what = text_error(tag.value, 0, 256); !what.empty()) {
    return fmt::format("has a value that {}", what);
  }
  return {};
}

}  // namespace cartstorm::broker::iot

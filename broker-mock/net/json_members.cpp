#include "broker-mock/net/json_members.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json/value.hpp>
#include <charconv>

#include "broker-mock/net/json_text.hpp"

namespace cartstorm::broker::net {

std::optional<std::int64_t> parse_duration_ms(std::string_view text) {
  std::int64_t count = 0;
  const char* const end = text.data() + text.size();
  const auto [at, problem] = std::from_chars(text.data(), end, count);
  constexpr std::int64_t most = 3'650;  // ten years of days, and no overflow in smaller units
  if (problem != std::errc{} || at == end || at + 1 != end || count < 0) return std::nullopt;
  std::int64_t unit = 0;
  if (*at == 's') unit = 1'000;
  if (*at == 'm') unit = 60'000;
  if (*at == 'h') unit = 3'600'000;
  if (*at == 'd') unit = 86'400'000;
  if (unit == 0 || count > most * 86'400'000 / unit) return std::nullopt;
  return count * unit;
}

JsonMembers::JsonMembers(const boost::json::value& value, std::string place, std::string& problem)
    : place_{std::move(place)}, problem_{problem} {
  object_ = value.if_object();
  if (object_ == nullptr && is_sound()) {
    problem_ = fmt::format("{}: expected an object", place_.empty() ? "the document" : place_);
  }
}

JsonMembers::~JsonMembers() {
  if (object_ == nullptr || !is_sound()) return;
  for (const auto& member : *object_) {
    const std::string_view key{member.key()};
    if (std::find(asked_.begin(), asked_.end(), key) != asked_.end()) continue;
    const std::string_view meant = nearest(key, asked_);
    problem_ = fmt::format("unknown member {}; {}there are {}", place_of(key),
                           meant.empty() ? "" : fmt::format("did you mean {}? ", meant),
                           fmt::join(asked_, ", "));
    return;
  }
}

std::string JsonMembers::place_of(std::string_view key) const {
  return place_.empty() ? std::string{key} : fmt::format("{}.{}", place_, key);
}

void JsonMembers::refuse(std::string_view key, std::string_view what) {
  if (is_sound()) problem_ = fmt::format("{}: {}", place_of(key), what);
}

const boost::json::value* JsonMembers::find(std::string_view key) {
  asked_.emplace_back(key);
  if (object_ == nullptr || !is_sound()) return nullptr;
  return object_->if_contains(key);
}

bool JsonMembers::has(std::string_view key) {
  return object_ != nullptr && object_->if_contains(key) != nullptr;
}

void JsonMembers::require(std::string_view key) {
  if (object_ != nullptr && !has(key)) refuse(key, "is missing");
}

void JsonMembers::text(std::string_view key, std::string& value) {
  const boost::json::value* const found = find(key);
  if (found == nullptr) return;
  const boost::json::string* const text = found->if_string();
  if (text == nullptr) return refuse(key, "expected a text");
  value.assign(text->data(), text->size());
}

void JsonMembers::flag(std::string_view key, bool& value) {
  const boost::json::value* const found = find(key);
  if (found == nullptr) return;
  const bool* const flag = found->if_bool();
  if (flag == nullptr) return refuse(key, "expected true or false");
  value = *flag;
}

void JsonMembers::number(std::string_view key, double& value, double least, double most) {
  const boost::json::value* const found = find(key);
  if (found == nullptr) return;
  if (!found->is_number()) return refuse(key, "expected a number");
  const double number = found->to_number<double>();
  if (!(number >= least && number <= most)) {
    return refuse(key, fmt::format("expected a number from {:g} to {:g}", least, most));
  }
  value = number;
}

void JsonMembers::number(std::string_view key, std::optional<double>& value, double least,
                         double most) {
  if (!has(key)) {
    find(key);
    return;
  }
  double number_value = 0;
  number(key, number_value, least, most);
  value = number_value;
}

void JsonMembers::whole(std::string_view key, std::uint64_t& value) {
  const boost::json::value* const found = find(key);
  if (found == nullptr) return;
  const bool is_whole = found->is_uint64() || (found->is_int64() && found->get_int64() >= 0);
  if (!is_whole) return refuse(key, "expected a whole number");
  value = found->to_number<std::uint64_t>();
}

void JsonMembers::whole(std::string_view key, std::int64_t& value, std::int64_t least,
                        std::int64_t most) {
  const boost::json::value* const found = find(key);
  if (found == nullptr) return;
  boost::system::error_code no_whole;
  const auto number = found->to_number<std::int64_t>(no_whole);
  if (found->is_double() || no_whole || number < least || number > most) {
    return refuse(key, fmt::format("expected a whole number from {} to {}", least, most));
  }
  value = number;
}

void JsonMembers::whole(std::string_view key, std::uint32_t& value, std::uint32_t least,
                        std::uint32_t most) {
  std::int64_t wide = value;
  whole(key, wide, least, most);
  value = static_cast<std::uint32_t>(wide);
}

void JsonMembers::duration(std::string_view key, std::int64_t& milliseconds) {
  std::string typed;
  text(key, typed);
  if (typed.empty()) {
    if (has(key)) refuse(key, "expected a duration such as 90s, 30m, 24h or 7d");
    return;
  }
  const auto parsed = parse_duration_ms(typed);
  if (!parsed) return refuse(key, "expected a duration such as 90s, 30m, 24h or 7d");
  milliseconds = *parsed;
}

void JsonMembers::texts(std::string_view key, std::vector<std::string>& values) {
  const boost::json::value* const found = find(key);
  if (found == nullptr) return;
  const boost::json::array* const array = found->if_array();
  if (array == nullptr) return refuse(key, "expected a list of texts");
  values.clear();
  for (const boost::json::value& value : *array) {
    if (!value.is_string()) return refuse(key, "expected a list of texts");
    values.emplace_back(value.get_string());
  }
}

void JsonMembers::numbers(std::string_view key, std::vector<double>& values) {
  const boost::json::value* const found = find(key);
  if (found == nullptr) return;
  const boost::json::array* const array = found->if_array();
  if (array == nullptr) return refuse(key, "expected a list of numbers");
  values.clear();
  for (const boost::json::value& value : *array) {
    if (!value.is_number()) return refuse(key, "expected a list of numbers");
    values.push_back(value.to_number<double>());
  }
}

}  // namespace cartstorm::broker::net

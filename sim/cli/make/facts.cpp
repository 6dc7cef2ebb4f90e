#include "sim/cli/make/facts.hpp"

#include <fmt/format.h>

#include "sim/cli/terminal.hpp"
#include "sim/scenario/units.hpp"

namespace cartstorm::cli {
namespace {

constexpr std::int64_t end_of_calendar_s = 7'258'118'400;  // 2200-01-01

}  // namespace

Facts& Facts::text(std::string_view name, std::string_view value) {
  return both(name, std::string(value), json_text(value));
}

Facts& Facts::number(std::string_view name, std::uint64_t value) {
  return both(name, std::to_string(value), std::to_string(value));
}

Facts& Facts::both(std::string_view name, std::string shown, std::string json) {
  facts_.push_back({std::string(name), std::move(shown), std::move(json), {}});
  return *this;
}

Facts& Facts::time(std::string_view name, ota::UnixTime value) {
  return text(name, time_text(value));
}

Facts& Facts::parts(std::string_view name, const std::vector<Facts>& parts) {
  std::string json;
  for (const Facts& part : parts) json += (json.empty() ? "" : ", ") + part.json();
  facts_.push_back({std::string(name), "", "[" + json + "]", parts});
  return *this;
}

std::string Facts::json() const {
  std::string all;
  for (const Fact& fact : facts_) {
    all += (all.empty() ? "" : ", ") + json_text(fact.name) + ": " + fact.json;
  }
  return "{" + all + "}";
}

std::string Facts::shown_below(std::size_t depth) const {
  std::string all;
  const std::string indent(2 * depth, ' ');
  for (const Fact& fact : facts_) {
    if (fact.parts.empty()) {
      all += fmt::format("{}{:<18}{}\n", indent, fact.name, fact.shown);
      continue;
    }
    for (const Facts& part : fact.parts) {
      all += fmt::format("{}{}\n{}", indent, fact.name, part.shown_below(depth + 1));
    }
  }
  return all;
}

std::string version_text(ota::Version version) {
  return fmt::format("{}.{}.{}", version.value >> 16, version.value >> 8 & 0xff,
                     version.value & 0xff);
}

std::string time_text(ota::UnixTime time) {
  if (time.s < 0 || time.s >= end_of_calendar_s) return fmt::format("{} s since 1970", time.s);
  return sim::date_text(time.s);
}

std::string hex_text(ota::Bytes bytes) {
  std::string text;
  for (const std::byte b : bytes) text += fmt::format("{:02x}", std::to_integer<unsigned>(b));
  return text;
}

std::string anchor_text(ota::AnchorId id) { return fmt::format("{:016x}", id.value); }

}  // namespace cartstorm::cli

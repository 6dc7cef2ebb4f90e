#include <fmt/format.h>

#include <limits>

#include "sim/scenario/type.hpp"
#include "sim/scenario/units.hpp"

namespace cartstorm::sim {

namespace {

Json text_schema(const char* pattern) { return {{"type", "string"}, {"pattern", pattern}}; }

constexpr const char* duration_pattern =
    "^(?=[0-9])([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?([0-9]+us)?$";
constexpr const char* offset_pattern =
    "^[-+]?(?=[0-9])([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?([0-9]+us)?$";
constexpr const char* share_pattern = "^[0-9]+(\\.[0-9]+)?%$";

Json show_duration(const std::int64_t& us) { return Json(duration_text(us)); }

constexpr std::int64_t longest = std::numeric_limits<std::int64_t>::max();

Type<std::int64_t> duration_from(std::int64_t least, std::int64_t most, std::string expected) {
  return scalar<std::int64_t>(
      std::move(expected),
      [least, most](std::string_view text) -> std::optional<std::int64_t> {
        if (text.starts_with('+') || text.starts_with('-')) return std::nullopt;
        const auto us = parse_duration(text);
        return us && *us >= least && *us <= most ? us : std::nullopt;
      },
      show_duration, text_schema(duration_pattern));
}

/// Which ends of 0..1 belong to a share.
struct ShareEnds {
  bool zero, one;
};

Type<double> share_from(ShareEnds ends, std::string expected) {
  return scalar<double>(
      std::move(expected),
      [ends](std::string_view text) {
        const auto value = parse_share(text);
        const bool is_inside = value && (ends.zero || *value > 0) && (ends.one || *value < 1);
        return is_inside ? value : std::nullopt;
      },
      [](const double& value) { return Json(share_text(value)); }, text_schema(share_pattern));
}

template <class Test>
Type<std::string> text_type(std::string expected, Test is_good, Json schema) {
  return scalar<std::string>(
      std::move(expected),
      [is_good](std::string_view text) {
        return is_good(text) ? std::optional<std::string>(text) : std::nullopt;
      },
      // An empty text is the seam's way of saying that nothing was given.
      [](const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); },
      std::move(schema));
}

bool is_anchor_name(std::string_view text) {
  std::string without_dashes(text);
  for (char& c : without_dashes) c = c == '-' ? '_' : c;
  return is_word(without_dashes);
}

}  // namespace

Type<std::int64_t> duration() {
  return duration_from(0, longest, "a duration such as 10h or 1h30m");
}

Type<std::int64_t> positive_duration() {
  return duration_from(1, longest, "a duration above 0 such as 10h or 1h30m");
}

Type<std::int64_t> duration_between(std::int64_t least_us, std::int64_t most_us) {
  return duration_from(
      least_us, most_us,
      fmt::format("a duration from {} to {}", duration_text(least_us), duration_text(most_us)));
}

Type<std::int64_t> offset() {
  return scalar<std::int64_t>("a duration with or without sign such as -13h or 90d", parse_duration,
                              show_duration, text_schema(offset_pattern));
}

Type<std::uint32_t> size_in_bytes() {
  return scalar<std::uint32_t>(
      "a size such as 512KiB or 1MiB",
      [](std::string_view text) {
        const auto bytes = parse_size(text);
        return bytes && *bytes > 0 ? bytes : std::nullopt;
      },
      [](const std::uint32_t& bytes) { return Json(size_text(bytes)); },
      text_schema("^[0-9]+(MiB|KiB|B)$"));
}

Type<std::uint64_t> rate() {
  return scalar<std::uint64_t>(
      "a rate such as 256KiB/s",
      [](std::string_view text) {
        const auto value = parse_rate(text);
        return value && *value > 0 ? value : std::nullopt;
      },
      [](const std::uint64_t& value) { return Json(rate_text(value)); },
      text_schema("^[0-9]+(MiB|KiB|B)/s$"));
}

Type<double> share() { return share_from({true, true}, "a share such as 10%"); }

Type<double> positive_share() { return share_from({false, true}, "a share above 0% such as 10%"); }

Type<double> partial_share(bool is_zero_allowed) {
  return share_from({is_zero_allowed, false}, is_zero_allowed
                                                  ? "a share below 100% such as 1%"
                                                  : "a share above 0% and below 100% such as 1%");
}

Type<double> share_up_to_half() {
  return scalar<double>(
      "a share above 0% and at most 50% such as 5%",
      [](std::string_view text) {
        const auto value = parse_share(text);
        return value && *value > 0 && *value <= 0.5 ? value : std::nullopt;
      },
      [](const double& value) { return Json(share_text(value)); }, text_schema(share_pattern));
}

Type<double> percent() {
  return scalar<double>(
      "a share above 0% such as 10%",
      [](std::string_view text) {
        const auto value = parse_percent(text);
        return value && *value > 0 ? value : std::nullopt;
      },
      // Percent 0 is the seam's way of saying that a stage is given as a count.
      [](const double& value) { return value == 0 ? Json(nullptr) : Json(percent_text(value)); },
      text_schema(share_pattern));
}

Type<double> number_between(double least, double most) {
  return scalar<double>(
      fmt::format("a number from {} to {}", number_text(least), number_text(most)),
      [least, most](std::string_view written) {
        const auto value = parse_number(written);
        return value && *value >= least && *value <= most ? value : std::nullopt;
      },
      [](const double& value) { return Json(value); },
      {{"type", "number"}, {"minimum", least}, {"maximum", most}});
}

Type<double> ratio_above_one() {
  constexpr double largest = 1000;
  return scalar<double>(
      "a ratio above 1 and at most 1000",
      [](std::string_view text) {
        const auto value = parse_number(text);
        return value && *value > 1 && *value <= largest ? value : std::nullopt;
      },
      [](const double& value) { return Json(value); },
      {{"type", "number"}, {"exclusiveMinimum", 1}, {"maximum", largest}});
}

Type<double> positive_number() {
  return scalar<double>(
      "a number above 0",
      [](std::string_view text) {
        const auto value = parse_number(text);
        return value && *value > 0 ? value : std::nullopt;
      },
      [](const double& value) { return Json(value); },
      {{"type", "number"}, {"exclusiveMinimum", 0}});
}

Type<std::uint32_t> count_between(std::uint32_t least, std::uint32_t most) {
  return scalar<std::uint32_t>(
      fmt::format("a whole number from {} to {}", least, most),
      [least, most](std::string_view text) -> std::optional<std::uint32_t> {
        const auto value = parse_count(text);
        if (!value || *value < least || *value > most) return std::nullopt;
        return static_cast<std::uint32_t>(*value);
      },
      [](const std::uint32_t& value) { return Json(value); },
      {{"type", "integer"}, {"minimum", least}, {"maximum", most}});
}

Type<bool> truth() {
  return scalar<bool>(
      "true or false",
      [](std::string_view text) -> std::optional<bool> {
        if (text == "true") return true;
        if (text == "false") return false;
        return std::nullopt;
      },
      [](const bool& value) { return Json(value); }, {{"type", "boolean"}});
}

Type<std::uint64_t> operation_number() {
  return scalar<std::uint64_t>(
      "the number of a flash operation, from 1",
      [](std::string_view text) {
        const auto value = parse_count(text);
        return value && *value > 0 && *value < 1'000'000'000 ? value : std::nullopt;
      },
      [](const std::uint64_t& value) { return Json(value); },
      {{"type", "integer"}, {"minimum", 1}});
}

Type<Version> version() {
  return scalar<Version>(
      "a version such as 1.8.0", parse_version,
      [](const Version& value) { return Json(to_string(value)); },
      text_schema("^[0-9]+\\.[0-9]+\\.[0-9]+$"));
}

Type<std::int64_t> date() {
  return scalar<std::int64_t>(
      "a date such as 2026-06-01T00:00:00Z", parse_date,
      [](const std::int64_t& value) { return Json(date_text(value)); },
      text_schema("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"));
}

Type<std::string> word() {
  return text_type("a word of a-z, 0-9 and _", is_word, text_schema("^[a-z][a-z0-9_]*$"));
}

Type<std::string> stage_name() {
  // Job ids are `<rollout>-<stage>-r<n>` and have 64 characters at most.
  return text_type(
      "a word of a-z, 0-9 and _ with at most 24 letters",
      [](std::string_view text) { return is_word(text) && text.size() <= 24; },
      text_schema("^[a-z][a-z0-9_]{0,23}$"));
}

Type<std::string> anchor_name() {
  return text_type("the name of a trust anchor such as ca-next", is_anchor_name,
                   text_schema("^[a-z][a-z0-9_-]*$"));
}

Type<std::string> sentence() {
  return text_type("a text", [](std::string_view text) { return !text.empty(); },
                   {{"type", "string"}, {"minLength", 1}});
}

Type<std::string> file_name() {
  return text_type("a file such as other.yaml", [](std::string_view text) { return !text.empty(); },
                   {{"type", "string"}, {"minLength", 1}});
}

bool is_off(const Node& node) { return node.kind == Node::Kind::scalar && node.text == "off"; }

}  // namespace cartstorm::sim

#include <fmt/format.h>

#include <limits>

#include "sim/explore/definitions.hpp"
#include "sim/scenario/units.hpp"

namespace cartstorm::sim::explore {
namespace {

constexpr const char* duration_pattern =
    "^(?=[0-9])([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?([0-9]+us)?$";

/// A duration that the cart counts in units of `unit_us`, in 32 bits, `least` units or more.
Type<std::uint32_t> duration_in(std::uint32_t unit_us, std::int64_t least, const char* expected) {
  return scalar<std::uint32_t>(
      expected,
      [unit_us, least](std::string_view text) -> std::optional<std::uint32_t> {
        const auto us = parse_duration(text);
        if (!us || *us < least * unit_us || *us % unit_us != 0) return std::nullopt;
        const std::int64_t units = *us / unit_us;
        if (units > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
        return static_cast<std::uint32_t>(units);
      },
      [unit_us](const std::uint32_t& units) {
        return Json(duration_text(static_cast<std::int64_t>(units) * unit_us));
      },
      {{"type", "string"}, {"pattern", duration_pattern}});
}

Type<std::uint32_t> milliseconds() {
  return duration_in(1'000, 1, "a duration above 0 in whole milliseconds such as 30s");
}
Type<std::uint32_t> seconds() {
  return duration_in(1'000'000, 1, "a duration above 0 in whole seconds such as 10m");
}

/// Counters of the cart have eight bits.
Type<std::uint8_t> small_count(std::uint8_t least) {
  return scalar<std::uint8_t>(
      fmt::format("a whole number from {} to 255", least),
      [least](std::string_view text) -> std::optional<std::uint8_t> {
        const auto value = parse_count(text);
        if (!value || *value < least || *value > 255) return std::nullopt;
        return static_cast<std::uint8_t>(*value);
      },
      [](const std::uint8_t& value) { return Json(value); },
      {{"type", "integer"}, {"minimum", least}, {"maximum", 255}});
}

void add_trial(Mapping<ota::Tuning>& keys) {
  using ota::Tuning;
  keys.key("trial_attempts", small_count(1), &Tuning::trial_attempts,
           "Boots that an unconfirmed image has.")
      .key("probation_resets", small_count(1), &Tuning::probation_resets,
           "Resets by watchdog or panic after a confirm until the other image comes back.")
      .key("probation_check_ins", small_count(1), &Tuning::probation_check_ins,
           "Healthy check-ins that end the probation.")
      .key("rollbacks_to_quarantine", small_count(1), &Tuning::rollbacks_to_quarantine,
           "Attempts of one version that were rolled back until it is refused.")
      .key("confirm_needs_check_in", truth(), &Tuning::confirm_needs_check_in,
           "Whether an image must reach the cloud before it declares itself good.")
      .key("confirm_within", milliseconds(), &Tuning::confirm_within_ms,
           "Time in which a trial must confirm.");
}

void add_waiting(Mapping<ota::Tuning>& keys) {
  using ota::Tuning;
  keys.key("download_retries", small_count(0), &Tuning::download_retries,
           "Tries of a download per job, across reboots.")
      .key("reply_timeout", milliseconds(), &Tuning::reply_timeout_ms,
           "Wait for a reply of the cloud until it is asked again.")
      .key("body_timeout", milliseconds(), &Tuning::body_timeout_ms,
           "Time without a byte until a download is tried again.")
      .key("backoff_base", milliseconds(), &Tuning::backoff_base_ms,
           "First pause between tries; doubled every time.")
      .key("backoff_cap", milliseconds(), &Tuning::backoff_cap_ms, "Longest pause between tries.")
      .key("heartbeat", milliseconds(), &Tuning::heartbeat_ms, "Between two check-ins.")
      .key("start_jitter", duration_in(1'000, 0, "a duration in whole milliseconds such as 30s"),
           &Tuning::start_jitter_ms, "Spreads the first request after a notification.")
      .key("restart_takes", seconds(), &Tuning::restart_takes_s,
           "Must fit into what is left of a maintenance window.")
      .key("window_poll", seconds(), &Tuning::window_poll_s,
           "Longest pause before a closed window is looked at again.");
}

}  // namespace

const Mapping<ota::Tuning>& policy_definition() {
  static const Mapping<ota::Tuning> definition = [] {
    Mapping<ota::Tuning> keys("policy", "What the cart is configured to do, ota::Tuning.");
    add_trial(keys);
    add_waiting(keys);
    keys.key("journal_every", size_in_bytes(), &ota::Tuning::journal_every_bytes,
             "Bytes of a download between two entries of the journal.");
    keys.rule([](const Node& node, const ota::Tuning& policy, Reader& reader) {
      if (policy.backoff_base_ms <= policy.backoff_cap_ms) return;
      const Node* base = node.find("backoff_base");
      const Node* cap = node.find("backoff_cap");
      const Node& at = base != nullptr ? *base : cap != nullptr ? *cap : node;
      reader.complain(at.place,
                      fmt::format("expected backoff_base to be at most backoff_cap, found {} and "
                                  "{}",
                                  duration_text(std::int64_t{policy.backoff_base_ms} * 1000),
                                  duration_text(std::int64_t{policy.backoff_cap_ms} * 1000)));
    });
    return keys;
  }();
  return definition;
}

}  // namespace cartstorm::sim::explore

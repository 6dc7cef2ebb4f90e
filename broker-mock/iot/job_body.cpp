#include "broker-mock/iot/job_body.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "broker-mock/base/time_text.hpp"
#include "broker-mock/iot/operations.hpp"

namespace cartstorm::broker::iot {
namespace {

constexpr std::size_t max_targets = 100;
constexpr std::size_t max_criteria = 100;
constexpr std::int64_t year_s = 366 * 86'400;
constexpr std::int64_t max_things = 2'147'483'647;

std::uint32_t narrowed(std::optional<std::int64_t> number) {
  return static_cast<std::uint32_t>(number.value_or(0));
}

/// A reader of a member that is an object; empty if it is absent or wrong.
std::optional<Reader> inner(Reader& body, std::string_view key) {
  const auto* const object = body.object(key);
  if (object == nullptr) return std::nullopt;
  return Reader{*object, body.error(), body.path(key)};
}

jobs::RolloutRate::Exponential read_exponential(Reader& growth) {
  jobs::RolloutRate::Exponential exponential;
  for (const auto key : {"baseRatePerMinute", "incrementFactor", "rateIncreaseCriteria"}) {
    growth.require(key);
  }
  exponential.base_per_minute = narrowed(growth.whole("baseRatePerMinute", 1, 1000));
  exponential.factor_tenths = growth.decimal("incrementFactor", 10, 11, 50).value_or(11);
  if (auto criteria = inner(growth, "rateIncreaseCriteria")) {
    exponential.notified_things =
        narrowed(criteria->whole("numberOfNotifiedThings", 1, max_things));
    exponential.succeeded_things =
        narrowed(criteria->whole("numberOfSucceededThings", 1, max_things));
    if (!criteria->has("numberOfNotifiedThings") && !criteria->has("numberOfSucceededThings")) {
      growth.fail("rateIncreaseCriteria",
                  "needs numberOfNotifiedThings or numberOfSucceededThings");
    }
  }
  return exponential;
}

ServerTime read_time(Reader& config, std::string_view key, std::string& text) {
  text = config.text(key, 1, 64).value_or("");
  if (text.empty()) return never;
  const auto time = parse_schedule_time(text);
  if (!time) config.fail(key, "is not a time like 2026-05-04 02:00");
  return time.value_or(never);
}

void check_schedule(Reader& config, const jobs::Schedule& schedule, const ControlSettings& settings,
                    ServerTime now) {
  constexpr std::int64_t minute_ms = 60'000;
  const ServerTime begin = std::max(schedule.start == never ? now : schedule.start, now);
  if (schedule.start != never) {
    // Times are whole minutes: the running one has not passed.
    const ServerTime earliest = now + settings.schedule_min_lead_s * 1000;
    if (schedule.start + minute_ms <= earliest) config.fail("startTime", "is too early");
    if (schedule.start > now + year_s * 1000) config.fail("startTime", "is over a year ahead");
  }
  if (schedule.end == never) {
    if (schedule.has_behavior) config.fail("endBehavior", "needs an endTime");
    return;
  }
  if (schedule.end < begin + settings.schedule_min_length_s * 1000) {
    config.fail("endTime", fmt::format("must be {} minutes or more after the start",
                                       settings.schedule_min_length_s / 60));
  }
  if (schedule.end > now + 2 * year_s * 1000) config.fail("endTime", "is over two years ahead");
}

}  // namespace

UrlConfig read_url_config(Reader& body) {
  UrlConfig found;
  if (auto config = inner(body, "presignedUrlConfig")) {
    found.role_arn = config->text("roleArn", 20, 2048);
    if (const auto seconds = config->whole("expiresInSec", 60, 3600)) {
      found.expires_s = narrowed(seconds);
    }
  }
  return found;
}

std::optional<jobs::RolloutRate> read_rate(Reader& body) {
  auto config = inner(body, "jobExecutionsRolloutConfig");
  if (!config) return std::nullopt;
  jobs::RolloutRate rate;
  if (const auto maximum = config->whole("maximumPerMinute", 1, 1000)) {
    rate.maximum_per_minute = narrowed(maximum);
  }
  if (auto growth = inner(*config, "exponentialRate")) {
    rate.exponential = read_exponential(*growth);
    if (rate.exponential->base_per_minute > rate.maximum_per_minute) {
      growth->fail("baseRatePerMinute", "is above maximumPerMinute");
    }
  }
  return rate;
}

std::optional<std::vector<jobs::AbortCriterion>> read_aborts(Reader& body) {
  auto config = inner(body, "abortConfig");
  if (!config) return std::nullopt;
  config->require("criteriaList");
  std::vector<jobs::AbortCriterion> criteria;
  for (Reader& element : config->objects("criteriaList", 1, max_criteria)) {
    for (const auto key :
         {"failureType", "action", "thresholdPercentage", "minNumberOfExecutedThings"}) {
      element.require(key);
    }
    jobs::AbortCriterion criterion;
    criterion.failure =
        element
            .choice<jobs::AbortFailure>("failureType", {"FAILED", "REJECTED", "TIMED_OUT", "ALL"})
            .value_or(jobs::AbortFailure::all);
    element.choice<std::uint8_t>("action", {"CANCEL"});
    criterion.threshold_hundredths =
        element.decimal("thresholdPercentage", 100, 0, 10'000).value_or(0);
    criterion.min_executed = narrowed(element.whole("minNumberOfExecutedThings", 1, max_things));
    criteria.push_back(criterion);
  }
  return criteria;
}

std::optional<std::uint32_t> read_timeout(Reader& body) {
  auto config = inner(body, "timeoutConfig");
  if (!config) return std::nullopt;
  return narrowed(config->whole("inProgressTimeoutInMinutes", 1, 10'080));
}

std::optional<std::vector<jobs::RetryCriterion>> read_retries(Reader& body) {
  auto config = inner(body, "jobExecutionsRetryConfig");
  if (!config) return std::nullopt;
  config->require("criteriaList");
  std::vector<jobs::RetryCriterion> criteria;
  for (Reader& element : config->objects("criteriaList", 1, 2)) {
    element.require("failureType");
    element.require("numberOfRetries");
    const auto type =
        element.choice<jobs::FailureType>("failureType", {"FAILED", "TIMED_OUT", "ALL"});
    criteria.push_back(
        {type.value_or(jobs::FailureType::all), narrowed(element.whole("numberOfRetries", 0, 10))});
  }
  return criteria;
}

std::optional<jobs::Schedule> read_schedule(Reader& body, const ControlSettings& settings,
                                            ServerTime now) {
  auto config = inner(body, "schedulingConfig");
  if (!config) return std::nullopt;
  jobs::Schedule schedule;
  schedule.start = read_time(*config, "startTime", schedule.start_text);
  schedule.end = read_time(*config, "endTime", schedule.end_text);
  if (const auto behavior = config->choice<jobs::EndBehavior>(
          "endBehavior", {"STOP_ROLLOUT", "CANCEL", "FORCE_CANCEL"})) {
    schedule.behavior = *behavior;
    schedule.has_behavior = true;
  }
  if (config->has("maintenanceWindows")) {
    config->fail("maintenanceWindows", "are not executed here; use startTime and endTime");
  }
  check_schedule(*config, schedule, settings, now);
  return schedule;
}

std::optional<ServerTime> parse_schedule_time(std::string_view text) {
  if (text.ends_with('Z')) text.remove_suffix(1);
  if (text.size() != 16 && text.size() != 19) return std::nullopt;
  if (text[4] != '-' || text[7] != '-' || (text[10] != ' ' && text[10] != 'T') || text[13] != ':' ||
      (text.size() == 19 && text[16] != ':')) {
    return std::nullopt;
  }
  std::string basic;
  for (const std::size_t at : {0U, 2U, 5U, 8U}) basic.append(text.substr(at, 2));
  basic.append("T").append(text.substr(11, 2)).append(text.substr(14, 2));
  basic.append(text.size() == 19 ? text.substr(17, 2) : "00").append("Z");
  const auto seconds = parse_basic_time(basic);
  if (!seconds) return std::nullopt;
  return ServerTime{*seconds * 1000};
}

bool is_reason_code(std::string_view text) {
  return !text.empty() && text.size() <= 128 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

std::optional<http::Response> read_targets(const Surroundings& around, Reader& body,
                                           Targets& targets) {
  body.require("targets");
  for (std::string& arn : body.texts("targets", 1, max_targets)) {
    if (std::find(targets.arns.begin(), targets.arns.end(), arn) != targets.arns.end()) continue;
    const auto resource = parse_arn(around.settings.account, arn);
    if (!resource || resource->kind == ResourceKind::job) {
      return bad_request(
          fmt::format("targets must be ARNs of things or thing groups like {}",
                      arn_of(around.settings.account, {ResourceKind::thing_group, "canary"})));
    }
    if (resource->kind == ResourceKind::thing) {
      const auto thing = around.registry.find_thing(resource->name);
      if (!thing) return not_found(fmt::format("no thing {}", resource->name));
      targets.things.push_back(*thing);
    } else {
      const auto group = around.registry.find_group(resource->name);
      if (!group) return not_found(fmt::format("no thing group {}", resource->name));
      targets.groups.push_back(*group);
    }
    targets.arns.push_back(std::move(arn));
  }
  return std::nullopt;
}

}  // namespace cartstorm::broker::iot

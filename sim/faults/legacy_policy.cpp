#include "sim/faults/legacy_policy.hpp"

#include <fmt/format.h>

#include <charconv>

#include "sim/faults/json_text.hpp"

namespace cartstorm::sim {
namespace {

constexpr std::string_view describe_request = "/jobs/$next/get";
constexpr std::string_view describe_reply = "/jobs/$next/get/accepted";
constexpr std::string_view update_request = "/update";
constexpr std::string_view update_refusal = "/update/rejected";

std::int64_t number(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string accepted_reply(std::string_view token, std::int64_t unix_s) {
  return fmt::format(R"({{"clientToken":"{}","timestamp":{}}})", token, unix_s);
}

}  // namespace

ota::Tuning LegacyPolicy::tuning(const Image& image) {
  ota::Tuning tuning;
  if (image.has(ImageQuirk::retry_without_backoff)) {
    tuning.backoff_base_ms = 1'000;
    tuning.backoff_cap_ms = 1'000;
    tuning.start_jitter_ms = 0;
    tuning.rollbacks_to_quarantine = 255;
    tuning.attempt_window_s = 0;
    tuning.download_retries = 255;
  }
  return tuning;
}

bool LegacyPolicy::on_downlink(WireMessage& message, std::int64_t clock_offset_s) {
  const std::string_view topic = message.topic;
  if (image_->has(ImageQuirk::no_anchor_channel) &&
      (topic.ends_with("/ca/install") || topic.ends_with("/ca/remove"))) {
    return false;
  }
  const bool is_job_reply = topic.find("/jobs/") != std::string_view::npos;
  if (!is_job_reply) {
    return true;
  }
  if (image_->has(ImageQuirk::retry_without_backoff)) {
    if (topic.ends_with(describe_reply) && !is_replaying_ &&
        message.payload.find("\"execution\":{") != std::string::npos) {
      execution_reply_ = message.payload;
    }
    if (is_replaying_ && topic.ends_with(update_refusal)) {
      const auto token = json_member(message.payload, "clientToken").value_or("");
      const auto time = number(json_member(message.payload, "timestamp").value_or("0"));
      message.payload = accepted_reply(token, time);
      message.topic.replace(message.topic.size() - std::string_view{"rejected"}.size(),
                            std::string::npos, "accepted");
    }
  }
  if (image_->has(ImageQuirk::local_clock_validity)) {
    if (const auto time = json_member(message.payload, "timestamp")) {
      message.payload = with_json_member(message.payload, "timestamp",
                                         fmt::format("{}", number(*time) + clock_offset_s));
    }
  }
  return true;
}

LegacyPolicy::Uplink LegacyPolicy::on_uplink(std::string_view topic, std::string_view payload,
                                             std::int64_t local_unix_s) {
  if (image_->has(ImageQuirk::no_anchor_channel) && topic.ends_with("/ca/request")) {
    return {.is_sent = false, .answer = {}, .retry_in_us = 0};
  }
  if (!image_->has(ImageQuirk::retry_without_backoff)) {
    return {};
  }
  if (is_replaying_ && topic.ends_with(describe_request)) {
    const auto token = json_member(payload, "clientToken").value_or("");
    std::string reply = with_json_member(execution_reply_, "clientToken", token);
    const auto execution = number(json_member(reply, "executionNumber").value_or("1"));
    reply = with_json_member(reply, "executionNumber", fmt::format("{}", execution + replays_));
    reply = with_json_member(reply, "timestamp", fmt::format("{}", local_unix_s));
    return {.is_sent = false,
            .answer = WireMessage{std::string{topic} + "/accepted", std::move(reply)},
            .retry_in_us = 0};
  }
  if (topic.ends_with(update_request)) {
    return on_update(topic, payload, local_unix_s);
  }
  return {};
}

LegacyPolicy::Uplink LegacyPolicy::on_update(std::string_view topic, std::string_view payload,
                                             std::int64_t local_unix_s) {
  const auto status = json_member(payload, "status").value_or("");
  if (status != "FAILED" && status != "REJECTED") {
    return {};
  }
  const auto reason = json_member(payload, "reason").value_or("");
  if (reason == "rolled_back") {
    // Says nothing to Jobs: the execution stays IN_PROGRESS and is handed out again.
    const auto token = json_member(payload, "clientToken").value_or("");
    is_replaying_ = false;
    return {.is_sent = false,
            .answer =
                WireMessage{std::string{topic} + "/accepted", accepted_reply(token, local_unix_s)},
            .retry_in_us = reinstall_pause_us};
  }
  if (execution_reply_.empty()) {
    return {};
  }
  is_replaying_ = true;
  ++replays_;
  return {.is_sent = true, .answer = {}, .retry_in_us = retry_pause_us};
}

std::optional<WireMessage> LegacyPolicy::retry(std::string_view thing) {
  const std::string topic = fmt::format("$aws/things/{}/jobs/notify-next", thing);
  if (!execution_reply_.empty()) {
    return WireMessage{topic, execution_reply_};
  }
  return std::nullopt;
}

}  // namespace cartstorm::sim

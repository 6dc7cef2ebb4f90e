#include <fmt/format.h>

#include <iterator>

#include "broker-mock/base/version_text.hpp"
#include "broker-mock/net/view.hpp"
#include "broker-mock/trace/words.hpp"

namespace cartstorm::broker::net {
namespace {

using Out = std::back_insert_iterator<std::string>;

/// Names of things that people chose go into labels.
std::string label_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

void family(std::string& out, std::string_view name, std::string_view type, std::string_view help) {
  fmt::format_to(Out{out}, "# TYPE {} {}\n# HELP {} {}\n", name, type, name, help);
}

void gauge(std::string& out, std::string_view name, std::string_view help, std::uint64_t value) {
  family(out, name, "gauge", help);
  fmt::format_to(Out{out}, "{} {}\n", name, value);
}

void counter(std::string& out, std::string_view name, std::string_view help, std::uint64_t value) {
  family(out, name, "counter", help);
  fmt::format_to(Out{out}, "{}_total {}\n", name, value);
}

void fleet_part(std::string& out, const View& view) {
  gauge(out, "cartstorm_things", "Things that the registry knows.", view.things);
  gauge(out, "cartstorm_things_connected", "Things with a connection.", view.connected_things);
  family(out, "cartstorm_things_on_version", "gauge", "Things by the version they reported last.");
  for (const auto& [version, things] : view.board.versions()) {
    fmt::format_to(Out{out}, "cartstorm_things_on_version{{version=\"{}\"}} {}\n", to_text(version),
                   things);
  }
  // The name that the company's dashboards know (WIRE.md section 3).
  family(out, "firmware_rollback_count", "counter", "Rollbacks from a version, each counted once.");
  for (const auto& [version, counted] : view.board.rollbacks()) {
    fmt::format_to(Out{out}, "firmware_rollback_count_total{{target_version=\"{}\"}} {}\n",
                   to_text(version), counted.occurrences);
  }
}

void errors_part(std::string& out, const Board& board) {
  family(out, "cartstorm_error_episodes", "counter", "Error episodes by the version that ran.");
  for (const auto& [version, episodes] : board.errors()) {
    fmt::format_to(Out{out}, "cartstorm_error_episodes_total{{version=\"{}\"}} {}\n",
                   to_text(version), episodes);
  }
}

void rollout_part(std::string& out, const View& view) {
  family(out, "cartstorm_job_executions", "gauge", "Executions of a job by their status.");
  for (const auto& [id, counts] : view.board.jobs()) {
    for (std::size_t status = 0; status < counts.size(); ++status) {
      fmt::format_to(Out{out}, "cartstorm_job_executions{{job=\"{}\",status=\"{}\"}} {}\n",
                     label_escaped(id), report::name(trace::word(static_cast<JobStatus>(status))),
                     counts[status]);
    }
  }
  family(out, "cartstorm_rollout_on_hold", "gauge", "1 while a rollout waits for a person.");
  for (const RolloutLine& line : view.board.rollouts()) {
    fmt::format_to(Out{out}, "cartstorm_rollout_on_hold{{rollout=\"{}\"}} {}\n",
                   label_escaped(line.name), line.open_hold > 0 ? 1 : 0);
  }
}

void mqtt_part(std::string& out, const mqtt::Counters& mqtt) {
  gauge(out, "cartstorm_mqtt_links", "Open connections.", mqtt.links);
  gauge(out, "cartstorm_mqtt_sessions", "Sessions, connected or kept.", mqtt.sessions);
  gauge(out, "cartstorm_mqtt_subscriptions", "Subscriptions of all sessions.", mqtt.subscriptions);
  gauge(out, "cartstorm_mqtt_retained", "Retained messages.", mqtt.retained);
  gauge(out, "cartstorm_mqtt_retained_bytes", "Of retained messages.", mqtt.retained_bytes);
  gauge(out, "cartstorm_mqtt_queued", "Messages that wait for a client.", mqtt.queued_messages);
  counter(out, "cartstorm_mqtt_connects", "Connections that were accepted.", mqtt.connects);
  counter(out, "cartstorm_mqtt_refused_connects", "CONNECTs that were refused.",
          mqtt.refused_connects);
  counter(out, "cartstorm_mqtt_protocol_violations", "Connections closed for what they sent.",
          mqtt.protocol_violations);
  counter(out, "cartstorm_mqtt_take_overs", "Connections closed by another of the same client.",
          mqtt.take_overs);
  counter(out, "cartstorm_mqtt_keep_alive_timeouts", "Connections that fell silent.",
          mqtt.keep_alive_timeouts);
  counter(out, "cartstorm_mqtt_readers_disconnected", "Slow readers that were closed with 0x97.",
          mqtt.readers_disconnected);
  counter(out, "cartstorm_mqtt_readers_congested", "Times that publishers had to wait for one.",
          mqtt.readers_congested);
  const auto by_qos = [&](std::string_view name, std::string_view help,
                          const std::uint64_t(&counts)[3]) {
    family(out, name, "counter", help);
    for (int qos = 0; qos < 3; ++qos) {
      fmt::format_to(Out{out}, "{}_total{{qos=\"{}\"}} {}\n", name, qos, counts[qos]);
    }
  };
  by_qos("cartstorm_mqtt_received", "PUBLISH packets received.", mqtt.received);
  by_qos("cartstorm_mqtt_sent", "PUBLISH packets sent.", mqtt.sent);
  family(out, "cartstorm_mqtt_dropped", "counter", "Messages that a receiver did not get, by why.");
  const auto dropped = [&](std::string_view why, std::uint64_t count) {
    fmt::format_to(Out{out}, "cartstorm_mqtt_dropped_total{{why=\"{}\"}} {}\n", why, count);
  };
  dropped("qos_0", mqtt.dropped_qos_0);
  dropped("queue_full", mqtt.dropped_queue_full);
  dropped("too_large", mqtt.dropped_too_large);
  dropped("departed", mqtt.dropped_departed);
  dropped("expired", mqtt.expired);
}

}  // namespace

std::string metrics_of(const View& view) {
  std::string out;
  fleet_part(out, view);
  errors_part(out, view.board);
  rollout_part(out, view);
  mqtt_part(out, view.mqtt);
  gauge(out, "cartstorm_controller_up", "1 while the rollout controller runs.",
        view.is_controller_up ? 1 : 0);
  counter(out, "cartstorm_malformed_uplinks", "Uplinks that broke the wire contract.",
          view.malformed);
  counter(out, "cartstorm_unroutable_uplinks", "Uplinks that nothing serves.", view.unroutable);
  counter(out, "cartstorm_http_requests", "HTTP requests, admin calls not counted.",
          view.http_requests);
  counter(out, "cartstorm_http_refused", "Of these, those whose signature was refused.",
          view.http_refused);
  counter(out, "cartstorm_inputs", "Inputs in the journal.", view.inputs);
  return out + "# EOF\n";
}

}  // namespace cartstorm::broker::net

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "broker-mock/base/time_text.hpp"
#include "broker-mock/base/version_text.hpp"
#include "broker-mock/net/view.hpp"
#include "broker-mock/trace/words.hpp"

namespace cartstorm::broker::net {
namespace {

namespace json = boost::json;

json::object stage_json(const StageLine& stage) {
  json::object out{{"stage", stage.name},
                   {"carts", stage.carts},
                   {"state", state_after(stage.last)},
                   {"since", time_text(stage.since)},
                   {"actor", stage.actor}};
  if (!stage.reason.empty()) out["reason"] = stage.reason;
  return out;
}

json::object rule_json(const RuleLine& rule) {
  return {{"verdict", report::name(trace::word(rule.verdict))},
          {"x", rule.x},
          {"y", rule.y},
          {"e_new", rule.e_new},
          {"e_old", rule.e_old},
          {"at", time_text(rule.at)}};
}

json::object rollout_json(const RolloutLine& line) {
  json::array stages;
  for (const StageLine& stage : line.stages) {
    if (!stage.name.empty()) stages.push_back(stage_json(stage));
  }
  json::object rules;
  for (const auto& [name, rule] : line.rules) rules[name] = rule_json(rule);
  json::object out{{"rollout", line.name},           {"state", state_after(line.last)},
                   {"since", time_text(line.since)}, {"actor", line.actor},
                   {"hold", line.open_hold},         {"stages", std::move(stages)},
                   {"rules", std::move(rules)}};
  if (!line.reason.empty()) out["reason"] = line.reason;
  return out;
}

json::object jobs_json(const Board& board) {
  json::object jobs;
  for (const auto& [id, counts] : board.jobs()) {
    json::object line;
    for (std::size_t status = 0; status < counts.size(); ++status) {
      line[report::name(trace::word(static_cast<JobStatus>(status)))] = counts[status];
    }
    jobs[id] = std::move(line);
  }
  return jobs;
}

json::object versions_json(const Board& board) {
  json::object versions;
  for (const auto& [version, things] : board.versions()) {
    if (things > 0) versions[to_text(version)] = things;
  }
  return versions;
}

json::object rollbacks_json(const Board& board) {
  json::object rollbacks;
  for (const auto& [version, counted] : board.rollbacks()) {
    rollbacks[to_text(version)] =
        json::object{{"occurrences", counted.occurrences}, {"things", counted.things.size()}};
  }
  return rollbacks;
}

json::object dropped_json(const View& view) {
  return {{"malformed", view.malformed},
          {"unroutable", view.unroutable},
          {"queue_full", view.mqtt.dropped_queue_full},
          {"too_large", view.mqtt.dropped_too_large},
          {"expired", view.mqtt.expired},
          {"departed", view.mqtt.dropped_departed},
          {"qos_0", view.mqtt.dropped_qos_0}};
}

}  // namespace

json::object status_of(const View& view) {
  json::array rollouts;
  for (const RolloutLine& line : view.board.rollouts()) rollouts.push_back(rollout_json(line));
  return {{"server_time", time_text(view.now)},
          {"clock",
           json::object{{"offset_ms", view.clock_offset_ms}, {"frozen", view.is_clock_frozen}}},
          {"chaos", view.chaos},
          {"controller", view.is_controller_up ? "up" : "down"},
          {"things", json::object{{"known", view.things}, {"connected", view.connected_things}}},
          {"versions", versions_json(view.board)},
          {"rollouts", std::move(rollouts)},
          {"jobs", jobs_json(view.board)},
          {"rollbacks", rollbacks_json(view.board)},
          {"mqtt", json::object{{"links", view.mqtt.links},
                                {"sessions", view.mqtt.sessions},
                                {"subscriptions", view.mqtt.subscriptions},
                                {"retained", view.mqtt.retained},
                                {"queued_messages", view.mqtt.queued_messages},
                                {"slow_readers", view.mqtt.readers_congested},
                                {"disconnected_readers", view.mqtt.readers_disconnected}}},
          {"dropped", dropped_json(view)},
          {"http", json::object{{"requests", view.http_requests}, {"refused", view.http_refused}}},
          {"inputs", view.inputs},
          {"last_event", view.last_event}};
}

}  // namespace cartstorm::broker::net

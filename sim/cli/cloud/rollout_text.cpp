#include "sim/cli/cloud/rollout_text.hpp"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace cartstorm::cli {
namespace {

namespace json = boost::json;

std::string text_of(const json::object& object, std::string_view key) {
  const json::value* const value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string{value->get_string()} : std::string{};
}

std::int64_t number_of(const json::object& object, std::string_view key) {
  const json::value* const value = object.if_contains(key);
  if (value == nullptr || !value->is_number()) return 0;
  boost::system::error_code error;
  return value->to_number<std::int64_t>(error);
}

const json::object* object_of(const json::object& object, std::string_view key) {
  const json::value* const value = object.if_contains(key);
  return value == nullptr ? nullptr : value->if_object();
}

std::string painted(std::string_view text, std::string_view state, bool in_color) {
  if (!in_color) return std::string{text};
  const bool is_bad = state == "held" || state == "aborted" || state == "refused";
  const bool is_good = state == "complete";
  if (!is_bad && !is_good) return std::string{text};
  return fmt::format("\033[{}m{}\033[0m", is_bad ? 31 : 32, text);
}

std::string stages_text(const json::object& rollout, bool in_color) {
  const json::value* const stages = rollout.if_contains("stages");
  if (stages == nullptr || !stages->is_array()) return {};
  std::string text;
  for (const json::value& value : stages->get_array()) {
    const json::object* const stage = value.if_object();
    if (stage == nullptr) continue;
    const std::string state = text_of(*stage, "state");
    text += fmt::format("  {:<12} {:>8} carts  {}  since {} by {}\n", text_of(*stage, "stage"),
                        number_of(*stage, "carts"),
                        painted(fmt::format("{:<9}", state), state, in_color),
                        text_of(*stage, "since"), text_of(*stage, "actor"));
    if (const std::string reason = text_of(*stage, "reason"); !reason.empty()) {
      text += fmt::format("  {:<12} {}\n", "", reason);
    }
  }
  return text;
}

std::string rules_text(const json::object& rollout) {
  const json::object* const rules = object_of(rollout, "rules");
  if (rules == nullptr) return {};
  std::string text;
  for (const auto& member : *rules) {
    const json::object* const rule = member.value().if_object();
    if (rule == nullptr) continue;
    text +=
        fmt::format("  {:<20} {:<9}  x {}, y {}, new {}, old {}\n", std::string_view{member.key()},
                    text_of(*rule, "verdict"), number_of(*rule, "x"), number_of(*rule, "y"),
                    number_of(*rule, "e_new"), number_of(*rule, "e_old"));
  }
  return text;
}

std::string counted(std::int64_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string rollout_text(const json::object& rollout, bool in_color) {
  const std::string state = text_of(rollout, "state");
  const std::string name = text_of(rollout, "rollout");
  std::string text = fmt::format("{}: {} since {}\n", name, painted(state, state, in_color),
                                 text_of(rollout, "since"));
  const std::int64_t hold = number_of(rollout, "hold");
  if (hold > 0) {
    text += fmt::format(
        "  hold {} waits for a person: cartstorm rollout release {} --hold {} "
        "--reason ...\n",
        hold, name, hold);
  }
  const std::string stages = stages_text(rollout, in_color);
  // What belongs to no stage (a refusal) has its reason here alone.
  if (const std::string reason = text_of(rollout, "reason"); stages.empty() && !reason.empty()) {
    text += fmt::format("  {}\n", reason);
  }
  return text + stages + rules_text(rollout);
}

std::string fleet_text(const json::object& status) {
  const json::object* const things = object_of(status, "things");
  if (things == nullptr) return {};
  std::string text = fmt::format("{}, {} connected", counted(number_of(*things, "known"), "thing"),
                                 number_of(*things, "connected"));
  if (const json::object* const versions = object_of(status, "versions")) {
    for (const auto& version : *versions) {
      text += fmt::format("; {} on {}", number_of(*versions, version.key()),
                          std::string_view{version.key()});
    }
  }
  return text + "\n";
}

std::string rollbacks_text(const json::object& status) {
  const json::object* const rollbacks = object_of(status, "rollbacks");
  if (rollbacks == nullptr) return {};
  std::string text;
  for (const auto& member : *rollbacks) {
    const json::object* const counts = member.value().if_object();
    if (counts == nullptr) continue;
    text += fmt::format("rolled back from {}: {}, {}\n", std::string_view{member.key()},
                        counted(number_of(*counts, "occurrences"), "time"),
                        counted(number_of(*counts, "things"), "thing"));
  }
  return text;
}

}  // namespace

json::array rollouts_of(const json::object& status, const std::string& name) {
  json::array found;
  const json::value* const rollouts = status.if_contains("rollouts");
  if (rollouts == nullptr || !rollouts->is_array()) return found;
  for (const json::value& value : rollouts->get_array()) {
    const json::object* const rollout = value.if_object();
    if (rollout == nullptr) continue;
    if (name.empty() || text_of(*rollout, "rollout") == name) found.push_back(value);
  }
  return found;
}

std::string rollouts_json(const json::array& rollouts) { return json::serialize(rollouts) + "\n"; }

std::string rollouts_text(const json::object& status, const json::array& rollouts, bool in_color) {
  std::string text = fleet_text(status) + rollbacks_text(status);
  if (rollouts.empty()) return text + "no rollout yet\n";
  for (const json::value& rollout : rollouts) {
    text += rollout_text(rollout.get_object(), in_color);
  }
  return text;
}

}  // namespace cartstorm::cli

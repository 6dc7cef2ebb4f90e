#include "reports/render/odds_json.hpp"

#include <boost/json.hpp>

namespace cartstorm::report {
namespace {

namespace json = boost::json;

std::string_view word(Chance::Known known) {
  switch (known) {
    case Chance::Known::exactly:
      return "exact";
    case Chance::Known::bounded:
      return "bound";
    case Chance::Known::simulated:
      return "simulated";
  }
  return "bound";
}

json::value chance_value(const Chance& chance) {
  return json::object{{"value", chance.value},
                      {"low", chance.low},
                      {"high", chance.high},
                      {"known", word(chance.known)}};
}

json::value rule_value(const RuleOdds& rule) {
  json::object object{{"rule", rule.rule},
                      {"parameters", rule.parameters},
                      {"is_in_plan", rule.is_in_plan},
                      {"blind", rule.blind},
                      {"false_hold", chance_value(rule.false_hold)}};
  json::array catches;
  for (const Catch& found : rule.catches) {
    catches.push_back(
        json::object{{"factor", found.factor},
                     {"within_stage", chance_value(found.within_stage)},
                     {"median_hours", found.median_hours ? json::value(*found.median_hours)
                                                         : json::value(nullptr)}});
  }
  object["catches"] = std::move(catches);
  return object;
}

json::value devices_value(const DevicesOdds& devices) {
  json::array at;
  for (const DevicesOdds::AtShare& share : devices.at) {
    at.push_back(json::object{{"failing", share.failing}, {"held", share.held}});
  }
  return json::object{{"targeted", devices.targeted},
                      {"threshold", devices.threshold},
                      {"tolerated", devices.tolerated},
                      {"false_hold", devices.false_hold},
                      {"at", std::move(at)}};
}

json::value stage_value(const StageOdds& stage) {
  json::array rules, unseen;
  for (const RuleOdds& rule : stage.rules) rules.push_back(rule_value(rule));
  for (const std::string& cell : stage.unseen) unseen.emplace_back(cell);
  json::object object{{"stage", stage.stage},
                      {"carts_on_new", stage.carts_on_new},
                      {"carts_on_old", stage.carts_on_old},
                      {"soak_hours", stage.soak_hours},
                      {"window_minutes", stage.window_minutes},
                      {"expected_in_window", stage.expected_in_window},
                      {"proven_failing", stage.proven_failing},
                      {"cells", stage.cells},
                      {"is_random", stage.is_random},
                      {"rarest", stage.rarest},
                      {"missed_at_random", stage.missed_at_random}};
  object["proven_ratio"] = stage.proven_ratio ? json::value(*stage.proven_ratio) : json::value();
  object["unseen"] = std::move(unseen);
  object["rules"] = std::move(rules);
  object["devices"] = stage.devices ? devices_value(*stage.devices) : json::value();
  return object;
}

}  // namespace

json::value odds_value(const Odds& odds) {
  json::array stages, left_out;
  for (const StageOdds& stage : odds.stages) stages.push_back(stage_value(stage));
  for (const std::string& stage : odds.left_out) left_out.emplace_back(stage);
  return json::object{{"plan", odds.plan},
                      {"carts", odds.carts},
                      {"errors_per_hour", odds.errors_per_hour},
                      {"powered_share", odds.powered_share},
                      {"seed", odds.seed},
                      {"repetitions", odds.repetitions},
                      {"false_hold", chance_value(odds.false_hold)},
                      {"stages", std::move(stages)},
                      {"left_out", std::move(left_out)}};
}

std::string to_json(const Odds& odds) { return json::serialize(odds_value(odds)) + "\n"; }

}  // namespace cartstorm::report

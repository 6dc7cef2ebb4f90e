#include <fmt/format.h>

#include <boost/json.hpp>

#include "reports/render/clean.hpp"
#include "reports/render/odds_json.hpp"
#include "reports/render/summary.hpp"

namespace cartstorm::report {
namespace {

namespace json = boost::json;

json::string text(std::string_view words) { return json::string{clean(words)}; }

json::value moment(std::int64_t time_us) {
  // Parentheses: braces would make an array of one.
  return time_us < 0 ? json::value(nullptr) : json::value(time_us);
}

template <class Rows, class F>
json::array list(const Rows& rows, F&& convert) {
  json::array array;
  for (const auto& row : rows) {
    array.push_back(convert(row));
  }
  return array;
}

json::value check_json(const CheckResult& check) {
  json::object object{{"id", text(check.id)},       {"verdict", text(name(check.verdict))},
                      {"premises", check.premises}, {"violations", check.violations},
                      {"is_named", check.is_named}, {"is_declared", check.is_declared}};
  if (check.violations > 0) {
    object["first"] =
        json::object{{"seq", check.first_seq},
                     {"time_us", check.first_time_us},
                     {"cart", check.first_cart == no_cart
                                  ? json::value(nullptr)
                                  : json::value(static_cast<std::uint32_t>(check.first_cart))},
                     {"message", text(check.first_message)}};
  }
  return object;
}

json::value expectation_json(const ExpectationResult& expectation) {
  return json::object{{"text", text(expectation.text)},
                      {"where", text(expectation.where)},
                      {"verdict", text(name(expectation.verdict))},
                      {"seen", text(expectation.seen)}};
}

json::value reason_json(const ReasonCount& count) {
  return json::object{{"reason", text(count.reason)}, {"carts", count.carts}};
}

json::value stage_json(const StageRow& row) {
  return json::object{{"name", text(row.name)},
                      {"carts", row.carts},
                      {"on_new", row.on_new},
                      {"rolled_back", row.rolled_back},
                      {"failed", row.failed},
                      {"in_progress", row.in_progress},
                      {"cancelled", row.cancelled},
                      {"silent", row.silent},
                      {"start_us", moment(row.start_us)},
                      {"hold_us", moment(row.hold_us)},
                      {"release_us", moment(row.release_us)},
                      {"end_us", moment(row.end_us)},
                      {"held_by", text(row.held_by)},
                      {"released_by", text(row.released_by)},
                      {"release_reason", text(row.release_reason)},
                      {"paused_by", text(row.paused_by)},
                      {"pause_reason", text(row.pause_reason)},
                      {"paused_us", row.paused_us},
                      {"aborted_by", text(row.aborted_by)},
                      {"abort_reason", text(row.abort_reason)}};
}

json::value fleet_json(const Summary& summary) {
  return json::object{{"carts", summary.carts},
                      {"on_new", summary.on_new},
                      {"on_old", summary.on_old},
                      {"on_other", summary.on_other},
                      {"bricked", summary.bricked},
                      {"carts_rolled_back", summary.carts_rolled_back},
                      {"rollback_occurrences", summary.rollback_occurrences},
                      {"carts_counted", summary.carts_counted},
                      {"counted_rollbacks", summary.counted_rollbacks},
                      {"rollback_reasons", list(summary.rollback_reasons, reason_json)},
                      {"rejection_reasons", list(summary.rejection_reasons, reason_json)}};
}

json::value reconciled_json(const ReconciledCount& count) {
  return json::object{{"row", text(name(count.row))},
                      {"is_alarm", is_alarm(count.row)},
                      {"carts", count.carts},
                      {"ever", count.ever}};
}

/// Boost.JSON writes one line; people diff these files, so each member gets its own.
void print(const json::value& value, const std::string& indent, std::string& out) {
  const std::string deeper = indent + "  ";
  std::string_view separator = "\n";
  if (value.is_object() && !value.get_object().empty()) {
    out += "{";
    for (const auto& [key, member] : value.get_object()) {
      out += fmt::format("{}{}{}: ", separator, deeper, json::serialize(key));
      print(member, deeper, out);
      separator = ",\n";
    }
    out += "\n" + indent + "}";
  } else if (value.is_array() && !value.get_array().empty()) {
    out += "[";
    for (const json::value& member : value.get_array()) {
      out += fmt::format("{}{}", separator, deeper);
      print(member, deeper, out);
      separator = ",\n";
    }
    out += "\n" + indent + "]";
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

std::string to_json(const Summary& summary) {
  const json::value document = json::object{
      {"scenario", text(summary.scenario)},
      {"why", text(summary.why)},
      {"verdict", text(name(summary.verdict))},
      {"verdict_reason", text(summary.verdict_reason)},
      {"repeat_command", text(summary.repeat_command)},
      {"file", text(summary.file)},
      {"seed", summary.seed},
      {"build", text(summary.build)},
      {"driver", text(summary.driver)},
      {"trace_hash", text(summary.trace_hash)},
      {"records", summary.records},
      {"kernel_events", summary.kernel_events},
      {"ends_us", summary.ends_us},
      {"was_interrupted", summary.was_interrupted},
      {"fleet", fleet_json(summary)},
      {"stages", list(summary.stages, stage_json)},
      {"refusal", text(summary.refusal)},
      {"reconciliation", list(summary.reconciliation, reconciled_json)},
      {"expectations", list(summary.expectations, expectation_json)},
      {"checks", list(summary.checks, check_json)},
      {"odds", summary.odds ? odds_value(*summary.odds) : json::value(nullptr)},
      {"odds_plot", text(summary.odds_plot)},
  };
  std::string out;
  print(document, "", out);
  return out;
}

}  // namespace cartstorm::report

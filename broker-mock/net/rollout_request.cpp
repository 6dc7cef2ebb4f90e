#include "broker-mock/net/rollout_request.hpp"

#include <fmt/format.h>

#include <boost/json/value.hpp>
#include <charconv>

#include "broker-mock/base/hex.hpp"
#include "broker-mock/base/version_text.hpp"
#include "broker-mock/net/json_members.hpp"
#include "broker-mock/net/json_text.hpp"

namespace cartstorm::broker::net {
namespace {

using boost::json::value;

/// A rule is a mapping, which turns it on, or `"off"`.
template <class Rule, class Read>
void read_rule(JsonMembers& rules, std::string_view name, Rule& rule, std::string& problem,
               Read&& read) {
  const value* const found = rules.find(name);
  if (found == nullptr) return;
  if (found->is_string() && found->get_string() == "off") {
    rule.enabled = false;
    return;
  }
  if (!found->is_object()) return rules.refuse(name, "expected an object or \"off\"");
  rule.enabled = true;
  JsonMembers members{*found, rules.place_of(name), problem};
  read(members);
}

constexpr double most_errors = 1e6;

template <class Rule>
void read_baseline(JsonMembers& members, Rule& rule) {
  members.number("baseline_errors_per_hour", rule.baseline_errors_per_hour, 1e-6, most_errors);
}

/// The members that all rules on the ratio of two windows share.
template <class Rule>
void read_window(JsonMembers& members, Rule& rule) {
  members.number("ratio", rule.ratio, 1, 1000);
  members.duration("window", rule.window_ms);
  members.number("min_expected", rule.min_expected, 0, most_errors);
  read_baseline(members, rule);
}

void read_evidence_rules(JsonMembers& rules, HaltRules& of, std::string& problem) {
  read_rule(rules, "poisson_exact", of.poisson_exact, problem, [&](JsonMembers& members) {
    members.number("alpha", of.poisson_exact.alpha, 1e-9, 0.5);
    members.duration("window", of.poisson_exact.window_ms);
    members.number("min_expected", of.poisson_exact.min_expected, 0, most_errors);
    read_baseline(members, of.poisson_exact);
  });
  read_rule(rules, "sprt", of.sprt, problem, [&](JsonMembers& members) {
    members.number("theta1", of.sprt.theta1, 1, 1000);
    members.number("alpha", of.sprt.alpha, 1e-9, 0.5);
    members.number("beta", of.sprt.beta, 1e-9, 0.5);
    members.duration("window", of.sprt.window_ms);
    read_baseline(members, of.sprt);
  });
  read_rule(rules, "e_value", of.e_value, problem, [&](JsonMembers& members) {
    members.number("alpha", of.e_value.alpha, 1e-9, 0.5);
    members.numbers("grid", of.e_value.grid);
    members.duration("restart", of.e_value.restart_ms);
    members.number("certify", of.e_value.certify, 1, 1000);
  });
  read_rule(rules, "devices", of.devices, problem, [&](JsonMembers& members) {
    members.number("tolerate", of.devices.tolerate, 0, 1);
    members.number("alpha", of.devices.alpha, 1e-9, 0.5);
  });
}

void read_rules(const value& from, HaltRules& of, std::string& problem) {
  JsonMembers rules{from, "plan.rules", problem};
  read_rule(rules, "ratio", of.ratio, problem,
            [&](JsonMembers& members) { read_window(members, of.ratio); });
  read_rule(rules, "ratio_at_promotion", of.ratio_at_promotion, problem,
            [&](JsonMembers& members) { read_window(members, of.ratio_at_promotion); });
  read_rule(rules, "persistence", of.persistence, problem, [&](JsonMembers& members) {
    read_window(members, of.persistence);
    members.whole("looks", of.persistence.looks, 1, 10'000);
  });
  read_evidence_rules(rules, of, problem);
}

void read_stages(const value& from, std::vector<StageSpec>& stages, std::string& problem) {
  const boost::json::array* const list = from.if_array();
  if (list == nullptr) {
    problem = "plan.stages: expected a list of stages";
    return;
  }
  stages.clear();
  for (std::size_t i = 0; i < list->size(); ++i) {
    StageSpec stage;
    JsonMembers members{(*list)[i], fmt::format("plan.stages[{}]", i), problem};
    members.require("name");
    members.require("soak");
    members.text("name", stage.name);
    members.whole("carts", stage.carts, 0, UINT32_MAX);
    members.number("percent", stage.percent, 0, 100);
    members.duration("soak", stage.soak_ms);
    members.texts("tiers", stage.tiers);
    if (members.has("carts") == members.has("percent")) {
      members.refuse("carts", "expected either carts or percent");
    }
    stages.push_back(std::move(stage));
  }
}

std::optional<std::uint16_t> minutes_of(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  unsigned hours = 0;
  unsigned minutes = 0;
  const auto read = [](std::string_view digits, unsigned& number) {
    const char* const end = digits.data() + digits.size();
    return std::from_chars(digits.data(), end, number).ptr == end;
  };
  if (!read(text.substr(0, 2), hours) || !read(text.substr(3), minutes)) return std::nullopt;
  if (hours > 23 || minutes > 59) return std::nullopt;
  return static_cast<std::uint16_t>(hours * 60 + minutes);
}

void read_window_of_day(JsonMembers& plan, LocalWindow& window) {
  std::string text;
  plan.text("window", text);
  if (text.empty()) return;
  const auto from = minutes_of(std::string_view{text}.substr(0, 5));
  const auto until =
      text.size() == 11 && text[5] == '-' ? minutes_of(std::string_view{text}.substr(6)) : from;
  if (!from || !until || text.size() != 11) return plan.refuse("window", "expected HH:MM-HH:MM");
  window = {*from, *until};
}

void read_plan(const value& from, RolloutPlan& plan, std::string& problem) {
  if (const boost::json::string* const name = from.if_string()) {
    if (*name != "standard") problem = "plan: expected \"standard\" or an object";
    return;
  }
  JsonMembers members{from, "plan", problem};
  if (const value* stages = members.find("stages")) read_stages(*stages, plan.stages, problem);
  if (const value* rules = members.find("rules")) read_rules(*rules, plan.rules, problem);
  std::string on_hold = "cancel_queued";
  members.text("on_hold", on_hold);
  if (on_hold != "cancel_queued" && on_hold != "let_run") {
    members.refuse("on_hold", "expected cancel_queued or let_run");
  }
  plan.on_hold = on_hold == "let_run" ? OnHold::let_run : OnHold::cancel_queued;
  std::string cohort = "stratified";
  members.text("cohort", cohort);
  if (cohort != "stratified" && cohort != "random") {
    members.refuse("cohort", "expected stratified or random");
  }
  plan.cohort = cohort == "random" ? CohortPick::random : CohortPick::stratified;
  members.duration("evaluate_every", plan.evaluate_every_ms);
  read_window_of_day(members, plan.window);
  const value* const limits = members.find("limits");
  if (limits == nullptr) return;
  JsonMembers of{*limits, "plan.limits", problem};
  of.number("min_sample", plan.limits.min_sample, 0, 1);
  of.duration("silent_after", plan.limits.silent_after_ms);
  of.number("silent_share", plan.limits.silent_share, 0, 1);
}

void read_version(JsonMembers& members, std::string_view key, Version& version) {
  std::string text;
  members.require(key);
  members.text(key, text);
  const auto parsed = parse_version(text);
  if (!parsed) return members.refuse(key, "expected a version such as 2.0.0");
  version = *parsed;
}

void read_anchor(JsonMembers& members, std::string_view key, std::uint64_t& anchor) {
  std::string text;
  members.text(key, text);
  if (text.empty()) return;
  const auto parsed = parse_hex_id(text);
  if (!parsed) return members.refuse(key, "expected 16 lower-case hex digits");
  anchor = *parsed;
}

void read_image(JsonMembers& members, RolloutSpec& spec, std::string& problem) {
  members.require("image");
  const value* const found = members.find("image");
  if (found == nullptr) return;
  JsonMembers image{*found, "image", problem};
  image.require("bucket");
  image.require("key");
  image.text("bucket", spec.bucket);
  image.text("key", spec.key);
}

void read_members(const value& document, RolloutSpec& spec, std::string& problem) {
  JsonMembers members{document, "", problem};
  members.require("name");
  members.require("manifest");
  members.require("chain");
  members.text("name", spec.name);
  read_version(members, "version", spec.version);
  read_version(members, "base", spec.base);
  read_image(members, spec, problem);
  members.text("manifest", spec.manifest_base64);
  members.text("chain", spec.chain_base64);
  members.text("patch_key", spec.patch_key);
  members.text("patch_base_sha256", spec.patch_base_sha256_hex);
  members.flag("patch_only", spec.patch_only);
  read_anchor(members, "requires_anchor", spec.requires_anchor);
  read_anchor(members, "replaces_anchor", spec.replaces_anchor);
  members.whole("execution_timeout_min", spec.execution_timeout_min, 0, 10'080);
  members.text("supersedes", spec.supersedes);
  members.text("person", spec.created_by);
  if (const value* plan = members.find("plan")) read_plan(*plan, spec.plan, problem);
}

}  // namespace

std::string read_rollout(std::string_view json, RolloutSpec& spec) {
  std::string problem;
  const value document = read_json(json, problem);
  spec.plan = standard_plan();
  read_members(document, spec, problem);
  return problem;
}

}  // namespace cartstorm::broker::net

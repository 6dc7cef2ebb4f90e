#include <fmt/format.h>

#include <memory>
#include <utility>

#include "sim/scenario/definitions.hpp"
#include "sim/scenario/known_words.hpp"
#include "sim/scenario/units.hpp"

namespace cartstorm::sim {

namespace {

using report::CartSelector;
using report::Expectation;

Type<std::string> halt_rule() {
  std::vector<Choice<std::string>> rules;
  for (const auto& rule : known_halt_rules()) rules.push_back({rule, rule});
  rules.push_back({"undecided", "undecided"});
  return one_of<std::string>("halt rule", rules);
}

Mapping<report::ExpectHeld> held() {
  Mapping<report::ExpectHeld> keys("held", "The rollout was held.");
  keys.required("stage", word(), &report::ExpectHeld::stage, "Stage in which it was held.")
      .required("by", halt_rule(), &report::ExpectHeld::by,
                "Rule that held it, as under rollout.rules, or undecided if no rule said go.")
      .key("within", optional_of(positive_duration()), &report::ExpectHeld::within_us,
           "At most this long after the stage started.")
      .key("times", optional_of(count_between(1, 1000)), &report::ExpectHeld::times,
           "So many such holds, neither more nor fewer; absent: at least one.");
  return keys;
}

Mapping<report::ExpectPaused> paused() {
  Mapping<report::ExpectPaused> keys("paused", "A person paused the rollout.");
  keys.required("stage", word(), &report::ExpectPaused::stage, "Stage in which it was paused.")
      .key("at_least", optional_of(positive_duration()), &report::ExpectPaused::at_least_us,
           "So long in all, until somebody resumed it or the run ended.");
  return keys;
}

Mapping<report::ExpectCompleted> completed() {
  Mapping<report::ExpectCompleted> keys("completed", "The last stage was completed.");
  keys.key("within", optional_of(positive_duration()), &report::ExpectCompleted::within_us,
           "At most this long after the rollout start.");
  return keys;
}

Mapping<report::ExpectRefused> refused() {
  Mapping<report::ExpectRefused> keys(
      "refused", "A gate refused the rollout, or the cloud a person, at least once.");
  keys.key("reason", sentence(), &report::ExpectRefused::reason, "A part of the refusal.");
  return keys;
}

/// Keys of everything that counts carts: who, at_least, at_most.
template <class Body>
Mapping<Body> counting(std::string name, std::string doc) {
  Mapping<Body> keys(std::move(name), std::move(doc));
  keys.key("who", selector_type(), &Body::who, "Carts that count; absent: all.")
      .key("at_least", optional_of(bound_type()), &Body::at_least,
           "Share of those carts, or a count.")
      .key("at_most", optional_of(bound_type()), &Body::at_most,
           "Share of those carts, or a count.")
      .rule([](const Node& node, const Body& body, Reader& reader) {
        if (!body.at_least && !body.at_most) {
          return reader.complain(node.place, "expected at_least or at_most in " + reader.here());
        }
        const bool can_compare =
            body.at_least && body.at_most && body.at_least->is_share == body.at_most->is_share;
        if (can_compare && body.at_least->value > body.at_most->value) {
          reader.complain(node.find("at_most")->place,
                          "expected at_most to be no less than at_least in " + reader.here());
        }
      });
  return keys;
}

Mapping<report::ExpectRejected> rejected() {
  auto keys = counting<report::ExpectRejected>("rejected",
                                               "Carts whose execution ended FAILED or REJECTED.");
  std::vector<Choice<std::string>> reasons;
  for (const auto& reason : known_reasons()) reasons.push_back({reason, reason});
  keys.key("reason", one_of<std::string>("reason", reasons), &report::ExpectRejected::reason,
           "Only this reason code.");
  return keys;
}

/// `at least 20`, `at most 3`, `at least 2 and at most 5`.
std::optional<report::ExpectAttempts> parse_each(std::string_view text) {
  constexpr std::string_view least = "at least ", most = "at most ", both = " and ";
  report::ExpectAttempts result;
  const auto take = [&](std::string_view words, std::optional<std::uint32_t>& target) {
    if (!text.starts_with(words)) return true;
    text.remove_prefix(words.size());
    const auto digits = text.substr(0, text.find(' '));
    const auto count = parse_count(digits);
    if (!count || *count > 1'000'000'000) return false;
    text.remove_prefix(digits.size());
    target = static_cast<std::uint32_t>(*count);
    return true;
  };
  if (!take(least, result.each_at_least)) return std::nullopt;
  if (result.each_at_least && text.starts_with(both)) {
    text.remove_prefix(both.size());
    if (!text.starts_with(most)) return std::nullopt;
  }
  if (!take(most, result.each_at_most)) return std::nullopt;
  if (!text.empty() || (!result.each_at_least && !result.each_at_most)) return std::nullopt;
  return result;
}

std::string each_text(const report::ExpectAttempts& attempts) {
  std::string text;
  if (attempts.each_at_least) text = fmt::format("at least {}", *attempts.each_at_least);
  if (attempts.each_at_least && attempts.each_at_most) text += " and ";
  if (attempts.each_at_most) text += fmt::format("at most {}", *attempts.each_at_most);
  return text;
}

Type<report::ExpectAttempts> each_type() {
  const auto inner = scalar<report::ExpectAttempts>(
      "`at least 20`, `at most 3` or both joined by `and`", parse_each,
      [](const report::ExpectAttempts& a) -> Json {
        const auto text = each_text(a);
        return text.empty() ? Json(nullptr) : Json(text);
      },
      {{"type", "string"}, {"pattern", "^(at least [0-9]+)?( and )?(at most [0-9]+)?$"}});
  Type<report::ExpectAttempts> type = inner;
  type.read = [inner](const Node& node, report::ExpectAttempts& target, Reader& reader) {
    report::ExpectAttempts bounds;
    inner.read(node, bounds, reader);
    target.each_at_least = bounds.each_at_least;
    target.each_at_most = bounds.each_at_most;
  };
  return type;
}

Mapping<report::ExpectAttempts> attempts() {
  Mapping<report::ExpectAttempts> keys("attempts", "Install attempts of every single cart.");
  keys.key("who", selector_type(), &report::ExpectAttempts::who, "Carts meant; absent: all.")
      .required(
          "each", each_type(), [](auto& self) -> auto& { return self; },
          "Bound for each of these carts: at least N, at most N.");
  return keys;
}

template <class Body>
Alternative<Expectation> kind_of(Mapping<Body> mapping, bool may_be_bare) {
  const auto keys = std::make_shared<const Mapping<Body>>(std::move(mapping));
  Alternative<Expectation> kind;
  kind.name = keys->name();
  kind.doc = keys->doc();
  kind.may_be_bare = may_be_bare;
  kind.read = [keys](const Node& node, Expectation& expectation, Reader& reader) {
    Body body;
    if (node.kind != Node::Kind::null) keys->read(node, body, reader);
    expectation.body = std::move(body);
  };
  kind.is_it = [](const Expectation& e) { return std::holds_alternative<Body>(e.body); };
  kind.show = [keys](const Expectation& e) { return keys->show(std::get<Body>(e.body)); };
  kind.schema = [keys](SchemaDefs& defs) { return keys->schema(defs); };
  kind.rows = [keys] { return keys->rows(); };
  return kind;
}

Type<std::string> check_id() {
  std::vector<Choice<std::string>> ids;
  for (const auto& id : known_check_ids()) ids.push_back({id, id});
  return one_of<std::string>("promise", ids);
}

Alternative<Expectation> violates() {
  const auto ids = list_of("promises", check_id());
  Alternative<Expectation> kind;
  kind.name = "violates";
  kind.doc = "These promises must be broken: the scenario shows a bug.";
  kind.read = [ids](const Node& node, Expectation& expectation, Reader& reader) {
    report::ExpectViolates body;
    ids.read(node, body.checks, reader);
    if (node.kind == Node::Kind::sequence && node.items.empty()) {
      reader.complain(node.place, "expected at least one promise in " + reader.here());
    }
    expectation.body = std::move(body);
  };
  kind.is_it = [](const Expectation& e) {
    return std::holds_alternative<report::ExpectViolates>(e.body);
  };
  kind.show = [ids](const Expectation& e) {
    return ids.show(std::get<report::ExpectViolates>(e.body).checks);
  };
  kind.schema = ids.schema;
  kind.rows = [] { return std::vector<KeyRow>{}; };
  return kind;
}

}  // namespace

const std::vector<Alternative<Expectation>>& expectation_kinds() {
  static const std::vector<Alternative<Expectation>> kinds{
      kind_of(held(), false),
      kind_of(Mapping<report::ExpectNotHeld>("not_held", "No stage was held."), true),
      kind_of(paused(), false),
      kind_of(completed(), true),
      kind_of(refused(), true),
      kind_of(
          counting<report::ExpectOnNew>("on_new", "Carts confirmed on the new version at the end."),
          false),
      kind_of(counting<report::ExpectRollbacks>(
                  "rollbacks", "Rollbacks of what rollouts brought that the cloud has counted."),
              false),
      kind_of(rejected(), false),
      kind_of(attempts(), false),
      violates()};
  return kinds;
}

}  // namespace cartstorm::sim

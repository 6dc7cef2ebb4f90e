#include "reports/check/expect.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reports/trace/print.hpp"

namespace cartstorm::report {
namespace {

using Results = std::vector<CheckResult>;

Outcome verdict(bool is_met, std::string seen) {
  return {is_met ? CheckVerdict::pass : CheckVerdict::fail, std::move(seen)};
}

/// A hold's reason begins with its rule (`ratio: ...`), or the rule's own verdict said hold in this
/// stage. Anywhere else the word proves nothing: there is a "ratio" in every "duration".
bool was_held_by(const HoldFacts& hold, const std::string& rule) {
  return rule.empty() || hold.reason.starts_with(rule + ":") ||
         std::find(hold.rules.begin(), hold.rules.end(), rule) != hold.rules.end();
}

std::string describe(const std::vector<HoldFacts>& holds) {
  if (holds.empty()) {
    return "nothing was held";
  }
  std::string text;
  for (const HoldFacts& hold : holds) {
    text += fmt::format("{}{} was held {} after its start ({})", text.empty() ? "" : "; ",
                        hold.stage, span_text(hold.since_start_us), hold.reason);
  }
  return text;
}

Outcome see(const ExpectHeld& wanted, const Fleet& fleet, const Results&) {
  std::vector<HoldFacts> met;
  for (const HoldFacts& hold : fleet.holds()) {
    if ((wanted.stage.empty() || hold.stage == wanted.stage) && was_held_by(hold, wanted.by) &&
        (!wanted.within_us || hold.since_start_us <= *wanted.within_us)) {
      met.push_back(hold);
    }
  }
  const bool is_as_often = wanted.times ? met.size() == *wanted.times : !met.empty();
  return is_as_often ? verdict(true, describe(met)) : verdict(false, describe(fleet.holds()));
}

Outcome see(const ExpectNotHeld&, const Fleet& fleet, const Results&) {
  return verdict(fleet.holds().empty(), describe(fleet.holds()));
}

/// A pause that nobody ended lasts until its rollout is over, or as long as anything was seen.
Outcome see(const ExpectPaused& wanted, const Fleet& fleet, const Results&) {
  std::string seen;
  bool is_met = false;
  for (const StageFacts& stage : fleet.stages()) {
    if (stage.paused_by.empty()) {
      continue;
    }
    std::int64_t paused_us = stage.paused_us;
    if (stage.pause_began_us) {
      paused_us += fleet.latest_us() - *stage.pause_began_us;
    }
    seen += fmt::format("{}{} was paused for {} by {} ({})", seen.empty() ? "" : "; ", stage.name,
                        span_text(paused_us), stage.paused_by, stage.pause_reason);
    is_met |= stage.name == wanted.stage && paused_us >= wanted.at_least_us.value_or(0);
  }
  return verdict(is_met, seen.empty() ? std::string{"nothing was paused"} : seen);
}

Outcome see(const ExpectCompleted& wanted, const Fleet& fleet, const Results&) {
  const auto ended_us = fleet.ended_us();
  if (!ended_us) {
    return verdict(false, "the last stage was not completed");
  }
  return verdict(!wanted.within_us || *ended_us <= *wanted.within_us,
                 fmt::format("the last stage was complete at {}", moment_text(*ended_us)));
}

Outcome see(const ExpectRefused& wanted, const Fleet& fleet, const Results&) {
  for (const std::string& refusal : fleet.refusals()) {
    if (refusal.find(wanted.reason) != std::string::npos) {
      return verdict(true, fmt::format("refused: {}", refusal));
    }
  }
  return verdict(false, fleet.refusals().empty()
                            ? std::string{"nothing was refused"}
                            : fmt::format("refused for another reason: {}", fleet.refusals()[0]));
}

struct Counted {
  std::uint64_t selected = 0, carts = 0, total = 0;
};

/// Counts the selected carts, those for which `number_of` is not 0, and the sum of it.
template <class F>
Counted count(const Fleet& fleet, const CartSelector& who, F&& number_of) {
  Counted counted;
  for (const CartFacts& cart : fleet.carts()) {
    if (fleet.matches(cart, who)) {
      const std::uint64_t number = number_of(cart);
      ++counted.selected;
      counted.carts += number > 0 ? 1 : 0;
      counted.total += number;
    }
  }
  return counted;
}

/// A share compares carts with the selected carts; a count compares `total`.
bool is_met(const std::optional<Bound>& bound, const Counted& seen, bool at_least) {
  if (!bound) {
    return true;
  }
  const auto number = static_cast<double>(bound->is_share ? seen.carts : seen.total);
  const double limit =
      bound->is_share ? bound->value * static_cast<double>(seen.selected) : bound->value;
  return at_least ? number >= limit : number <= limit;
}

template <class Wanted>
Outcome bounded(const Wanted& wanted, const Counted& seen, std::string text) {
  if (seen.selected == 0) {
    return {CheckVerdict::vacuous, "no cart was selected"};
  }
  return verdict(is_met(wanted.at_least, seen, true) && is_met(wanted.at_most, seen, false),
                 std::move(text));
}

Outcome see(const ExpectOnNew& wanted, const Fleet& fleet, const Results&) {
  const Counted seen = count(fleet, wanted.who, [&fleet](const CartFacts& cart) -> std::uint64_t {
    return fleet.is_on_new(cart) ? 1 : 0;
  });
  return bounded(wanted, seen,
                 fmt::format("{} of {} carts are on the new version", seen.carts, seen.selected));
}

Outcome see(const ExpectRollbacks& wanted, const Fleet& fleet, const Results&) {
  const Counted seen =
      count(fleet, wanted.who, [](const CartFacts& cart) { return cart.counted_rollbacks; });
  return bounded(
      wanted, seen,
      fmt::format("the cloud counted {} {} from {} of {} carts", seen.total,
                  seen.total == 1 ? "rollback" : "rollbacks", seen.carts, seen.selected));
}

Outcome see(const ExpectRejected& wanted, const Fleet& fleet, const Results&) {
  const auto words = words_of(Reason{});
  const auto word = std::find(words.begin(), words.end(), wanted.reason);
  const bool is_any = wanted.reason.empty();
  if (!is_any && word == words.end()) {
    return verdict(false, fmt::format("there is no reason \"{}\"", wanted.reason));
  }
  const auto mask =
      is_any ? ~std::uint32_t{0} : std::uint32_t{1} << static_cast<unsigned>(word - words.begin());
  const Counted seen = count(fleet, wanted.who, [mask](const CartFacts& cart) -> std::uint64_t {
    return cart.has_ended_badly && (cart.ended_badly_for & mask) != 0 ? 1 : 0;
  });
  return bounded(wanted, seen,
                 fmt::format("{} of {} carts failed or rejected it", seen.carts, seen.selected));
}

Outcome see(const ExpectAttempts& wanted, const Fleet& fleet, const Results&) {
  std::uint64_t selected = 0;
  std::uint32_t least = UINT32_MAX;
  std::uint32_t most = 0;
  for (const CartFacts& cart : fleet.carts()) {
    if (fleet.matches(cart, wanted.who)) {
      ++selected;
      least = std::min(least, cart.attempts);
      most = std::max(most, cart.attempts);
    }
  }
  if (selected == 0) {
    return {CheckVerdict::vacuous, "no cart was selected"};
  }
  return verdict(
      least >= wanted.each_at_least.value_or(0) && most <= wanted.each_at_most.value_or(UINT32_MAX),
      least == most ? fmt::format("{} carts made {} attempts each", selected, most)
                    : fmt::format("{} carts made {} to {} attempts each", selected, least, most));
}

const CheckResult* find(const Results& results, const std::string& id) {
  const auto found = std::find_if(results.begin(), results.end(),
                                  [&id](const CheckResult& result) { return result.id == id; });
  return found == results.end() ? nullptr : &*found;
}

Outcome see(const ExpectViolates& wanted, const Fleet&, const Results& results) {
  std::vector<std::string> held;
  for (const std::string& id : wanted.checks) {
    const CheckResult* const result = find(results, id);
    if (result == nullptr || result->verdict != CheckVerdict::fail) {
      const bool is_unseen = result == nullptr || result->premises == 0;
      held.push_back(is_unseen ? id + " (its premise was never true)"
                               : fmt::format("{} (premise {} times)", id, result->premises));
    }
  }
  return held.empty()
             ? verdict(true, fmt::format("broken as expected: {}", fmt::join(wanted.checks, ", ")))
             : verdict(false, fmt::format("not broken: {}", fmt::join(held, ", ")));
}

Outcome see(const ExpectCheck& wanted, const Fleet&, const Results& results) {
  const CheckResult* const result = find(results, wanted.id);
  if (result == nullptr) {
    return verdict(false, fmt::format("there is no check \"{}\"", wanted.id));
  }
  if (result->verdict == CheckVerdict::vacuous) {
    return {CheckVerdict::vacuous, "its premise was never true"};
  }
  if (result->verdict == CheckVerdict::not_evaluable) {
    return {CheckVerdict::not_evaluable, "this driver cannot see what it needs"};
  }
  return {result->verdict,
          fmt::format("premise {} times, broken {} times", result->premises, result->violations)};
}

}  // namespace

Outcome evaluate(const Expectation& expectation, const Fleet& fleet, const Results& results) {
  return std::visit([&fleet, &results](const auto& wanted) { return see(wanted, fleet, results); },
                    expectation.body);
}

}  // namespace cartstorm::report

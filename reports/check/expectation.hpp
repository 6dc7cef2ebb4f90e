#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// The typed form of a scenario's `expect:` list. Plain parameters: the loader fills them, the
/// evaluation in reports/check reads them.
namespace cartstorm::report {

/// Selects carts by what the trace says of them; empty members match all.
struct CartSelector {
  std::string region, use, profile, tier, stage;
};
/// A share of carts (0..1) or a count.
struct Bound {
  double value = 0;
  bool is_share = false;
};

/// The rollout was held in `stage` by `rule`, at most `within_us` after that stage started.
struct ExpectHeld {
  std::string stage, by;
  std::optional<std::int64_t> within_us;
  /// So many such holds, neither more nor fewer.
  std::optional<std::uint32_t> times = std::nullopt;
};
/// No hold in any stage.
struct ExpectNotHeld {};
/// A person paused the rollout in `stage`; `at_least_us` in all, until resumed or the end.
struct ExpectPaused {
  std::string stage;
  std::optional<std::int64_t> at_least_us;
};
/// The last stage was completed before the end.
struct ExpectCompleted {
  std::optional<std::int64_t> within_us;
};
/// A gate refused the rollout, or the cloud what a person asked for, at least once; `reason` is a
/// part of the refusal.
struct ExpectRefused {
  std::string reason;
};
/// Carts confirmed on the new version at the end, among the selected ones.
struct ExpectOnNew {
  CartSelector who;
  std::optional<Bound> at_least, at_most;
};
/// Rollback occurrences of the new version counted by the cloud, among the selected carts.
struct ExpectRollbacks {
  CartSelector who;
  std::optional<Bound> at_least, at_most;
};
/// Carts whose execution ended FAILED or REJECTED, among the selected ones.
struct ExpectRejected {
  CartSelector who;
  std::optional<Bound> at_least, at_most;
  std::string reason;
};
/// Install attempts (verdicts on a manifest) of every selected cart.
struct ExpectAttempts {
  CartSelector who;
  std::optional<std::uint32_t> each_at_least, each_at_most;
};
/// These checks must fail: the scenario shows a bug.
struct ExpectViolates {
  std::vector<std::string> checks;
};
/// The check must pass and its premise must have been true at least once.
struct ExpectCheck {
  std::string id;
};

using ExpectationBody = std::variant<ExpectHeld, ExpectNotHeld, ExpectPaused, ExpectCompleted,
                                     ExpectRefused, ExpectOnNew, ExpectRollbacks, ExpectRejected,
                                     ExpectAttempts, ExpectViolates, ExpectCheck>;

struct Expectation {
  std::string text;   ///< as written, for reports
  std::string where;  ///< file:line:col
  ExpectationBody body;
};

}  // namespace cartstorm::report

#pragma once
#include <optional>
#include <string>
#include <vector>

#include "reports/check/expectation.hpp"
#include "reports/check/releases.hpp"
#include "reports/trace/stream.hpp"

namespace cartstorm::report {

inline constexpr std::uint32_t no_stage = 0xffffffffU;
inline constexpr std::uint32_t stages_per_rollout = 0x10000;

/// How a cart stood in its stage when a newer rollout targeted it.
struct EarlierStage {
  std::uint32_t stage = no_stage;
  Version confirmed{};
  std::uint32_t rollbacks = 0;
  std::optional<JobStatus> execution;
  Version brings{};  ///< the version of its rollout
};

/// What the trace says of one cart at the end.
struct CartFacts {
  TextId thing{}, profile{}, region{}, use{}, tier{};
  Version confirmed{};
  std::uint32_t stage = no_stage;       ///< the stage of the latest rollout that targeted it first
  Version brings{};                     ///< the version of that rollout
  std::vector<EarlierStage> earlier;    ///< one for each rollout before that targeted it
  std::uint32_t attempts = 0;           ///< verdicts on the target version
  std::uint32_t rollbacks = 0;          ///< decisions to give up what a rollout brought
  std::uint32_t counted_rollbacks = 0;  ///< of those, what the cloud counted
  std::uint32_t rollback_reasons = 0;   ///< bits by RollbackReason
  std::uint32_t ended_badly_for = 0;    ///< bits by Reason of FAILED and REJECTED executions
  std::optional<JobStatus> execution;   ///< last status of its last execution
  bool is_known = false;
  bool has_ended_badly = false;
  bool is_in_recovery = false;
};

struct StageFacts {
  std::string name;
  std::uint32_t number = 0;  ///< unlike that of any stage of another rollout
  std::uint32_t carts = 0;
  std::int64_t start_us = -1, hold_us = -1, release_us = -1, end_us = -1;
  std::string held_by, released_by, release_reason;
  std::string paused_by, pause_reason;           ///< of the last pause
  std::string aborted_by, abort_reason;          ///< in this stage the rollout ended early
  std::int64_t paused_us = 0;                    ///< in all, in pauses that are over
  std::optional<std::int64_t> pause_began_us{};  ///< of the one that lasts
};

struct HoldFacts {
  std::string stage, reason;
  std::int64_t time_us = 0;
  std::int64_t since_start_us = 0;
  std::vector<std::string> rules;  ///< whose verdict was hold since the stage started
};

/// A fault of the scenario and whether it ever struck.
struct FaultFacts {
  TextId fault{};
  std::uint64_t fired = 0;
};

/// Gathers from the full stream what expectations and the summary speak of.
class Fleet final : public Sink {
 public:
  explicit Fleet(const TextTable& texts) : texts_{texts} {}

  std::uint64_t kinds() const override;
  void on(const Record&) override;

  const TextTable& texts() const { return texts_; }
  const std::vector<CartFacts>& carts() const { return carts_; }
  const std::vector<StageFacts>& stages() const { return stages_; }
  const std::vector<HoldFacts>& holds() const { return holds_; }
  /// What gates and the cloud answered to whom they did not obey.
  const std::vector<std::string>& refusals() const { return refusals_; }
  const std::vector<FaultFacts>& faults() const { return faults_; }
  /// Time of the last record that this looked at.
  std::int64_t latest_us() const { return latest_us_; }
  /// When the last stage was complete.
  std::optional<std::int64_t> ended_us() const { return ended_us_; }
  std::string_view driver() const { return texts_.text(driver_); }
  Version base() const { return releases_.base(); }
  std::optional<Version> target() const;
  bool is_target(Version) const;
  /// Whether a rollout brings or brought it; one that is not over may still be rolled back from
  /// when a newer one has begun.
  bool was_brought(Version) const;
  bool is_on_new(const CartFacts& cart) const { return is_target(cart.confirmed); }
  bool matches(const CartFacts&, const CartSelector&) const;

  void see(const Record&, const Run&);
  void see(const Record&, const Cart&);
  void see(const Record&, const Image&);
  void see(const Record&, const BootDecide&);
  void see(const Record&, const Jump&);
  void see(const Record&, const Confirm&);
  void see(const Record&, const Rollback&);
  void see(const Record&, const ManifestVerdict&);
  void see(const Record&, const JobRx&);
  void see(const Record&, const MetricRx&);
  void see(const Record&, const Stage&);
  void see(const Record&, const Target&);
  void see(const Record&, const HaltEval&);
  void see(const Record&, const Operator&);
  void see(const Record&, const Fault&);

 private:
  CartFacts& cart(CartId);
  /// Whether the stage of that name was the first of its rollout that targeted the cart.
  bool is_in_stage(const CartFacts&, std::string_view name) const;
  StageFacts& stage(const Stage&);
  std::uint32_t number_of(std::uint32_t stage) const;
  void hold(const Record&, const Stage&, StageFacts&);
  void pause(const Record&, const Stage&, StageFacts&);
  /// By a person, or because the rollout is over: a pause is of the rollout, whatever its stage.
  void end_pause(const Record&);

  const TextTable& texts_;
  Releases releases_;
  std::vector<Version> brought_;  ///< to targets so far
  std::vector<CartFacts> carts_;
  std::vector<StageFacts> stages_;
  std::uint32_t rollouts_ = 0;  ///< that were asked for
  std::vector<HoldFacts> holds_;
  std::vector<std::string> refusals_;
  std::vector<FaultFacts> faults_;
  std::vector<std::string> holding_rules_;
  std::optional<std::int64_t> ended_us_;
  TextId driver_{};
  std::int64_t latest_us_ = 0;
};

}  // namespace cartstorm::report

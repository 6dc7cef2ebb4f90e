#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "broker-mock/cloud/facts.hpp"
#include "broker-mock/rollout/cart_ledger.hpp"
#include "broker-mock/rollout/rule.hpp"
#include "broker-mock/telemetry/exposure.hpp"

namespace cartstorm::broker::rollout {

/// The rules of a rollout at work on its running stage. It shows them every finished minute, once
/// and in order, however late it is called: what the minute rules say is a function of the plan,
/// the start of the stage, the last release and the minutes, so that a controller that was
/// restarted gets the same verdicts by telling those three again.
class StageWatch {
 public:
  StageWatch(std::string rollout, const RolloutPlan& plan, Arms arms);

  /// The rules begin anew with the minute of `now`. `targeted`: carts of all stages so far.
  void start_stage(std::uint32_t stage, std::uint64_t targeted, ServerTime now,
                   telemetry::Exposure& exposure);
  /// Late joiners came: so many carts of all stages now.
  void count_targeted(std::uint64_t targeted);
  /// A person has accepted what was: the rules begin anew with the first whole minute.
  void release(ServerTime now, telemetry::Exposure& exposure);

  /// What a controller that was restarted knows of the past.
  struct Past {
    ServerTime stage_started, last_release;  ///< the latter of any stage, or 1970
  };
  /// As if it had been told of these, by one that was not restarted.
  void resume(std::uint32_t stage, std::uint64_t targeted, const Past& past,
              telemetry::Exposure& exposure);

  struct Verdicts {
    bool says_go = false;
    std::string hold_reason;  ///< of every rule that holds, joined by "; "; empty: none does
  };
  /// What all rules say by `now`, which `exposure` must have reached. One that held at any minute
  /// since the last call holds. Facts are told of every rule on a change of its verdict and every
  /// half hour.
  Verdicts judge(const telemetry::Exposure& exposure, const CartLedger& ledger, ServerTime soak_end,
                 ServerTime now, Observer& observer);

 private:
  /// What was told of a rule last.
  struct Told {
    ServerTime at = never;
    fact::Verdict verdict = fact::Verdict::undecided;
  };
  /// What a rule says now.
  struct Saying {
    Judgement judgement;
    std::string reason;  ///< of a hold
  };

  void begin_anew(std::int64_t first_minute, telemetry::Exposure& exposure);
  void show_minutes_before(const telemetry::Exposure& exposure);
  void show(const Look& minute);
  Look look_at(std::int64_t minute, const telemetry::Exposure& exposure) const;
  Saying ask_devices(const CartLedger& ledger) const;
  void take(std::string_view rule, const Saying& saying, Told& told, Verdicts& verdicts,
            ServerTime now, Observer& observer) const;

  std::string rollout_;
  RolloutPlan plan_;
  Arms arms_;
  std::uint32_t stage_ = 0;
  std::uint64_t hold_threshold_ = 1;  ///< bad carts that hold, of those targeted
  std::vector<std::unique_ptr<Rule>> rules_;
  std::vector<Saying> sayings_;  ///< of rules_
  std::vector<Told> told_;       ///< of rules_, then of `devices`
  bool has_shown_before_ = false;
  std::int64_t next_minute_ = 0;     ///< first one that the rules were not shown
  std::int64_t forgiven_until_ = 0;  ///< minutes before it were accepted by a person
};

}  // namespace cartstorm::broker::rollout

#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "broker-mock/device_services/anchors.hpp"
#include "broker-mock/device_services/consent.hpp"
#include "broker-mock/jobs/engine.hpp"
#include "broker-mock/rollout/anchor_gate.hpp"
#include "broker-mock/rollout/cart_ledger.hpp"
#include "broker-mock/rollout/plan.hpp"
#include "broker-mock/rollout/rules.hpp"
#include "broker-mock/rollout/soak_clock.hpp"
#include "broker-mock/telemetry/ledger.hpp"

namespace cartstorm::broker::rollout {

/// What a rollout reads and moves. It has no other way to learn anything about a cart.
struct Surroundings {
  const Things& things;
  jobs::Engine& jobs;
  const telemetry::Exposure& exposure;
  services::Anchors& anchors;
  const services::Consent& consent;
  Observer& observer;
  std::uint64_t seed = 0;
  std::string region;
  std::uint32_t url_expires_s = 3600;
  std::int64_t silent_after_ms = 0;
};

enum class Phase : std::uint8_t {
  gated,    ///< the next stage waits for trust anchors
  soaking,  ///< a stage runs
  held,     ///< waits for a person
  ended,    ///< the last stage is complete
  aborted,
};

/// One campaign: stages, their cohorts, the rules that watch them, holds and releases.
class Rollout {
 public:
  Rollout(Surroundings surroundings, RolloutSpec spec);

  void begin(ServerTime now);
  /// Evaluates rules, gate and soak time; due at every multiple of the plan's interval.
  void advance(ServerTime now);
  ServerTime deadline() const { return is_ticking() ? next_tick_ : never; }

  // Operators. Empty on success, else why not and what to do instead.
  std::string release(std::uint32_t hold_id, std::string_view person, std::string_view reason,
                      ServerTime now);
  std::string abort(std::string_view person, std::string_view reason, ServerTime now);
  /// From now on no stage starts or completes and the soak clock stands still. Executions stay as
  /// they are, and the rules keep watching: they may hold what is paused.
  std::string pause(std::string_view person, std::string_view reason, ServerTime now);
  std::string resume(std::string_view person, std::string_view reason, ServerTime now);
  /// A newer rollout takes over: what this one still has open is cancelled.
  void supersede(ServerTime now);

  // Messages and presence.
  void seen(ThingId thing, ServerTime now) { ledger_.seen(thing, now); }
  void on(const jobs::ExecutionChange& change);
  void on_rollback(ThingId thing, Version target) { ledger_.rolled_back(thing, target); }
  void on_heartbeat(ThingId thing, Version version) { ledger_.reported_version(thing, version); }
  void possession_changed(ThingId thing, std::uint64_t anchor, bool has_it);
  void consent_changed() { is_gate_stale_ = true; }

  const std::string& name() const { return spec_.name; }
  std::uint64_t requires_anchor() const { return spec_.requires_anchor; }
  Phase phase() const { return phase_; }
  bool is_paused() const { return is_paused_; }
  bool is_over() const { return phase_ == Phase::ended || phase_ == Phase::aborted; }

 private:
  /// What a rule said last, to keep the trace small: changes, and one every half hour.
  struct Said {
    ServerTime at = never;
    fact::Verdict verdict = fact::Verdict::undecided;
  };
  struct Verdicts {
    bool says_go = false;
    std::string hold_reason;  ///< empty: no rule holds
  };

  bool is_ticking() const { return phase_ == Phase::gated || phase_ == Phase::soaking; }
  bool has_stage() const { return next_stage_ > 0; }
  std::uint32_t stage() const { return next_stage_ - 1; }
  std::uint32_t told_stage() const { return has_stage() ? stage() : 0; }
  bool is_last_stage() const { return next_stage_ == spec_.plan.stages.size(); }
  bool is_eligible(ThingId thing) const;

  void try_start(ServerTime now);
  bool passes_gate(ServerTime now);
  void refuse_if_news(ServerTime now);
  void look_at_gate(ServerTime now);
  void start_stage(ServerTime now);
  void exclude_opted_out();
  std::string why_undecided(bool says_go) const;
  void complete_stage(ServerTime now);
  std::string create_job(const std::string& id, const std::vector<ThingId>& things, ServerTime now,
                         jobs::JobNumber& number);

  Verdicts evaluate(ServerTime now);
  Judgement judge_ratio_now(ServerTime now) const;
  Judgement judge_devices_now() const;
  void say(std::string_view rule, const Judgement& judgement, Said& said, ServerTime now);
  std::string ratio_reason(const Judgement& judgement) const;
  std::string devices_reason(const Judgement& judgement) const;

  void hold(std::string_view reason, bool is_at_end, ServerTime now);
  void let_soak(ServerTime now);
  void cancel_queued(ServerTime now);
  void requeue_cancelled(ServerTime now);
  std::string release_error(std::uint32_t hold_id, std::string_view person,
                            std::string_view reason) const;
  void tell(std::uint32_t stage, fact::StageEvent event, std::string_view actor,
            std::string_view reason, std::uint32_t hold_id = 0);
  void set_next_tick(ServerTime now);

  Surroundings around_;
  RolloutSpec spec_;
  CartLedger ledger_;
  AnchorGate gate_;
  Phase phase_ = Phase::gated;
  Phase phase_before_hold_ = Phase::gated;
  bool is_held_at_end_ = false;  ///< of the soak: the release itself completes the stage
  std::uint32_t next_stage_ = 0;
  SoakClock soak_;
  bool is_paused_ = false;     ///< beside the phase: what is paused can be held, and the other way
  ServerTime judge_since_{0};  ///< minutes before it were released by a person
  ServerTime next_tick_ = never;
  std::uint32_t holds_ = 0;
  std::uint32_t gate_things_ = 0;  ///< registered things when the gate last looked
  std::uint32_t gate_carts_ = 0;   ///< of all remaining stages, then
  bool is_gate_stale_ = false;     ///< a consent changed since
  std::uint64_t hold_threshold_ = 1;
  Said said_ratio_, said_devices_;
  std::vector<std::string> stage_jobs_;  ///< job ids of the running stage
  std::vector<std::string> all_jobs_;
  std::vector<ThingId> cancelled_;  ///< by the current hold
};

}  // namespace cartstorm::broker::rollout

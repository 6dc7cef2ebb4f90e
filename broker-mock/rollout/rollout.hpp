#pragma once
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "broker-mock/device_services/consent.hpp"
#include "broker-mock/rollout/act.hpp"
#include "broker-mock/rollout/cart_ledger.hpp"
#include "broker-mock/rollout/gates.hpp"
#include "broker-mock/rollout/journal.hpp"
#include "broker-mock/rollout/plan.hpp"
#include "broker-mock/rollout/refusal.hpp"
#include "broker-mock/rollout/soak_clock.hpp"
#include "broker-mock/rollout/stage_watch.hpp"
#include "broker-mock/telemetry/ledger.hpp"

namespace cartstorm::broker::rollout {

/// Who acts when no person does.
inline constexpr std::string_view system_actor = "system";

/// What a rollout reads, and the one door through which it acts. It has no other way to learn
/// anything about a cart.
struct Surroundings {
  const Things& things;
  const jobs::Engine& jobs;
  const telemetry::Ledger& telemetry;
  telemetry::Exposure& exposure;
  const services::Anchors& anchors;
  const services::Consent& consent;
  const Artifacts& artifacts;
  Effects& effects;
  Observer& observer;  ///< of what decides nothing
  std::uint64_t seed = 0;
  std::string region;
  std::uint32_t url_expires_s = 3600;
};

enum class Phase : std::uint8_t {
  gated,    ///< the next stage waits for what its gates ask for
  soaking,  ///< a stage runs
  held,     ///< waits for a person
  ended,    ///< the last stage is complete
  aborted,
};

/// One campaign: stages, their cohorts, the rules that watch them, holds and releases. Every entry
/// point decides first, then makes the decision durable, then acts.
class Rollout {
 public:
  Rollout(Surroundings surroundings, std::uint32_t number, RolloutSpec spec);

  /// `open_jobs` are those of older rollouts in which carts still have something to do.
  void begin(const std::vector<std::string>& open_jobs, ServerTime now);
  /// Takes up what another object with this number and spec left behind: finishes its last
  /// decision, and asks the other services what has become of the carts meanwhile. False if a
  /// record is damaged; `was_begun` says whether there was one.
  bool restore(bool& was_begun, ServerTime now);
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
  /// Another rollout takes its place: aborts it in the name of whoever created that one.
  void be_superseded(const RolloutSpec& by, ServerTime now);
  /// Adds the jobs in which carts still have something to do.
  void append_open_jobs(std::vector<std::string>& ids) const;

  // Messages and presence.
  void seen(ThingId thing, ServerTime now) { ledger_.seen(thing, now); }
  void on(const jobs::ExecutionChange& change);
  void on_rollback(ThingId thing, Version target) { ledger_.rolled_back(thing, target); }
  void on_heartbeat(ThingId thing, Version version) { ledger_.reported_version(thing, version); }
  void possession_changed(ThingId thing, std::uint64_t anchor, bool has_it);
  void consent_changed(ThingId thing, ServerTime now);

  const std::string& name() const { return spec_.name; }
  std::uint64_t requires_anchor() const { return spec_.requires_anchor; }
  Phase phase() const { return phase_; }
  bool is_paused() const { return is_paused_; }
  bool is_over() const { return phase_ == Phase::ended || phase_ == Phase::aborted; }

 private:
  /// Carts that were targeted together; of a stage, its denominator for ever.
  struct StartedStage {
    Journal::List cohort = Journal::no_list;
    ServerTime started_at;
    template <class Archive>
    friend void fields(Archive& archive, StartedStage& stage) {
      archive(stage.cohort, stage.started_at);
    }
  };
  struct OwnJob {
    std::string id;
    std::uint32_t stage = 0;
    Journal::List targets = Journal::no_list;
    template <class Archive>
    friend void fields(Archive& archive, OwnJob& job) {
      archive(job.id, job.stage, job.targets);
    }
  };
  /// Bad carts that a person let pass.
  struct Acknowledged {
    Journal::List lasting = Journal::no_list, silent = Journal::no_list;
    ServerTime at;
    template <class Archive>
    friend void fields(Archive& archive, Acknowledged& acknowledged) {
      archive(acknowledged.lasting, acknowledged.silent, acknowledged.at);
    }
  };

  bool is_ticking() const { return phase_ == Phase::gated || phase_ == Phase::soaking; }
  bool has_stage() const { return next_stage_ > 0; }
  std::uint32_t stage() const { return next_stage_ - 1; }
  std::uint32_t told_stage() const { return has_stage() ? stage() : 0; }
  bool is_last_stage() const { return next_stage_ == spec_.plan.stages.size(); }
  std::uint32_t last_stage() const {
    return static_cast<std::uint32_t>(spec_.plan.stages.size() - 1);
  }
  /// The stage that could take carts now: the next one, or the last one for who comes late.
  std::uint32_t open_stage() const { return std::min(next_stage_, last_stage()); }
  /// Late joiners are tallied apart: denominators are fixed.
  std::uint32_t late_stage() const { return last_stage() + 1; }
  /// Whether a stage may take it, if no stage has yet.
  bool may_take(const StageSpec& stage, ThingId thing) const;
  bool is_remaining(ThingId thing) const;

  // rollout.cpp: stages and gates
  void decide(ServerTime now);
  void try_start(ServerTime now);
  void survey();
  void refuse(const std::string& reason, ServerTime now);
  void remember_artifact();
  void look_at_gates(ServerTime now);
  void start_stage(const std::string& warning, ServerTime now);
  void exclude_others();
  std::string why_undecided(bool says_go) const;
  void complete_stage(ServerTime now);
  JobIndex add_job(Journal::List targets);
  void set_next_tick(ServerTime now);

  // rollout_queue.cpp: when carts get their executions
  void queue(const std::vector<ThingId>& things, std::string_view reason, ServerTime now);
  void queue_opened(ServerTime now);
  void find_next_opening(ServerTime now);
  std::int32_t utc_offset_min(ThingId thing) const;
  void take_late_joiners(ServerTime now);
  void target_late(const std::vector<ThingId>& carts, ServerTime now);
  bool may_be_taken_back(ThingId thing) const;
  void take_back(ThingId thing);

  // rollout_hold.cpp: what stops it, and persons
  void hold(std::string_view reason, bool is_at_end, ServerTime now);
  void let_soak(ServerTime now);
  void cancel_queued();
  void requeue_cancelled(ServerTime now);
  void end_by_force(std::string_view actor, std::string_view reason, ServerTime now);
  void acknowledge_bad(ServerTime now);
  bool is_in(ThingId thing, JobStatus status) const;
  std::string release_error(std::uint32_t hold_id, std::string_view person,
                            std::string_view reason) const;

  // rollout_acts.cpp: decisions become durable and then happen
  template <class Kind>
  void will(Kind act) {
    acts_.emplace_back().is.template emplace<Kind>(std::move(act));
  }
  void tell(std::uint32_t stage, fact::StageEvent event, std::string_view actor,
            std::string_view reason, std::uint32_t hold_id = 0);
  void tell_operator(std::string_view person, std::string_view action, std::uint32_t hold_id,
                     std::string_view reason);
  void tell_targets(Journal::List list, fact::TargetEvent event, std::string_view reason);
  void settle(ServerTime now);
  void commit();
  void perform_all(ServerTime now);
  void perform(const act::TellOperator& act, ServerTime now);
  void perform(const act::TellStage& act, ServerTime now);
  void perform(const act::TellTargets& act, ServerTime now);
  void perform(const act::CreateJob& act, ServerTime now);
  void perform(const act::CancelQueued& act, ServerTime now);
  void perform(const act::CancelEach& act, ServerTime now);
  void perform(const act::CancelOpen& act, ServerTime now);
  void perform(const act::Distribute& act, ServerTime now);
  /// Everything that must survive, in the order of the record.
  template <class Archive>
  friend void fields(Archive& archive, Rollout& rollout) {
    archive(rollout.phase_, rollout.phase_before_hold_, rollout.is_held_at_end_, rollout.is_paused_,
            rollout.next_stage_, rollout.soak_, rollout.judge_since_, rollout.holds_,
            rollout.stages_, rollout.late_, rollout.jobs_, rollout.waiting_, rollout.opted_out_,
            rollout.cancelled_, rollout.acknowledged_, rollout.canary_, rollout.refusal_,
            rollout.lists_, rollout.facts_, rollout.acts_);
  }

  // rollout_restore.cpp: what the other services know of the carts
  void recall_versions();
  void recall_carts(ServerTime now);
  void recall(const StartedStage& carts, std::uint32_t number);
  void recall(ThingId thing, ServerTime targeted_at);
  void soak_late(ServerTime now);
  void judge_missed_minutes(ServerTime now);

  Surroundings around_;
  RolloutSpec spec_;
  Journal journal_;

  // Durable.
  Phase phase_ = Phase::gated;
  Phase phase_before_hold_ = Phase::gated;
  bool is_held_at_end_ = false;  ///< of the soak: the release itself completes the stage
  bool is_paused_ = false;  ///< beside the phase: what is paused can be held, and the other way
  std::uint32_t next_stage_ = 0;
  SoakClock soak_;
  ServerTime judge_since_{0};  ///< minutes before it were released by a person
  std::uint32_t holds_ = 0;
  std::vector<StartedStage> stages_;
  std::vector<StartedStage> late_;  ///< carts that came after the last stage began, as they came
  std::vector<OwnJob> jobs_;
  Journal::List waiting_ = Journal::no_list;    ///< targeted, until their window opens
  std::vector<ThingId> opted_out_;              ///< after they were targeted
  Journal::List cancelled_ = Journal::no_list;  ///< taken back by the current hold
  Acknowledged acknowledged_;
  CanaryArtifact canary_;
  Refusal refusal_;
  std::uint32_t lists_ = 0;
  std::uint64_t facts_ = 0;  ///< decided so far, told or not
  std::vector<Act> acts_;    ///< of the last decision, until all of them are done

  // Derived: from the above, from other services, or looked at again.
  CartLedger ledger_;
  StageWatch watch_;
  Gates gates_;
  ServerTime next_tick_ = never;
  ServerTime next_opening_ = never;  ///< of the first window that a cart waits for
  bool is_survey_stale_ = false;     ///< a consent changed since, or the controller was restarted
  std::map<std::string, JobIndex, std::less<>> job_by_id_;
};

}  // namespace cartstorm::broker::rollout

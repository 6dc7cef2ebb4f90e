#pragma once
#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "broker-mock/cloud/facts.hpp"

namespace cartstorm::broker::net {

/// One stage as the facts told it.
struct StageLine {
  std::string name;
  std::uint32_t carts = 0;
  fact::StageEvent last = fact::StageEvent::requested;
  std::string actor, reason;
  ServerTime since;
  std::uint32_t hold_id = 0;  ///< of the last hold; 0: never held
};
struct RuleLine {
  fact::Verdict verdict = fact::Verdict::undecided;
  std::uint64_t x = 0, y = 0, e_new = 0, e_old = 0;
  ServerTime at;
};
struct RolloutLine {
  std::string name;
  std::vector<StageLine> stages;  ///< those that have begun, in order
  fact::StageEvent last = fact::StageEvent::requested;
  std::string actor, reason;
  ServerTime since;
  std::uint32_t open_hold = 0;            ///< 0: nothing waits for a person
  std::map<std::string, RuleLine> rules;  ///< the last look of each, in the running stage
};

/// The cloud seen from outside, made of nothing but its facts: what status page, metrics and
/// `cartstorm rollout status` show, and the stream that tools follow. Replaying the journal fills
/// it again.
class Board final : public Observer {
 public:
  /// Facts carry no time of their own.
  void set_now(ServerTime now) { now_ = now; }
  void on_name(std::function<std::string_view(ThingId)> name) { name_ = std::move(name); }

  void on(const fact::ExecutionChanged& fact) override;
  void on(const fact::MetricReceived& fact) override;
  void on(const fact::ExposureMinute& fact) override;
  void on(const fact::StageChanged& fact) override;
  void on(const fact::TargetChanged& fact) override;
  void on(const fact::HaltEvaluated& fact) override;
  void on(const fact::OperatorActed& fact) override;
  void on(const fact::AnchorChanged& fact) override;

  const std::vector<RolloutLine>& rollouts() const { return rollouts_; }
  using ByStatus = std::array<std::uint32_t, 8>;  ///< by JobStatus
  /// Newest executions per job.
  const std::map<std::string, ByStatus>& jobs() const { return jobs_; }
  struct Rollbacks {
    std::uint64_t occurrences = 0;
    std::set<ThingId> things;
  };
  const std::map<Version, Rollbacks>& rollbacks() const { return rollbacks_; }
  /// Things by the version that they reported last; those that never did are missing.
  const std::map<Version, std::uint32_t>& versions() const { return versions_; }
  std::uint64_t error_episodes(Version version) const;

  /// Facts as lines of JSON, numbered from 1. `after` older than what is kept: the oldest kept.
  struct Event {
    std::uint64_t number = 0;
    std::string json;
  };
  const std::deque<Event>& events() const { return events_; }
  std::uint64_t last_event() const { return last_event_; }
  /// Called for every new one.
  void on_event(std::function<void(const Event&)> listener) { listener_ = std::move(listener); }

 private:
  std::string begin(const char* kind) const;
  void emit(std::string json);
  std::string_view name(ThingId thing) const { return name_ ? name_(thing) : std::string_view{}; }
  RolloutLine& rollout(std::string_view name);

  ServerTime now_{};
  std::function<std::string_view(ThingId)> name_;
  std::vector<Version> reported_;
  std::vector<RolloutLine> rollouts_;
  std::map<std::string, ByStatus> jobs_;
  std::map<std::pair<std::string, ThingId>, JobStatus> executions_;
  std::map<Version, Rollbacks> rollbacks_;
  std::map<Version, std::uint32_t> versions_;
  std::map<Version, std::uint64_t> errors_;
  std::deque<Event> events_;
  std::uint64_t last_event_ = 0;
  std::function<void(const Event&)> listener_;
};

std::string_view word(fact::StageEvent event);
/// What a stage, or a rollout, is after it: `running`, `held`, `aborted`, ...
std::string_view state_after(fact::StageEvent event);
std::string_view word(fact::Verdict verdict);
std::string_view word(JobStatus status);

}  // namespace cartstorm::broker::net

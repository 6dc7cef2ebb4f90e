#pragma once
#include <array>
#include <cstdint>
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
/// `cartstorm rollout status` show. Replaying the journal fills it again.
class Board final : public Observer {
 public:
  /// Facts carry no time of their own.
  void set_now(ServerTime now) { now_ = now; }

  void on(const fact::ExecutionChanged& fact) override;
  void on(const fact::MetricReceived& fact) override;
  void on(const fact::ExposureMinute&) override {}
  void on(const fact::StageChanged& fact) override;
  void on(const fact::TargetChanged&) override {}
  void on(const fact::HaltEvaluated& fact) override;
  void on(const fact::OperatorActed&) override {}
  void on(const fact::AnchorChanged&) override {}

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
  /// Counted error episodes by the version that was running.
  const std::map<Version, std::uint64_t>& errors() const { return errors_; }

 private:
  RolloutLine& rollout(std::string_view name);

  ServerTime now_{};
  std::vector<Version> reported_;
  std::vector<RolloutLine> rollouts_;
  std::map<std::string, ByStatus> jobs_;
  std::map<std::pair<std::string, ThingId>, JobStatus> executions_;
  std::map<Version, Rollbacks> rollbacks_;
  std::map<Version, std::uint32_t> versions_;
  std::map<Version, std::uint64_t> errors_;
};

/// What a stage, or a rollout, is after it: `running`, `held`, `aborted`, ...
std::string_view state_after(fact::StageEvent event);

}  // namespace cartstorm::broker::net

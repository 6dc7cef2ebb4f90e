#pragma once
#include <fmt/format.h>

#include <string>
#include <vector>

#include "broker-mock/base/hex.hpp"
#include "broker-mock/base/version_text.hpp"
#include "broker-mock/cloud/facts.hpp"

namespace cartstorm::broker::test {

inline constexpr std::string_view status_words[] = {
    "queued", "in_progress", "succeeded", "failed", "rejected", "timed_out", "canceled", "removed"};
inline constexpr std::string_view stage_words[] = {"requested", "refused", "start", "complete",
                                                   "hold",      "release", "abort", "pause",
                                                   "end",       "resume"};

/// Writes every fact as one line a reader can compare by eye.
class Recorder : public Observer {
 public:
  struct Stage {
    std::uint32_t stage;
    std::string event, actor, reason;
    std::uint32_t hold_id, carts;
    std::int64_t sequence;  ///< position among all facts
  };
  struct Evaluation {
    std::string rule;
    std::uint32_t stage;
    std::uint64_t x, y, e_new, e_old;
    fact::Verdict verdict;
  };

  void on(const fact::ExecutionChanged& f) override {
    ++sequence;
    executions.push_back(fmt::format("{} {} #{} {} v{}{}{}", number(f.thing), f.job, f.execution,
                                     status_words[static_cast<std::size_t>(f.status)], f.version_no,
                                     f.accepted ? "" : " refused",
                                     f.reason.empty() ? "" : " " + std::string{f.reason}));
  }
  void on(const fact::MetricReceived& f) override {
    ++sequence;
    constexpr std::string_view names[] = {"rollback", "error", "heartbeat"};
    metrics.push_back(fmt::format("{} {} {} {}{}", number(f.thing),
                                  names[static_cast<std::size_t>(f.metric)], to_text(f.version),
                                  f.key, f.counted ? "" : " again"));
  }
  void on(const fact::ExposureMinute& f) override {
    ++sequence;
    minutes.push_back(f);
  }
  void on(const fact::StageChanged& f) override {
    ++sequence;
    stages.push_back({f.stage, std::string{stage_words[static_cast<std::size_t>(f.event)]},
                      std::string{f.actor}, std::string{f.reason}, f.hold_id, f.carts, sequence});
  }
  void on(const fact::TargetChanged& f) override {
    ++sequence;
    targets.push_back(f);
    target_reasons.emplace_back(f.reason);
  }
  void on(const fact::HaltEvaluated& f) override {
    ++sequence;
    evaluations.push_back({std::string{f.rule}, f.stage, f.x, f.y, f.e_new, f.e_old, f.verdict});
  }
  void on(const fact::OperatorActed& f) override {
    ++sequence;
    operators.push_back(fmt::format("{} {} {} {}", f.actor, f.action, f.hold_id, f.reason));
  }
  void on(const fact::AnchorChanged& f) override {
    ++sequence;
    constexpr std::string_view names[] = {"sent", "acknowledged", "removed"};
    anchors.push_back(fmt::format("{} {} {}", number(f.thing), hex(f.anchor),
                                  names[static_cast<std::size_t>(f.event)]));
  }

  /// `start canary(10)` and the like, in order.
  std::vector<std::string> story() const {
    std::vector<std::string> lines;
    for (const Stage& s : stages) {
      lines.push_back(fmt::format("{} {} {}", s.event, s.stage, s.carts));
    }
    return lines;
  }

  std::int64_t sequence = 0;
  std::vector<std::string> executions, metrics, operators, anchors, target_reasons;
  std::vector<fact::ExposureMinute> minutes;
  std::vector<fact::TargetChanged> targets;
  std::vector<Stage> stages;
  std::vector<Evaluation> evaluations;

 private:
  static std::uint32_t number(ThingId thing) { return static_cast<std::uint32_t>(thing); }
};

}  // namespace cartstorm::broker::test

#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "broker-mock/device_services/anchors.hpp"
#include "broker-mock/jobs/engine.hpp"
#include "broker-mock/rollout/lifeline.hpp"
#include "broker-mock/rollout/store.hpp"

namespace cartstorm::broker::rollout {

/// The one door through which a controller acts: on its store, on other services, on the trace.
/// Every call is a point of its lifeline. All of them may be repeated: a controller that comes back
/// does again what it had decided, and each receiver recognises what it has done already.
class Effects final : public Observer {
 public:
  Effects(Store& store, jobs::Engine& jobs, services::Anchors& anchors, Observer& facts)
      : store_{store}, jobs_{jobs}, anchors_{anchors}, facts_{facts} {}

  Lifeline& lifeline() { return lifeline_; }
  const Lifeline& lifeline() const { return lifeline_; }
  const Store& store() const { return store_; }

  void put(std::string_view key, std::string_view value);
  void erase(std::string_view key);

  /// A job is known by its id: one that exists is left as it is.
  void create(const jobs::JobSpec& job, ServerTime now);
  /// What nobody started of a job; nothing if the job is cancelled already.
  void cancel_queued(std::string_view job_id, ServerTime now);
  /// One execution if it is queued, with `force` if it is in progress too.
  void cancel(std::string_view job_id, ThingId thing, bool force, ServerTime now);
  void distribute(std::uint64_t anchor, const std::vector<ThingId>& things);

  /// A fact that follows from a decision. Those of one rollout are numbered without a gap from 1
  /// on, and the receiver drops a number it has seen.
  template <class Fact>
  void tell(std::string_view rollout, std::uint64_t number, const Fact& fact) {
    if (lifeline_.passes() && is_news(rollout, number)) facts_.on(fact);
  }

  // Facts that decide nothing, such as a rule's verdict, pass without a number: after a restart
  // they may come again.
  void on(const fact::ExecutionChanged& fact) override { pass(fact); }
  void on(const fact::MetricReceived& fact) override { pass(fact); }
  void on(const fact::ExposureMinute& fact) override { pass(fact); }
  void on(const fact::StageChanged& fact) override { pass(fact); }
  void on(const fact::TargetChanged& fact) override { pass(fact); }
  void on(const fact::HaltEvaluated& fact) override { pass(fact); }
  void on(const fact::OperatorActed& fact) override { pass(fact); }
  void on(const fact::AnchorChanged& fact) override { pass(fact); }

 private:
  template <class Fact>
  void pass(const Fact& fact) {
    if (lifeline_.passes()) facts_.on(fact);
  }
  bool is_news(std::string_view rollout, std::uint64_t number);

  Store& store_;
  jobs::Engine& jobs_;
  services::Anchors& anchors_;
  Observer& facts_;
  Lifeline lifeline_;
  std::map<std::string, std::uint64_t, std::less<>> told_;  ///< the receiver's memory
};

}  // namespace cartstorm::broker::rollout

#pragma once
#include "broker-mock/cloud/facts.hpp"
#include "reports/trace/stream.hpp"

namespace cartstorm::sim {

/// What the world itself wants to know of the cloud's facts: whom an operator has to release, and
/// what the terminal shows.
class CloudWatcher {
 public:
  virtual void stage_changed(const broker::fact::StageChanged&) = 0;

 protected:
  ~CloudWatcher() = default;
};

/// Turns the cloud's facts into trace records.
class CloudObserver final : public broker::Observer {
 public:
  CloudObserver(report::Stream& stream, CloudWatcher& watcher, std::int64_t epoch_unix_s)
      : stream_(stream), watcher_(watcher), epoch_minute_(epoch_unix_s / 60) {}

  void set_now(std::int64_t now_us) { now_us_ = now_us; }

  void on(const broker::fact::ExecutionChanged&) override;
  void on(const broker::fact::MetricReceived&) override;
  void on(const broker::fact::ExposureMinute&) override;
  void on(const broker::fact::StageChanged&) override;
  void on(const broker::fact::TargetChanged&) override;
  void on(const broker::fact::HaltEvaluated&) override;
  void on(const broker::fact::OperatorActed&) override;
  void on(const broker::fact::AnchorChanged&) override;

 private:
  void emit(const report::Payload& payload) { stream_.emit(now_us_, payload); }
  report::TextId text(std::string_view s) { return stream_.texts().intern(s); }

  report::Stream& stream_;
  CloudWatcher& watcher_;
  std::int64_t epoch_minute_;
  std::int64_t now_us_ = 0;
};

}  // namespace cartstorm::sim

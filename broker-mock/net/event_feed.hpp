#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "broker-mock/cloud/facts.hpp"

namespace cartstorm::broker::net {

/// The cloud-side facts of the trace as lines of JSON, numbered from 1, with the kinds, names and
/// words of `reports/trace`; carts stand there by their thing names. Passes every fact on to
/// `next`.
class EventFeed final : public Observer {
 public:
  using NameOf = std::function<std::string_view(ThingId)>;
  struct Event {
    std::uint64_t number = 0;
    std::string json;
  };

  EventFeed(NameOf name_of, Observer& next) : name_of_{std::move(name_of)}, next_{next} {}

  /// Facts carry no time of their own.
  void set_now(ServerTime now) { now_ = now; }
  /// The newest ones.
  const std::deque<Event>& events() const { return events_; }
  std::uint64_t last_number() const { return last_number_; }
  /// Called for every new one.
  void on_event(std::function<void(const Event&)> listener) { listener_ = std::move(listener); }

  void on(const fact::ExecutionChanged& fact) override;
  void on(const fact::MetricReceived& fact) override;
  void on(const fact::ExposureMinute& fact) override;
  void on(const fact::StageChanged& fact) override;
  void on(const fact::TargetChanged& fact) override;
  void on(const fact::HaltEvaluated& fact) override;
  void on(const fact::OperatorActed& fact) override;
  void on(const fact::AnchorChanged& fact) override;

 private:
  template <class Kind>
  std::string begin();
  void end(std::string json);

  NameOf name_of_;
  Observer& next_;
  ServerTime now_{};
  std::deque<Event> events_;
  std::uint64_t last_number_ = 0;
  std::function<void(const Event&)> listener_;
};

}  // namespace cartstorm::broker::net

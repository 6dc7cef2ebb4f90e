#pragma once
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "broker-mock/rollout/controller.hpp"

namespace cartstorm::broker {

inline constexpr std::string_view controller_is_down =
    "the rollout controller is down; ask again when it is back";

/// Runs the rollout controller and outlives it: what a process manager is to a process. While it is
/// down the other services work on, but it hears nothing of them.
class ControllerHost {
 public:
  explicit ControllerHost(rollout::Surroundings surroundings)
      : around_{std::move(surroundings)}, controller_{make()} {}

  /// What an operator asks for: the controller's refusal, empty if it has done it. `is_down` is set
  /// if there was nobody to ask, or if the asked one died before it could answer: what it had
  /// decided by then counts.
  template <class Call>
  std::string ask(bool& is_down, Call&& call) {
    std::string refusal;
    if (controller_) refusal = call(*controller_);
    bury_if_dead();
    is_down = controller_ == nullptr;
    if (is_down) refusal = controller_is_down;
    return refusal;
  }
  /// What happens around it. Such a call may come out of another one, through a service that the
  /// controller has just used, so that it must not end the controller.
  template <class Call>
  void tell(Call&& call) const {
    if (controller_) call(*controller_);
  }
  /// The same of what nobody but the outside world can cause, so that the controller may act on it.
  template <class Call>
  void advise(Call&& call) {
    tell(call);
    bury_if_dead();
  }
  void advance(ServerTime now);
  ServerTime deadline() const { return controller_ ? controller_->deadline() : never; }
  const rollout::Controller* controller() const { return controller_.get(); }

  void kill();
  /// Counted over the whole life of the host: rollout::Lifeline.
  void kill_at(std::uint64_t point) { around_.effects.lifeline().cut_at(point); }
  std::uint64_t points() const { return around_.effects.lifeline().points(); }
  bool is_up() const { return controller_ != nullptr; }
  /// Empty, or what is wrong with the store: then nobody runs the rollouts.
  std::string restart(ServerTime now);

 private:
  std::unique_ptr<rollout::Controller> make() const {
    return std::make_unique<rollout::Controller>(around_);
  }
  void bury_if_dead() {
    if (around_.effects.lifeline().is_cut()) controller_.reset();
  }

  rollout::Surroundings around_;
  std::unique_ptr<rollout::Controller> controller_;
};

}  // namespace cartstorm::broker

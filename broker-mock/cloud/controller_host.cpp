#include "broker-mock/cloud/controller_host.hpp"

namespace cartstorm::broker {

void ControllerHost::advance(ServerTime now) {
  if (controller_) controller_->advance(now);
  bury_if_dead();
}

void ControllerHost::kill() {
  around_.effects.lifeline().cut();
  bury_if_dead();
}

/// Its recovery can be killed too, like everything else it does.
std::string ControllerHost::restart(ServerTime now) {
  around_.effects.lifeline().mend();
  controller_ = make();
  std::string error = controller_->restore(now);
  if (!error.empty()) controller_.reset();
  bury_if_dead();
  return error;
}

}  // namespace cartstorm::broker

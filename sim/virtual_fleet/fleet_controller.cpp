#include <algorithm>
#include <utility>

#include "sim/virtual_fleet/fleet.hpp"

/// Fault `controller_killed`: the rollout controller dies and comes back, by the clock or before
/// the n-th thing that it writes or does. Messages still reach the other services meanwhile.
namespace cartstorm::sim {
void VirtualFleet::plan_controller_kills() {
  for (std::size_t i = 0; i < scenario_.faults.size(); ++i) {
    const auto* killed = std::get_if<ControllerKilled>(&scenario_.faults[i].body);
    if (killed != nullptr && killed->at_us) {
      at(std::max(*killed->at_us, now_us_), Due::fault_begins, nobody,
         static_cast<std::uint32_t>(i));
    } else if (killed != nullptr) {
      kills_by_write_.push_back(i);
    }
  }
  if (kills_by_write_.empty()) {
    return;
  }
  const auto write_of = [this](std::size_t fault) {
    return *std::get<ControllerKilled>(scenario_.faults[fault].body).at_write;
  };
  std::ranges::stable_sort(kills_by_write_, std::ranges::greater{}, write_of);
  at(faults_.quiet_from_us(), Due::controller_spared, nobody, 0);
  arm_controller_kill();
}

/// One that was passed while another one had the controller down never strikes.
void VirtualFleet::arm_controller_kill() {
  for (; !kills_by_write_.empty(); kills_by_write_.pop_back()) {
    const std::uint64_t write =
        *std::get<ControllerKilled>(scenario_.faults[kills_by_write_.back()].body).at_write;
    if (write > cloud_->controller_points()) {
      return cloud_->kill_controller_at(write);
    }
  }
  cloud_->kill_controller_at(0);
}

void VirtualFleet::controller_may_have_died() {
  if (!cloud_->is_controller_up() && !is_controller_down_ && !kills_by_write_.empty()) {
    const std::size_t fault = kills_by_write_.back();
    kills_by_write_.pop_back();
    controller_died(fault);
  }
}

void VirtualFleet::controller_died(std::size_t fault) {
  emit_fault(nobody, fault, report::FaultEvent::fire,
             static_cast<std::int64_t>(cloud_->controller_points()));
  // Killed while it was down already: the first restart brings it back.
  if (std::exchange(is_controller_down_, true)) {
    return;
  }
  const auto& killed = std::get<ControllerKilled>(scenario_.faults[fault].body);
  at(now_us_ + killed.down_us, Due::controller_restarts, nobody, static_cast<std::uint32_t>(fault));
}

void VirtualFleet::restart_controller(std::size_t fault) {
  emit_fault(nobody, fault, report::FaultEvent::clear, 0);
  is_controller_down_ = false;
  arm_controller_kill();
  if (const auto refusal = cloud_->restart_controller(server_time())) {
    infrastructure_error_ = "the controller did not come back: " + refusal->message;
    return;
  }
  controller_may_have_died();
  // Whoever got no answer asks again; what had been decided by then is refused or does nothing.
  if (has_asked_ && !has_begun_) {
    begin_rollout();
  }
  for (const auto& [what, number] : std::exchange(unanswered_, {})) {
    ask_again(what, number);
  }
  called_cloud();
}

}  // namespace cartstorm::sim

#include <algorithm>
#include <utility>

#include "sim/virtual_fleet/bound_hardware.hpp"
#include "sim/virtual_fleet/trace_words.hpp"

/// One step of one agent, and what its commands do in this world.
namespace cartstorm::sim {
namespace {

constexpr std::int64_t self_test_takes_us = 5'000'000;

template <class... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};
template <class... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

}  // namespace

void VirtualFleet::step(std::uint32_t number, const ota::Event& event) {
  Cart& cart = *carts_[number];
  if (!cart.running) {
    return;
  }
  BoundHardware bound{*this, number};
  const auto uptime_ms = static_cast<std::uint64_t>((bound.supply.now_us - cart.boot_us) / 1000);
  cart.running->agent.step({uptime_ms}, event, bound.hardware(), cart.running->tuning, commands_);
  if (!settle(number, bound.supply)) {
    return;  // Commands of a step in which power was lost are discarded (D29).
  }
  if (commands_.has_overflowed()) {
    infrastructure_error_ = "a step asked for more than Commands holds: a defect of the agent";
    return;
  }
  const std::uint32_t incarnation = cart.incarnation;
  for (const auto& command : commands_) {
    if (cart.incarnation != incarnation) {
      return;
    }
    perform(number, command);
  }
  follow_deadline(number);
}

// Takes over how long the hardware is busy, and what happened to the supply. False: the step did
// not reach its end, so what it asked for was never asked.
bool VirtualFleet::settle(std::uint32_t number, const Supply& supply) {
  Cart& cart = *carts_[number];
  cart.busy_until_us = supply.now_us;
  const bool is_done = !supply.is_lost && !supply.has_stopped();
  cart_observer_.end_step(is_done);
  if (supply.is_lost && !supply.has_stopped()) {
    emit(report::AfterPowerLoss{static_cast<report::CartId>(number), supply.calls_after_loss});
    if (supply.ends_at_us != cart.supply_ends_us) {
      // The cut was by operation: the supply ended inside the step.
      cart.supply_ends_us = supply.ends_at_us;
      cart.is_cut_by_fault = true;
      cart.cut_fault = cart.op_cut_fault;
      cart.fault_off_us = std::get<PowerCut>(scenario_.faults[cart.op_cut_fault].body).off_us;
      at(cart.supply_ends_us, Due::supply_fails, number, cart.incarnation);
    }
  }
  return is_done;
}

void VirtualFleet::perform(std::uint32_t number, const ota::Command& command) {
  Cart& cart = *carts_[number];
  const std::int64_t ready_us = std::max(now_us_, cart.busy_until_us);
  std::visit(
      Overloaded{
          [&](const ota::command::Publish& publish_command) {
            const auto& payload = publish_command.payload;
            publish(number, publish_command.topic,
                    {reinterpret_cast<const char*>(payload.data()), payload.size()});
          },
          [&](const ota::command::HttpGet& get) { http_get(number, get); },
          [&](const ota::command::HttpNext& next) { http_next(number, next.max_bytes); },
          [&](const ota::command::HttpStop&) { cart.running->http.is_open = false; },
          [&](const ota::command::RunSelfTest&) {
            at(ready_us + self_test_takes_us, Due::self_test_done, number, cart.incarnation);
          },
          [&](const ota::command::Continue&) {
            at(ready_us, Due::agent_continue, number, cart.incarnation);
          },
          [&](const ota::command::Reboot&) { reset(number, ota::ResetCause::commanded, ready_us); },
      },
      command);
}

// One timer event per cart is in the queue. A deadline that moves away is followed when the event
// comes up, not when it moves: most deadlines are never reached.
void VirtualFleet::follow_deadline(std::uint32_t number) {
  Cart& cart = *carts_[number];
  if (!cart.running) {
    return;
  }
  const ota::Uptime deadline = cart.running->agent.deadline();
  if (deadline == ota::never) {
    return;
  }
  const std::int64_t due_us = cart.boot_us + static_cast<std::int64_t>(deadline.ms) * 1000;
  if (due_us < cart.running->deadline_at_us) {
    cart.running->deadline_at_us = due_us;
    at(due_us, Due::agent_timer, number, cart.incarnation);
  }
}

void VirtualFleet::agent_timer(std::uint32_t number) {
  Cart& cart = *carts_[number];
  if (!cart.running) {
    return;
  }
  if (now_us_ < cart.running->deadline_at_us) {
    return;  // An earlier event took its place.
  }
  cart.running->deadline_at_us = INT64_MAX;
  const ota::Uptime deadline = cart.running->agent.deadline();
  const auto uptime_ms = static_cast<std::uint64_t>((now_us_ - cart.boot_us) / 1000);
  if (deadline.ms <= uptime_ms) {
    step(number, ota::event::DeadlineReached{});
  } else {
    follow_deadline(number);
  }
}

}  // namespace cartstorm::sim

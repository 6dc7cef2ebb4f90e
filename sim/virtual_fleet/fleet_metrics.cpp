#include "sim/virtual_fleet/fleet.hpp"

/// What the metric channel does to telemetry on its way to the cloud's store.
namespace cartstorm::sim {

void VirtualFleet::fire_once(std::uint32_t number, std::size_t fault) {
  auto& seen = metric_struck_[fault];
  seen.resize(carts_.size(), false);
  if (!seen[number]) {
    seen[number] = true;
    emit_fault(number, fault, report::FaultEvent::fire, 0);
  }
}

void VirtualFleet::put_metric_on_wire(std::uint32_t number, MetricKind kind, std::string_view topic,
                                      std::string_view payload) {
  Cart& cart = *carts_[number];
  if (!faults_.touches_metrics()) {
    // Most messages of most runs: nothing is drawn for them, and nothing remembered.
    ++cart.telemetry_sent;
    send(number, topic, payload, 0);
    return;
  }
  const auto fate = faults_.metric_fate(number, cart.telemetry_sent++, kind, now_us_);
  if (fate.lost) {
    return fire_once(number, *fate.lost);
  }
  if (fate.delayed) {
    fire_once(number, *fate.delayed);
  }
  const std::uint32_t slot = send(number, topic, payload, fate.delay_us);
  messages_[slot].telemetry = cart.telemetry_sent;
  messages_[slot].reordered = fate.reordered;
  for (std::uint32_t copy = 1; copy <= fate.copies; ++copy) {
    fire_once(number, *fate.copied);
    send(number, topic, payload, fate.delay_us + copy * fate.copy_after_us);
  }
}

// The fault has struck when the order did change, not when a message waits.
void VirtualFleet::metric_arrives(std::uint32_t number, const Message& message) {
  if (message.telemetry == 0) {
    return;
  }
  Cart& cart = *carts_[number];
  if (message.telemetry > cart.telemetry_arrived) {
    cart.telemetry_arrived = message.telemetry;
  } else if (message.reordered) {
    fire_once(number, *message.reordered);
  }
}

}  // namespace cartstorm::sim

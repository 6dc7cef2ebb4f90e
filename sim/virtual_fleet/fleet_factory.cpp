#include <fmt/format.h>

#include "ota/provision.hpp"
#include "sim/virtual_fleet/bound_hardware.hpp"
#include "sim/virtual_fleet/trace_words.hpp"

/// What a cart gets before it has a life of its own, and once more in a workshop.
namespace cartstorm::sim {
namespace {

constexpr std::int64_t workshop_takes_us = 600'000'000;

}  // namespace

// The factory's own work is not part of the trace: its image is put in place, and its records are
// written with the recording switched off.
void VirtualFleet::provision(std::uint32_t number, const FirmwareImage& image,
                             std::span<const ota::Anchor> anchors) {
  Cart& cart = *carts_[number];
  cart.flash.image.program(ota::Region::slot_a, 0, image.content, arena_);
  BoundHardware bound{*this, number};
  cart_observer_.set_recording(false);
  const ota::FactoryState factory{image.content, image.trailer, anchors, false};
  if (ota::provision(bound.hardware(), factory) != ota::Status::ok) {
    infrastructure_error_ = fmt::format("the factory refused {}", cart.spec.thing);
  }
  cart_observer_.set_recording(true);
}

std::vector<ota::Anchor> VirtualFleet::factory_anchors(std::uint32_t number) {
  std::vector<ota::Anchor> anchors;
  for (const auto& [name, authority] : images_.authorities()) {
    if (const auto fault = faults_.missing_anchor(number, name)) {
      emit_fault(number, *fault, report::FaultEvent::fire, 0);
    } else {
      anchors.push_back(authority.anchor);
      emit(report::Anchor{static_cast<report::CartId>(number), authority.anchor.id.value,
                          report::AnchorEvent::installed});
    }
  }
  return anchors;
}

// As the factory, years later: new records, an image in slot A, and that image is confirmed. The
// cart's own counters of episodes and operations live on.
void VirtualFleet::visit_workshop(std::uint32_t number, std::size_t fault) {
  Cart& cart = *carts_[number];
  const auto& visit = std::get<Reflashed>(scenario_.faults[fault].body);
  const FirmwareImage& image = visit.image == "new" ? images_.new_image() : images_.old_image();
  emit_fault(number, fault, report::FaultEvent::fire, 0);
  drop_application(number);
  if (cart.is_powered) {
    cart.is_powered = false;
    emit(report::Power{static_cast<report::CartId>(number), false, report::PowerCause::commanded});
  }
  cart.supply_ends_us = Supply::never_us;
  ++cart.incarnation;
  const std::uint64_t operations = cart.flash.operations;
  cart.flash = CartFlash{cart.flash.image.geometry()};
  cart.flash.operations = operations;
  std::vector<ota::Anchor> anchors;
  for (const auto& [name, authority] : images_.authorities()) {
    const bool has_it = name != visit.without;
    if (has_it) {
      anchors.push_back(authority.anchor);
    }
    emit(report::Anchor{static_cast<report::CartId>(number), authority.anchor.id.value,
                        has_it ? report::AnchorEvent::installed : report::AnchorEvent::removed});
  }
  provision(number, image, anchors);
  cart.busy_until_us = INT64_MIN;
  const std::uint32_t version = image.spec->version.value;
  cart.version = version;
  emit(report::Confirm{static_cast<report::CartId>(number), report::SlotName::a,
                       static_cast<report::Version>(version), report::Phase::durable});
  const std::int64_t back_us = now_us_ + workshop_takes_us;
  at(cart.habit.is_on(back_us) ? back_us : cart.habit.next_on(back_us), Due::switched_on, number,
     cart.incarnation);
}

}  // namespace cartstorm::sim

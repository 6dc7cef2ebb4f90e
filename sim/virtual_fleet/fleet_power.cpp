#include <algorithm>
#include <vector>

#include "sim/virtual_fleet/bound_hardware.hpp"
#include "sim/virtual_fleet/trace_words.hpp"

/// Supply, resets and the bootloader. Nothing of a cart but its flash survives what happens here.
namespace cartstorm::sim {
namespace {

constexpr std::int64_t reset_takes_us = 800'000;

}  // namespace

void VirtualFleet::switch_on(std::uint32_t number, report::PowerCause cause) {
  Cart& cart = *carts_[number];
  if (cart.is_powered) {
    return;
  }
  if (const auto outage = grid_outage_at(cart, now_us_)) {
    at(outage->until_us, Due::switched_on, number, cart.incarnation);
    return;
  }
  cart.is_powered = true;
  ++cart.incarnation;
  emit(report::Power{static_cast<report::CartId>(number), true, cause});
  plan_supply(number);
  cart.reset_cause = ota::ResetCause::power_on;
  emit(report::Reset{static_cast<report::CartId>(number), report::ResetCause::power_on});
  at(now_us_ + reset_takes_us, Due::boot, number, cart.incarnation);
}

// The hardware knows the end of its supply before a step starts: that is how a cut can fall into
// the middle of an operation.
void VirtualFleet::plan_supply(std::uint32_t number) {
  Cart& cart = *carts_[number];
  cart.supply_ends_us = cart.habit.next_off(now_us_);
  cart.is_cut_by_fault = false;
  if (cart.supply_ends_us != Supply::never_us) {
    at(cart.supply_ends_us, Due::supply_fails, number, cart.incarnation);
  }
  for (auto& order : cart.cuts) {
    const auto& at_us = order.cut->at_us;
    if (order.left != 0 && at_us && *at_us > now_us_ && *at_us < faults_.quiet_from_us()) {
      lose_supply_at(number, *at_us, order.fault);
    }
  }
  for (const auto& outage : cart.grid_outages) {
    if (outage.from_us > now_us_) {
      lose_supply_at(number, outage.from_us, outage.fault);
    }
  }
}

void VirtualFleet::lose_supply_at(std::uint32_t number, std::int64_t time_us, std::size_t fault) {
  Cart& cart = *carts_[number];
  if (time_us >= cart.supply_ends_us) {
    return;
  }
  const auto* cut = std::get_if<PowerCut>(&scenario_.faults[fault].body);
  cart.supply_ends_us = time_us;
  if (active_supply_ != nullptr && active_cart_ == number) {
    active_supply_->ends_at_us = time_us;  // Decided inside a step: the rest of it may be cut.
  }
  cart.is_cut_by_fault = true;
  cart.cut_fault = fault;
  const auto* grid = std::get_if<GridOutage>(&scenario_.faults[fault].body);
  cart.fault_off_us = cut != nullptr    ? cut->off_us
                      : grid != nullptr ? grid->until_us - grid->from_us
                                        : 0;
  at(time_us, Due::supply_fails, number, cart.incarnation);
}

void VirtualFleet::supply_fails(std::uint32_t number) {
  Cart& cart = *carts_[number];
  if (!cart.is_powered || now_us_ < cart.supply_ends_us) {
    return;
  }
  const bool is_fault = cart.is_cut_by_fault;
  if (is_fault) {
    emit_fault(number, cart.cut_fault, report::FaultEvent::fire, 0);
  }
  drop_application(number);
  cart.is_powered = false;
  cart.supply_ends_us = Supply::never_us;
  cart.is_cut_by_fault = false;
  ++cart.incarnation;
  const bool is_grid =
      is_fault && std::holds_alternative<GridOutage>(scenario_.faults[cart.cut_fault].body);
  emit(report::Power{static_cast<report::CartId>(number), false,
                     is_grid    ? report::PowerCause::grid
                     : is_fault ? report::PowerCause::scripted
                                : report::PowerCause::user});
  const std::int64_t wanted_us = now_us_ + (is_fault ? cart.fault_off_us : 0);
  const std::int64_t on_us =
      cart.habit.is_on(wanted_us) ? wanted_us : cart.habit.next_on(wanted_us);
  at(on_us, Due::switched_on, number, cart.incarnation);
}

// The application's RAM is gone; the broker notices a silent connection only by keep-alive.
void VirtualFleet::drop_application(std::uint32_t number) {
  Cart& cart = *carts_[number];
  cart.running.reset();
  cart.image = -1;
  cart.busy_until_us = INT64_MIN;
  cart.panics_at_us = Supply::never_us;
  if (cart.is_linked) {
    cart.is_linked = false;
    emit(report::Transport{static_cast<report::CartId>(number), report::LinkEvent::lost,
                           report::TextId{0}});
    at(now_us_ + keep_alive_us, Due::keep_alive, number, static_cast<std::uint32_t>(cart.connects));
  }
}

void VirtualFleet::reset(std::uint32_t number, ota::ResetCause cause, std::int64_t time_us) {
  Cart& cart = *carts_[number];
  drop_application(number);
  ++cart.incarnation;
  if (cart.supply_ends_us != Supply::never_us) {
    // The end of the supply was scheduled for the previous incarnation.
    at(cart.supply_ends_us, Due::supply_fails, number, cart.incarnation);
  }
  emit(report::Reset{static_cast<report::CartId>(number), sim::word(cause)});
  cart.reset_cause = cause;
  at(time_us + reset_takes_us, Due::boot, number, cart.incarnation);
}

void VirtualFleet::boot(std::uint32_t number) {
  Cart& cart = *carts_[number];
  ++cart.boot_no;
  cart.boot_us = now_us_;
  ota::BootDecision decision;
  BoundHardware bound{*this, number};
  const ota::Status status = ota::select_slot(bound.hardware(), cart.reset_cause, decision);
  if (!settle(number, bound.supply)) {
    return;
  }
  if (status != ota::Status::ok) {
    // A bootloader that gives no decision leaves the cart dead; the trace must show it.
    emit(report::BootDecide{static_cast<report::CartId>(number), cart.boot_no, report::SlotName::a,
                            report::BootReason::none, report::BootNote::none, 0, 0, 0});
    return;
  }
  start_application(number, decision);
}

// What the slot really holds, whatever the bootloader believes of it: the processor executes bytes,
// not records.
int VirtualFleet::image_in(const Cart& cart, ota::Slot slot, ota::Digest& digest) const {
  const ota::Region region = ota::region_of(slot);
  const auto& all = images_.all();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto size = static_cast<std::uint32_t>(all[i].content.size());
    if (cart.flash.image.arena_bytes(region, 0, size).data() == all[i].content.data()) {
      digest = all[i].digest;
      return static_cast<int>(i);
    }
  }
  std::vector<std::byte> found(cart.flash.image.geometry().slot_size);
  cart.flash.image.read(region, 0, found);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (std::equal(all[i].content.begin(), all[i].content.end(), found.begin())) {
      digest = all[i].digest;
      return static_cast<int>(i);
    }
  }
  digest = ota::host::sha256(found);
  return -1;
}

void VirtualFleet::start_application(std::uint32_t number, const ota::BootDecision& decision) {
  Cart& cart = *carts_[number];
  const bool has_jumped = decision.reason != ota::BootReason::recovery;
  int image = -1;
  if (has_jumped) {
    ota::Digest digest{};
    image = image_in(cart, decision.slot, digest);
    const std::uint32_t version =
        image < 0 ? 0 : images_.all()[static_cast<std::size_t>(image)].spec->version.value;
    emit(report::Jump{static_cast<report::CartId>(number), cart.boot_no, sim::word(decision.slot),
                      static_cast<report::Version>(version), short_digest(digest)});
    if (image < 0) {
      return;  // Executes bytes that are no image of ours: dead until the next reset.
    }
  }
  const auto& known = images_.all()[static_cast<std::size_t>(std::max(image, 0))];
  cart.running.emplace(*known.spec);
  cart.image = image;
  cart.is_legacy = cart.running->legacy.is_active();
  if (has_jumped) {
    schedule_boot_crash(number);
    schedule_error(number);
  }
  at(std::max(now_us_, cart.busy_until_us) + link_.connect_us(number, cart.connects), Due::link_up,
     number, cart.incarnation);
  step(number, ota::event::Started{cart.reset_cause, decision});
  if (cart.is_opted_out) {
    at(std::max(now_us_, cart.busy_until_us), Due::consent_told, number, cart.incarnation);
  }
}

}  // namespace cartstorm::sim

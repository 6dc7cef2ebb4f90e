#pragma once
#include "ota/job_context.hpp"
#include "sim/kernel/draw.hpp"
#include "sim/virtual_fleet/fleet.hpp"

namespace cartstorm::sim {

/// ota::Hardware of one cart for one step: the flyweights bound to it, and the little objects that
/// need nothing but the cart. Lives on the stack; `supply` says afterwards how the step went.
class VirtualFleet::BoundHardware final : private ota::Power,
                                          private ota::Watchdog,
                                          private ota::Random,
                                          private ota::JobMemory {
 public:
  BoundHardware(VirtualFleet& fleet, std::uint32_t number)
      : fleet_(fleet),
        seed_(fleet.options_.seed),
        number_(number),
        cart_(*fleet.carts_[number]),
        identity_{cart_.spec.thing, cart_.spec.profile->hardware_revision, simulated_layout,
                  cart_.spec.profile->tier, cart_.maintenance},
        hardware_{fleet.flash_model_, fleet.crypto_,        *this, *this, *this,
                  identity_,          fleet.cart_observer_, *this} {
    supply.now_us = std::max(fleet.now_us_, cart_.busy_until_us);
    supply.ends_at_us = cart_.supply_ends_us;
    supply.stops_at_us = cart_.panics_at_us;
    if (fleet.now_us_ >= fleet.faults_.quiet_from_us()) {
      cart_.flash.cut_at_op = CartFlash::no_cut;  // Whoever has not struck by now never will.
    }
    fleet.active_supply_ = &supply;
    fleet.active_cart_ = number;
    fleet.flash_model_.bind(number, cart_.flash, supply, fleet.cart_observer_);
    fleet.cart_observer_.bind(number, cart_.boot_no, fleet.now_us_, cart_.clock_offset_us);
  }

  ~BoundHardware() { fleet_.active_supply_ = nullptr; }
  BoundHardware(const BoundHardware&) = delete;
  BoundHardware& operator=(const BoundHardware&) = delete;

  ota::Hardware& hardware() { return hardware_; }
  Supply supply;

 private:
  bool is_above_floor() override { return !supply.is_lost; }
  void feed() override {}
  std::uint64_t next() override {
    return draw(seed_, number_, Purpose::device_random, cart_.random_draws++);
  }
  ota::JobContext* current() override { return cart_.running ? cart_.running->job.get() : nullptr; }
  ota::JobContext* open() override {
    if (!cart_.running) {
      return nullptr;
    }
    cart_.running->job = std::make_unique<ota::JobContext>();
    return cart_.running->job.get();
  }
  void close() override {
    if (cart_.running) {
      cart_.running->job.reset();
    }
  }

  VirtualFleet& fleet_;
  std::uint64_t seed_;
  std::uint32_t number_;
  Cart& cart_;
  ota::Identity identity_;
  ota::Hardware hardware_;
};

}  // namespace cartstorm::sim

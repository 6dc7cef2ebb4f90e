#include "sim/explore/address.hpp"

#include <fmt/format.h>

#include <array>

namespace cartstorm::sim::explore {
namespace {

/// What happened at a point: how the supply failed, or what the part did instead.
std::string happened(const Point& point) {
  if (point.fault != OpFault::none) return fmt::format("fault={}", name(point.fault));
  switch (point.tear) {
    case Tear::before:
    case Tear::after:
      return fmt::format("cut={}", name(point.tear));
    case Tear::watchdog:
      return fmt::format("reset={}", name(point.tear));
    case Tear::first:
    case Tear::half:
    case Tear::all_but_last:
    case Tear::suffix:
    case Tear::subset:
    case Tear::bit_mix:
    case Tear::all_zero:
    case Tear::over_program:
    case Tear::flips_to_old_2:
    case Tear::flips_to_old_3:
    case Tear::flips_to_old_5:
    case Tear::flips_to_new_2:
    case Tear::flips_to_new_3:
    case Tear::flips_to_new_5:
    case Tear::unreadable:
      break;
  }
  return fmt::format("torn={}", name(point.tear));
}

std::string exact(const Point& point) {
  return fmt::format("op{}:{}", point.operation, happened(point));
}

/// Exploration, story and the sector that was bad from the start.
std::string beginning(const Address& address) {
  std::string begins = address.exploration + "/" + address.story;
  if (address.bad_sector != ExploredFlash::no_operation) {
    begins += fmt::format("/sector{}={}", address.bad_sector, name(address.bad_mode));
  }
  return begins;
}

template <typename Write>
std::string joined(const Address& address, Write write) {
  std::string whole = beginning(address);
  const char* before = "/";
  for (const Point& point : address.points) {
    whole += before + write(point);
    before = "+";
  }
  return whole;
}

}  // namespace

const char* region_name(ota::Region region) {
  constexpr std::array<const char*, ota::region_count> names = {
      "slot_a", "slot_b", "boot_record", "journal", "counters", "trust"};
  return names.at(static_cast<std::size_t>(region));
}

std::string text(const Point& point) {
  const Spot& spot = point.spot;
  return fmt::format("{}/{}#{}:{}:{}", spot.is_booting ? "booting" : ota::name(spot.phase),
                     region_name(spot.region), spot.nth, name(spot.kind), happened(point));
}

std::string portable_text(const Address& address) { return joined(address, text); }

std::string exact_text(const Address& address, const std::string& fingerprint) {
  return joined(address, exact) + "@" + fingerprint;
}

}  // namespace cartstorm::sim::explore

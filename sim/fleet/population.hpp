#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "ota/maintenance.hpp"
#include "sim/scenario/scenario.hpp"

namespace cartstorm::sim {

/// Who a cart is. Its number is its index in the population.
struct CartSpec {
  std::string thing;  ///< cart-00042
  const Profile* profile = nullptr;
  bool is_on_older = false;  ///< comes with the image `older`
};

/// The fleet as deployed: every profile has its share of the carts (largest remainder), and which
/// cart has which profile is drawn, so that numbers say nothing about hardware.
/// Who of those that `on_older` names comes with that image is drawn too.
/// `fleet` must outlive the result.
std::vector<CartSpec> make_population(const Fleet& fleet, std::uint64_t seed);

/// True if the cart is selected. The share is drawn per (seed, cart, `fault`), so a fault's victims
/// are neither the first ones nor those of another fault.
bool selects(const Who&, std::uint64_t seed, std::uint32_t cart, const CartSpec&,
             std::uint32_t fault);

/// Local time of the profile's carts, daylight saving included.
ota::TimeZone zone_of(const Profile&);

/// The profile's maintenance hours as the cart knows them: local time, every day of the week.
ota::MaintenanceWindow maintenance_of(const Profile&);

/// When the person who owns the cart has it switched on: the profile's local hours, with up to 20
/// minutes of jitter per cart and day.
class PowerHabit {
 public:
  PowerHabit(const Profile&, std::uint64_t seed, std::uint32_t cart, std::int64_t epoch_unix_s);

  bool is_on(std::int64_t time_us) const;
  /// First switch-on at or after `time_us`; INT64_MAX for a cart that is always on.
  std::int64_t next_on(std::int64_t time_us) const;
  /// First switch-off after `time_us`, given that it is on; INT64_MAX if always on.
  std::int64_t next_off(std::int64_t time_us) const;

 private:
  struct Span {
    std::int64_t on_us, off_us;
  };
  Span span_of_day(std::int64_t day) const;
  std::int64_t summer_us(std::int64_t day) const;
  std::int64_t day_of(std::int64_t time_us) const;

  std::uint64_t seed_;
  std::uint32_t cart_;
  std::int64_t epoch_unix_s_;
  ota::TimeZone zone_;
  std::int64_t local_offset_us_;  ///< local standard time of day 0 at virtual time 0
  std::int64_t from_us_, length_us_;
  bool is_always_on_;
};

}  // namespace cartstorm::sim

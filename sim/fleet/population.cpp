#include "sim/fleet/population.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "sim/kernel/draw.hpp"
#include "sim/scenario/durations.hpp"

namespace cartstorm::sim {
namespace {

constexpr std::int64_t habit_jitter_us = hour_us / 3;

// Largest remainder: sizes that sum to `carts` and differ from the exact shares by less than one.
std::vector<std::uint32_t> quotas(const Fleet& fleet) {
  double sum = 0;
  for (const auto& profile : fleet.profiles) {
    sum += profile.share;
  }
  std::vector<std::uint32_t> sizes;
  std::vector<std::pair<double, std::size_t>> remainders;
  std::uint32_t given = 0;
  for (std::size_t i = 0; i < fleet.profiles.size(); ++i) {
    const double exact = fleet.profiles[i].share / sum * static_cast<double>(fleet.carts);
    sizes.push_back(static_cast<std::uint32_t>(exact));
    given += sizes.back();
    remainders.emplace_back(static_cast<double>(sizes.back()) - exact, i);
  }
  std::sort(remainders.begin(), remainders.end());
  for (std::size_t i = 0; given < fleet.carts; ++i, ++given) {
    ++sizes[remainders[i % remainders.size()].second];
  }
  return sizes;
}

// A draw of its own, so that a share of a fault is not of those or of the others.
bool comes_with_older(const Fleet& fleet, std::uint64_t seed, std::uint32_t cart,
                      const Profile& profile) {
  const auto& who = fleet.on_older;
  return who && who->matches(profile) &&
         (!who->share || happens(draw(seed, cart, Purpose::factory_image, 0), *who->share));
}

}  // namespace

std::vector<CartSpec> make_population(const Fleet& fleet, std::uint64_t seed) {
  std::vector<std::uint32_t> order(fleet.carts);
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [seed](std::uint32_t a, std::uint32_t b) {
    const auto drawn_a = draw(seed, a, Purpose::profile, 0);
    const auto drawn_b = draw(seed, b, Purpose::profile, 0);
    return drawn_a != drawn_b ? drawn_a < drawn_b : a < b;
  });
  std::vector<CartSpec> carts(fleet.carts);
  const auto sizes = quotas(fleet);
  std::size_t next = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    for (std::uint32_t n = 0; n < sizes[i]; ++n) {
      carts[order[next++]].profile = &fleet.profiles[i];
    }
  }
  for (std::uint32_t i = 0; i < fleet.carts; ++i) {
    carts[i].thing = fmt::format("cart-{:05}", i);
    carts[i].is_on_older = comes_with_older(fleet, seed, i, *carts[i].profile);
  }
  return carts;
}

bool selects(const Who& who, std::uint64_t seed, std::uint32_t cart, const CartSpec& spec,
             std::uint32_t fault) {
  return who.matches(*spec.profile) &&
         (!who.share || happens(draw(seed, cart, Purpose::fault_who, fault), *who.share));
}

ota::TimeZone zone_of(const Profile& profile) {
  const auto standard = static_cast<std::int16_t>(60 * profile.utc_offset_h);
  const auto summer = static_cast<std::int16_t>(standard + 60);
  switch (profile.daylight_saving) {
    case DaylightSaving::none:
      break;
    case DaylightSaving::eu: {
      // All of Europe at the same instant: 01:00 UTC, the last Sundays of March and October.
      const auto change = static_cast<std::int16_t>(60 + standard);
      return {
          standard, summer, {3, 5, 0, change}, {10, 5, 0, static_cast<std::int16_t>(change + 60)}};
    }
    case DaylightSaving::us:
      // Everywhere at 02:00 local time: second Sunday of March, first Sunday of November.
      return {standard, summer, {3, 2, 0, 120}, {11, 1, 0, 120}};
  }
  return {standard, standard, {}, {}};
}

ota::MaintenanceWindow maintenance_of(const Profile& profile) {
  const auto minute = [](double hours) {
    const int halves = static_cast<int>(hours * 120);  // 02:03 gives 245.999...
    return static_cast<std::uint16_t>((halves + 1) / 2 % 1440);
  };
  return {minute(profile.maintenance.from), minute(profile.maintenance.to), 0x7f, zone_of(profile)};
}

PowerHabit::PowerHabit(const Profile& profile, std::uint64_t seed, std::uint32_t cart,
                       std::int64_t epoch_unix_s)
    : seed_(seed), cart_(cart), epoch_unix_s_(epoch_unix_s), zone_(zone_of(profile)) {
  const std::int64_t local_s = epoch_unix_s + std::int64_t{3600} * profile.utc_offset_h;
  local_offset_us_ = (local_s % 86'400) * 1'000'000;
  from_us_ = static_cast<std::int64_t>(profile.powered.from * static_cast<double>(hour_us));
  const auto to_us = static_cast<std::int64_t>(profile.powered.to * static_cast<double>(hour_us));
  length_us_ = ((to_us - from_us_) % day_us + day_us) % day_us;
  is_always_on_ = length_us_ == 0 || length_us_ > day_us - 2 * habit_jitter_us;
}

std::int64_t PowerHabit::day_of(std::int64_t time_us) const {
  const std::int64_t local = time_us + local_offset_us_;
  return local >= 0 ? local / day_us : -((-local + day_us - 1) / day_us);
}

/// How far the clocks of that day are ahead of standard time: people switch on by their clocks.
std::int64_t PowerHabit::summer_us(std::int64_t day) const {
  if (zone_.summer_offset_min == zone_.offset_min) return 0;
  const std::int64_t noon_us = day * day_us + day_us / 2 - local_offset_us_;
  const ota::UnixTime noon{epoch_unix_s_ + noon_us / 1'000'000};
  return (ota::offset_at(zone_, noon) - zone_.offset_min) * std::int64_t{60'000'000};
}

PowerHabit::Span PowerHabit::span_of_day(std::int64_t day) const {
  const auto n = static_cast<std::uint64_t>(day) * 2;
  // A short span keeps its order: it is never switched off before it was switched on.
  const std::int64_t most_us = std::min(habit_jitter_us / 2, length_us_ / 3);
  const auto jitter = [this, most_us](std::uint64_t index) {
    return between(draw(seed_, cart_, Purpose::power_on_jitter, index), -most_us, most_us);
  };
  const std::int64_t on = day * day_us + from_us_ - local_offset_us_ - summer_us(day);
  return {on + jitter(n), on + length_us_ + jitter(n + 1)};
}

bool PowerHabit::is_on(std::int64_t time_us) const {
  if (is_always_on_) {
    return true;
  }
  const std::int64_t today = day_of(time_us);
  for (std::int64_t day = today - 1; day <= today + 1; ++day) {
    const Span span = span_of_day(day);
    if (time_us >= span.on_us && time_us < span.off_us) {
      return true;
    }
  }
  return false;
}

std::int64_t PowerHabit::next_on(std::int64_t time_us) const {
  if (is_always_on_) {
    return INT64_MAX;
  }
  for (std::int64_t day = day_of(time_us) - 1;; ++day) {
    if (const Span span = span_of_day(day); span.on_us >= time_us) {
      return span.on_us;
    }
  }
}

std::int64_t PowerHabit::next_off(std::int64_t time_us) const {
  if (is_always_on_) {
    return INT64_MAX;
  }
  for (std::int64_t day = day_of(time_us) - 1;; ++day) {
    if (const Span span = span_of_day(day); span.off_us > time_us) {
      return span.off_us;
    }
  }
}

}  // namespace cartstorm::sim

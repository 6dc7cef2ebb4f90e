#include "sim/fleet/population.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "sim/kernel/draw.hpp"

namespace cartstorm::sim {
namespace {

constexpr std::int64_t hour_us = 3'600'000'000;
constexpr std::int64_t day_us = 24 * hour_us;
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
  }
  return carts;
}

bool selects(const Who& who, std::uint64_t seed, std::uint32_t cart, const CartSpec& spec,
             std::uint32_t fault) {
  const Profile& profile = *spec.profile;
  const auto matches = [](const std::string& wanted, const std::string& found) {
    return wanted.empty() || wanted == found;
  };
  if (!matches(who.region, profile.region) || !matches(who.use, profile.use) ||
      !matches(who.profile, profile.name) || !matches(who.tier, profile.tier)) {
    return false;
  }
  const auto& sensors = profile.sensors;
  if (!who.sensor.empty() &&
      std::find(sensors.begin(), sensors.end(), who.sensor) == sensors.end()) {
    return false;
  }
  return !who.share || happens(draw(seed, cart, Purpose::fault_who, fault), *who.share);
}

ota::MaintenanceWindow maintenance_of(const Profile& profile) {
  const auto minute = [](double hours) {
    const int halves = static_cast<int>(hours * 120);  // 02:03 gives 245.999...
    return static_cast<std::uint16_t>((halves + 1) / 2 % 1440);
  };
  const auto offset_min = static_cast<std::int16_t>(60 * profile.utc_offset_h);
  return {minute(profile.maintenance.from),
          minute(profile.maintenance.to),
          0x7f,
          {offset_min, offset_min, {}, {}}};
}

PowerHabit::PowerHabit(const Profile& profile, std::uint64_t seed, std::uint32_t cart,
                       std::int64_t epoch_unix_s)
    : seed_(seed), cart_(cart) {
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

PowerHabit::Span PowerHabit::span_of_day(std::int64_t day) const {
  const auto n = static_cast<std::uint64_t>(day) * 2;
  // A short span keeps its order: it is never switched off before it was switched on.
  const std::int64_t most_us = std::min(habit_jitter_us / 2, length_us_ / 3);
  const auto jitter = [this, most_us](std::uint64_t index) {
    return between(draw(seed_, cart_, Purpose::power_on_jitter, index), -most_us, most_us);
  };
  const std::int64_t on = day * day_us + from_us_ - local_offset_us_;
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

#include "sim/scenario/scenario.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cartstorm::sim {

std::string to_string(Version version) {
  return fmt::format("{}.{}.{}", version.value >> 16U, version.value >> 8U & 0xFFU,
                     version.value & 0xFFU);
}

bool Who::matches(const Profile& of) const {
  const auto is = [](const std::string& wanted, const std::string& found) {
    return wanted.empty() || wanted == found;
  };
  return is(region, of.region) && is(use, of.use) && is(profile, of.name) && is(tier, of.tier) &&
         (sensor.empty() || std::ranges::find(of.sensors, sensor) != of.sensors.end());
}

bool Image::has(ImageQuirk quirk) const {
  return std::find(quirks.begin(), quirks.end(), quirk) != quirks.end();
}

bool Rollout::has(RolloutQuirk quirk) const {
  return std::find(quirks.begin(), quirks.end(), quirk) != quirks.end();
}

}  // namespace cartstorm::sim

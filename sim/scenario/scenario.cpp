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

double Fleet::share_on_older() const {
  if (!on_older) return 0;
  double matching = 0, all = 0;
  for (const Profile& profile : profiles) {
    all += profile.share;
    if (on_older->matches(profile)) matching += profile.share;
  }
  return all > 0 ? on_older->share.value_or(1) * matching / all : 0;
}

bool Image::has(ImageQuirk quirk) const {
  return std::find(quirks.begin(), quirks.end(), quirk) != quirks.end();
}

bool Rollout::has(RolloutQuirk quirk) const {
  return std::find(quirks.begin(), quirks.end(), quirk) != quirks.end();
}

}  // namespace cartstorm::sim

#include "sim/odds/fleet_view.hpp"

#include <map>
#include <tuple>

#include "broker-mock/base/things.hpp"
#include "broker-mock/rollout/cohort.hpp"
#include "sim/fleet/population.hpp"

namespace cartstorm::sim::odds {
namespace {

constexpr double hours_per_day = 24;

double powered_hours(const LocalHours& hours) {
  const double length = hours.to - hours.from;
  return length > 0 ? length : length + hours_per_day;
}

}  // namespace

double powered_share(const Fleet& fleet) {
  double hours = 0, shares = 0;
  for (const Profile& profile : fleet.profiles) {
    hours += profile.share * powered_hours(profile.powered);
    shares += profile.share;
  }
  return shares > 0 ? hours / (shares * hours_per_day) : 1;
}

Coverage coverage_of(const Fleet& fleet, const std::vector<std::uint32_t>& sizes,
                     std::uint64_t seed, broker::CohortPick pick) {
  broker::Things things;
  std::map<std::tuple<std::uint32_t, std::string, std::string, std::string>, std::uint64_t> cells;
  for (const CartSpec& cart : make_population(fleet, seed)) {
    const Profile& of = *cart.profile;
    things.add({cart.thing, of.hardware_revision, of.region, of.use, of.tier, of.name});
    ++cells[{of.hardware_revision, of.region, of.use, of.name}];
  }
  Coverage coverage;
  coverage.cells = cells.size();
  for (const auto& [cell, carts] : cells) {
    if (coverage.rarest_carts != 0 && carts >= coverage.rarest_carts) continue;
    coverage.rarest = std::get<3>(cell);
    coverage.rarest_carts = carts;
  }
  std::vector<bool> is_targeted(fleet.carts);
  std::uint32_t before = 0;
  for (const std::uint32_t size : sizes) {
    const auto cohort = broker::rollout::pick_cohort(
        things, {size > before ? size - before : 0, seed,
                 [&](broker::ThingId t) { return is_targeted[static_cast<std::uint32_t>(t)]; },
                 [](broker::ThingId) { return true; }, pick});
    for (const broker::ThingId thing : cohort.things) {
      is_targeted[static_cast<std::uint32_t>(thing)] = true;
    }
    coverage.unseen.push_back(cohort.uncovered);
    before = size;
  }
  return coverage;
}

}  // namespace cartstorm::sim::odds

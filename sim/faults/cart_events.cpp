#include "sim/faults/fault_plan.hpp"

/// Faults that happen to a cart at a time, or after something else happened to it.
namespace cartstorm::sim {

std::optional<FaultPlan::Strike> FaultPlan::silence(std::uint32_t cart, SilenceAfter after) const {
  std::optional<Strike> found;
  each<GoesSilent>(cart, [&](std::size_t fault, const GoesSilent& silent) {
    if (silent.after == after && !found) {
      found = Strike{fault, silent.wait_us};
    }
  });
  return found;
}

std::optional<FaultPlan::LateCrash> FaultPlan::late_crash(std::uint32_t cart,
                                                          const std::string& image) const {
  std::optional<LateCrash> found;
  each<CrashAfterConfirm>(cart, [&](std::size_t fault, const CrashAfterConfirm& crash) {
    if (crash.image == image && !found) {
      found = LateCrash{fault, crash.after_us, crash.again_us};
    }
  });
  return found;
}

std::vector<FaultPlan::Span> FaultPlan::network_outages(std::uint32_t cart) const {
  std::vector<Span> spans;
  each<RegionalOutage>(cart, [&](std::size_t fault, const RegionalOutage& outage) {
    if (outage.region == carts_[cart].profile->region) {
      spans.push_back({fault, outage.from_us, outage.until_us});
    }
  });
  return spans;
}

std::vector<FaultPlan::Span> FaultPlan::grid_outages(std::uint32_t cart) const {
  std::vector<Span> spans;
  each<GridOutage>(cart, [&](std::size_t fault, const GridOutage& outage) {
    spans.push_back({fault, outage.from_us, outage.until_us});
  });
  return spans;
}

std::vector<FaultPlan::Span> FaultPlan::refusals(std::uint32_t cart) const {
  std::vector<Span> spans;
  each<OptedOut>(cart, [&](std::size_t fault, const OptedOut& customer) {
    spans.push_back({fault, customer.at_us, customer.until_us.value_or(INT64_MAX)});
  });
  return spans;
}

std::vector<FaultPlan::Strike> FaultPlan::workshop_visits(std::uint32_t cart) const {
  std::vector<Strike> visits;
  each<Reflashed>(cart, [&](std::size_t fault, const Reflashed& workshop) {
    visits.push_back({fault, workshop.at_us});
  });
  return visits;
}

}  // namespace cartstorm::sim

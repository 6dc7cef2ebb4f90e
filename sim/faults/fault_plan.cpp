#include "sim/faults/fault_plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/kernel/draw.hpp"

namespace cartstorm::sim {
namespace {

// FNV-1a over the name: adding another kind of fault to a scenario must not redraw this one.
std::uint32_t key_of(const std::string& name, std::uint32_t ordinal) {
  std::uint32_t key = 2166136261U;
  for (const char c : name) {
    key = (key ^ static_cast<unsigned char>(c)) * 16777619U;
  }
  return key + ordinal;
}

bool is_of_the_channel(const Fault& fault) {
  return std::visit(
      [](const auto& body) {
        return requires { body.part; };
      },
      fault.body);
}

}  // namespace

FaultPlan::FaultPlan(const Scenario& scenario, std::uint64_t seed, std::span<const CartSpec> carts)
    : scenario_(scenario), seed_(seed), carts_(carts) {
  for (std::size_t i = 0; i < scenario.faults.size(); ++i) {
    const std::string& name = scenario.faults[i].name;
    const bool is_only_one =
        std::count_if(scenario.faults.begin(), scenario.faults.end(),
                      [&name](const Fault& fault) { return fault.name == name; }) == 1;
    texts_.push_back(is_only_one ? name : fmt::format("{}[{}]", name, i));
    const auto earlier = std::count_if(scenario.faults.begin(),
                                       scenario.faults.begin() + static_cast<std::ptrdiff_t>(i),
                                       [&name](const Fault& fault) { return fault.name == name; });
    keys_.push_back(key_of(name, static_cast<std::uint32_t>(earlier)));
    has_metric_faults_ |= is_of_the_channel(scenario.faults[i]);
  }
}

std::int64_t FaultPlan::clock_offset_us(std::uint32_t cart, std::int64_t time_us) const {
  std::int64_t offset_us = 0;
  each<ClockSkew>(cart, [&](std::size_t, const ClockSkew& skew) {
    if (!skew.heals_at_us || time_us < *skew.heals_at_us) {
      offset_us += skew.offset_us;
    }
  });
  return offset_us;
}

std::vector<FaultPlan::Strike> FaultPlan::clock_changes(std::uint32_t cart) const {
  std::vector<Strike> changes;
  each<ClockSkew>(cart, [&](std::size_t fault, const ClockSkew& skew) {
    if (skew.heals_at_us) {
      changes.push_back({fault, *skew.heals_at_us});
    }
  });
  std::stable_sort(changes.begin(), changes.end(),
                   [](const Strike& a, const Strike& b) { return a.time_us < b.time_us; });
  return changes;
}

std::optional<std::size_t> FaultPlan::clock_fault(std::uint32_t cart) const {
  std::optional<std::size_t> found;
  each<ClockSkew>(cart, [&](std::size_t fault, const ClockSkew&) { found = fault; });
  return found;
}

std::optional<std::size_t> FaultPlan::missing_anchor(std::uint32_t cart,
                                                     const std::string& anchor) const {
  std::optional<std::size_t> found;
  each<CaMissing>(cart, [&](std::size_t fault, const CaMissing& missing) {
    if (missing.anchor == anchor) {
      found = fault;
    }
  });
  return found;
}

std::optional<FaultPlan::Strike> FaultPlan::boot_crash(std::uint32_t cart,
                                                       const std::string& image) const {
  const auto& sensors = carts_[cart].profile->sensors;
  std::optional<Strike> found;
  each<SensorBootCrash>(cart, [&](std::size_t fault, const SensorBootCrash& crash) {
    const bool has_sensor =
        std::find(sensors.begin(), sensors.end(), crash.sensor) != sensors.end();
    if (has_sensor && crash.image == image && !found) {
      found = Strike{fault, crash.after_us};
    }
  });
  each<BootCrash>(cart, [&](std::size_t fault, const BootCrash& crash) {
    if (crash.image == image && !found) {
      found = Strike{fault, crash.after_us};
    }
  });
  return found;
}

double FaultPlan::error_factor(const std::string& image, std::int64_t time_us) const {
  double factor = 1;
  for (const auto& fault : scenario_.faults) {
    const auto* regression = std::get_if<Regression>(&fault.body);
    if (regression != nullptr && regression->image == image && time_us >= regression->at_us) {
      factor *= regression->factor;
    }
  }
  return factor;
}

double FaultPlan::greatest_error_factor(const std::string& image) const {
  double factor = 1;
  for (const auto& fault : scenario_.faults) {
    const auto* regression = std::get_if<Regression>(&fault.body);
    if (regression != nullptr && regression->image == image) {
      factor *= std::max(1.0, regression->factor);
    }
  }
  return factor;
}

std::vector<FaultPlan::CutOrder> FaultPlan::power_cuts(std::uint32_t cart) const {
  std::vector<CutOrder> orders;
  each<PowerCut>(cart, [&](std::size_t fault, const PowerCut& cut) {
    orders.push_back({fault, &cut, cut.times});
  });
  return orders;
}

std::int64_t FaultPlan::cut_delay_us(std::uint32_t cart, const CutOrder& order) const {
  const std::uint64_t n = (std::uint64_t{order.left} << 32) | keys_[order.fault];
  return between(draw(seed_, cart, Purpose::fault_when, n), order.cut->from_us,
                 order.cut->until_us);
}

}  // namespace cartstorm::sim

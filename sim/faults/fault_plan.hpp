#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/fleet/population.hpp"
#include "sim/scenario/scenario.hpp"

namespace cartstorm::sim {

/// A scenario's faults, resolved to carts. Pure: every answer is a function of (scenario, seed,
/// question), so any order of asking gives the same run.
class FaultPlan {
 public:
  FaultPlan(const Scenario&, std::uint64_t seed, std::span<const CartSpec> carts);

  /// Name of a fault in the trace: as written, with its number if it is not the only one.
  const std::string& text(std::size_t fault) const { return texts_[fault]; }
  std::size_t size() const { return scenario_.faults.size(); }

  /// Error of the cart's own clock at a time: local clock - true time.
  std::int64_t clock_offset_us(std::uint32_t cart, std::int64_t time_us) const;
  struct Strike {
    std::size_t fault;
    std::int64_t time_us;
  };
  /// When the clock's error changes after the start, ascending.
  std::vector<Strike> clock_changes(std::uint32_t cart) const;
  /// The clock fault that the cart starts with, if any.
  std::optional<std::size_t> clock_fault(std::uint32_t cart) const;

  /// The fault that kept this trust anchor off the cart at the factory.
  std::optional<std::size_t> missing_anchor(std::uint32_t cart, const std::string& anchor) const;

  /// The fault that makes this image panic at boot on this cart, and how long after the jump.
  std::optional<Strike> boot_crash(std::uint32_t cart, const std::string& image) const;

  /// The fault that swallows the n-th telemetry uplink of this cart; none in the quiet phase.
  std::optional<std::size_t> lost_metric(std::uint32_t cart, std::uint64_t n,
                                         std::int64_t time_us) const;

  /// By what the image's error rate is multiplied at that time, and the most it ever is.
  double error_factor(const std::string& image, std::int64_t time_us) const;
  double greatest_error_factor(const std::string& image) const;

  /// Power cuts of one cart, with how often each may still strike.
  struct CutOrder {
    std::size_t fault;
    const PowerCut* cut;
    std::uint32_t left;
  };
  std::vector<CutOrder> power_cuts(std::uint32_t cart) const;
  /// The instant of a cut after the state it waits for was entered.
  std::int64_t cut_delay_us(std::uint32_t cart, const CutOrder&) const;

  /// No new fault strikes from here on, so that liveness can be judged.
  std::int64_t quiet_from_us() const { return scenario_.ends_us - scenario_.quiet_us; }

 private:
  template <class Body>
  void each(std::uint32_t cart, auto&& visit) const;

  const Scenario& scenario_;
  std::uint64_t seed_;
  std::span<const CartSpec> carts_;
  std::vector<std::string> texts_;
  std::vector<std::uint32_t> keys_;  ///< of draws: by name and number among its like, not by place
};

}  // namespace cartstorm::sim

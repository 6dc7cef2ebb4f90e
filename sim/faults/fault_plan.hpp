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

  /// Whether any fault concerns the metric channel.
  bool touches_metrics() const { return has_metric_faults_; }
  /// What the metric channel does to one telemetry uplink, and the faults that do it.
  struct MetricFate {
    std::optional<std::size_t> lost, copied, delayed, reordered;
    std::uint32_t copies = 0;        ///< beside the message itself
    std::int64_t copy_after_us = 0;  ///< between one copy and the next
    std::int64_t delay_us = 0;
  };
  /// Of the n-th telemetry uplink of this cart; nothing happens to it in the quiet phase.
  MetricFate metric_fate(std::uint32_t cart, std::uint64_t n, MetricKind kind,
                         std::int64_t time_us) const;

  /// The fault that silences the cart for good after this happened to it, and how long after.
  std::optional<Strike> silence(std::uint32_t cart, SilenceAfter after) const;
  /// The fault that makes this image panic on this cart after it was confirmed.
  struct LateCrash {
    std::size_t fault;
    std::int64_t after_us;  ///< the confirm
    std::int64_t again_us;  ///< after each later boot
  };
  std::optional<LateCrash> late_crash(std::uint32_t cart, const std::string& image) const;

  /// From when to when a fault lasts; `until_us` is INT64_MAX for one that never ends.
  struct Span {
    std::size_t fault;
    std::int64_t from_us, until_us;
  };
  std::vector<Span> network_outages(std::uint32_t cart) const;
  std::vector<Span> grid_outages(std::uint32_t cart) const;
  std::vector<Span> refusals(std::uint32_t cart) const;  ///< of updates, by the customer
  std::vector<Strike> workshop_visits(std::uint32_t cart) const;

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
  /// Calls visit(fault number, body) for every fault of this kind that selects the cart.
  template <class Body>
  void each(std::uint32_t cart, auto&& visit) const {
    for (std::size_t i = 0; i < scenario_.faults.size(); ++i) {
      const auto* body = std::get_if<Body>(&scenario_.faults[i].body);
      if (body == nullptr) {
        continue;
      }
      if constexpr (requires { body->who; }) {
        if (!selects(body->who, seed_, cart, carts_[cart], keys_[i])) {
          continue;
        }
      }
      visit(i, *body);
    }
  }
  /// True if a fault of the metric channel concerns this message.
  bool is_meant(const MetricPart&, MetricKind, std::int64_t time_us) const;

  const Scenario& scenario_;
  std::uint64_t seed_;
  std::span<const CartSpec> carts_;
  std::vector<std::string> texts_;
  bool has_metric_faults_ = false;   ///< most scenarios have none, and messages are many
  std::vector<std::uint32_t> keys_;  ///< of draws: by name and number among its like, not by place
};

}  // namespace cartstorm::sim

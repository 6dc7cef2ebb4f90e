#include "sim/faults/fault_plan.hpp"
#include "sim/kernel/draw.hpp"

/// Faults of the metric channel: what happens to a telemetry message between cart and store.
namespace cartstorm::sim {

bool FaultPlan::is_meant(const MetricPart& part, MetricKind kind, std::int64_t time_us) const {
  return (!part.metric || *part.metric == kind) && (!part.from_us || time_us >= *part.from_us) &&
         (!part.until_us || time_us < *part.until_us);
}

FaultPlan::MetricFate FaultPlan::metric_fate(std::uint32_t cart, std::uint64_t n, MetricKind kind,
                                             std::int64_t time_us) const {
  MetricFate fate;
  if (!has_metric_faults_ || time_us >= quiet_from_us()) {
    return fate;
  }
  const auto happens_to = [&](std::size_t fault, const auto& body, Purpose purpose) {
    return is_meant(body.part, kind, time_us) &&
           happens(draw(seed_, cart, purpose, (n << 32) | keys_[fault]), body.share);
  };
  const auto delay = [&](std::size_t fault, std::int64_t least_us, std::int64_t most_us) {
    return between(draw(seed_, cart, Purpose::metric_delay, (n << 32) | keys_[fault]), least_us,
                   most_us);
  };
  each<MetricLost>(cart, [&](std::size_t fault, const MetricLost& lost) {
    if (happens_to(fault, lost, Purpose::metric_lost)) {
      fate.lost = fault;
    }
  });
  each<MetricDuplicated>(cart, [&](std::size_t fault, const MetricDuplicated& copied) {
    if (happens_to(fault, copied, Purpose::metric_fate)) {
      fate.copied = fault;
      fate.copies = copied.copies;
      fate.copy_after_us = copied.after_us;
    }
  });
  each<MetricDelayed>(cart, [&](std::size_t fault, const MetricDelayed& delayed) {
    if (happens_to(fault, delayed, Purpose::metric_fate)) {
      fate.delayed = fault;
      fate.delay_us += delay(fault, delayed.least_us, delayed.most_us.value_or(delayed.least_us));
    }
  });
  each<MetricReordered>(cart, [&](std::size_t fault, const MetricReordered& reordered) {
    if (happens_to(fault, reordered, Purpose::metric_fate)) {
      fate.reordered = fault;
      fate.delay_us += delay(fault, 0, reordered.within_us);
    }
  });
  return fate;
}

}  // namespace cartstorm::sim

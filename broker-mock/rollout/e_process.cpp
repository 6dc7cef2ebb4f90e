#include "broker-mock/rollout/e_process.hpp"

#include <algorithm>

#include "broker-mock/base/exact_math.hpp"

namespace cartstorm::broker::rollout {

EProcess::EProcess(const std::vector<double>& grid, std::uint32_t processes)
    : processes_{processes} {
  for (const double ratio : grid) grid_.push_back({ratio, ln(ratio)});
}

/// x ln(q(g) / q(1)) + y ln((1 - q(g)) / (1 - q(1))) with q(g) = g E_new / (g E_new + E_old) is
/// x ln g - (x + y) ln(1 + (g - 1) E_new / (E_new + E_old)).
void EProcess::add(const telemetry::Counts& new_arm, const telemetry::Counts& old_arm) {
  if (new_arm.device_ms == 0 || old_arm.device_ms == 0) return;
  const std::uint64_t any = new_arm.errors + old_arm.errors;
  if (any == 0) return;
  if (new_arm.device_ms != new_ms_ || old_arm.device_ms != old_ms_) {
    new_ms_ = new_arm.device_ms;
    old_ms_ = old_arm.device_ms;
    const double share = static_cast<double>(new_ms_) /
                         (static_cast<double>(new_ms_) + static_cast<double>(old_ms_));
    for (Alternative& g : grid_) g.per_any_error = ln1p((g.ratio - 1) * share);
  }
  for (Alternative& g : grid_) {
    g.sum += static_cast<double>(new_arm.errors) * g.per_error -
             static_cast<double>(any) * g.per_any_error;
  }
}

void EProcess::add_known(std::uint64_t errors, double expected) {
  for (Alternative& g : grid_) {
    g.sum += static_cast<double>(errors) * g.per_error - expected * (g.ratio - 1);
  }
}

void EProcess::begin_another() {
  if (begun_ == processes_) return;
  ++begun_;
  for (Alternative& g : grid_) g.begun = ln_sum(g.begun, -g.sum);
}

double EProcess::ln_e() const {
  const double waiting = processes_ - begun_;
  double highest = waiting > 0 ? 0 : grid_.front().sum + grid_.front().begun;
  for (const Alternative& g : grid_) highest = std::max(highest, g.sum + g.begun);
  double mean = 0;
  for (const Alternative& g : grid_) mean += e_to(g.sum + g.begun - highest);
  mean /= static_cast<double>(grid_.size());
  // Without this question clear innocence would be 0 times infinity.
  if (waiting > 0) mean += waiting * e_to(-highest);
  return highest + ln(mean / processes_);
}

}  // namespace cartstorm::broker::rollout

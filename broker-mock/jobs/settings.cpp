#include "broker-mock/jobs/settings.hpp"

#include <algorithm>

namespace cartstorm::broker::jobs {
namespace {

constexpr std::uint64_t one = 1'000'000;

}  // namespace

std::uint32_t PaceMaker::next(const RolloutRate& rate, std::uint64_t notified,
                              std::uint64_t succeeded) {
  if (!rate.exponential) return rate.maximum_per_minute;
  const RolloutRate::Exponential& growth = *rate.exponential;
  const std::uint64_t limit = rate.maximum_per_minute * one;
  if (steps_ == 0) millionths_ = growth.base_per_minute * one;
  const auto is_reached = [&](std::uint64_t count, std::uint32_t step) {
    return step != 0 && count >= (steps_ + 1) * step;
  };
  while (millionths_ < limit && (is_reached(notified, growth.notified_things) ||
                                 is_reached(succeeded, growth.succeeded_things))) {
    ++steps_;
    millionths_ = millionths_ * growth.factor_tenths / 10;
  }
  return static_cast<std::uint32_t>(std::min(millionths_, limit) / one);
}

bool is_met(const AbortCriterion& criterion, const Ended& ended) {
  if (ended.all == 0 || ended.all < criterion.min_executed) return false;
  std::uint64_t matching = 0;
  switch (criterion.failure) {
    case AbortFailure::failed:
      matching = ended.failed;
      break;
    case AbortFailure::rejected:
      matching = ended.rejected;
      break;
    case AbortFailure::timed_out:
      matching = ended.timed_out;
      break;
    case AbortFailure::all:
      matching = ended.failed + ended.rejected + ended.timed_out;
      break;
  }
  return 10'000 * matching >= std::uint64_t{criterion.threshold_hundredths} * ended.all;
}

}  // namespace cartstorm::broker::jobs

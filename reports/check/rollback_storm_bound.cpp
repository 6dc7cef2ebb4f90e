#include <utility>

#include "reports/check/cart_table.hpp"
#include "reports/check/check_of.hpp"
#include "reports/check/checks.hpp"
#include "reports/check/elapsed.hpp"
#include "reports/trace/print.hpp"

namespace cartstorm::report {
namespace {

constexpr std::int64_t minutes_per_hour = 60;
/// Attempts of the whole fleet per hour: two for every cart that was targeted, and some for small
/// fleets, where a handful of carts is no storm.
constexpr std::uint64_t attempts_per_cart = 2;
constexpr std::uint64_t attempts_more = 1000;
/// Tries after a failure come spread over the hour. Fewer than this say nothing about a wave.
constexpr std::uint64_t least_retries = 100;

/// F12: after a mass failure the load of new attempts stays bounded and decays without synchronised
/// waves: no hour with more attempts than its cap, and none in which half of all retries fall into
/// one minute.
class RollbackStormBound final
    : public CheckOf<RollbackStormBound, Image, Target, ManifestVerdict, JobTx, Rollback> {
 public:
  RollbackStormBound() : CheckOf{"rollback_storm_bound"} {}

  /// What a newer rollout brings is another image: its first attempts try nothing again.
  void see(const Record&, const Image&) { ++images_; }
  void see(const Record&, const Target& row) {
    targeted_ += row.event == TargetEvent::queued ? 1 : 0;
  }
  void see(const Record&, const JobTx& row) {
    if (is_terminal(row.status)) {
      carts_[row.cart].ended_at = images_;
    }
  }
  void see(const Record&, const Rollback& row) { carts_[row.cart].ended_at = images_; }
  void see(const Record& at, const ManifestVerdict& row) {
    tally_.premise();
    const std::int64_t minute = at.time_us / minute_us;
    if (minute / minutes_per_hour != hour_) {
      judge_waves(at);
      hour_ = minute / minutes_per_hour;
      attempts_ = retries_ = peak_ = 0;
    }
    ++attempts_;
    if (attempts_ == attempts_per_cart * targeted_ + attempts_more + 1) {
      tally_.violate(at, row.cart, "attempt {} of the fleet within an hour, {} carts are targeted",
                     attempts_, targeted_);
    }
    if (std::exchange(carts_[row.cart].ended_at, none) == images_) {
      in_minute_ = minute == minute_ ? in_minute_ + 1 : 1;
      minute_ = minute;
      ++retries_;
      peak_ = std::max(peak_, in_minute_);
    }
    last_ = row.cart;
  }
  void conclude(std::int64_t ends_us) { judge_waves({0, ends_us}); }

 private:
  static constexpr std::uint32_t none = UINT32_MAX;
  struct Trier {
    std::uint32_t ended_at = none;  ///< images that were known then; the next attempt tries again
  };
  void judge_waves(Place place) {
    if (retries_ >= least_retries && 2 * peak_ > retries_) {
      tally_.violate(place, last_, "{} of {} retries of an hour came within one minute", peak_,
                     retries_);
    }
  }

  CartTable<Trier> carts_;
  std::uint32_t images_ = 0;
  std::uint64_t targeted_ = 0, attempts_ = 0, retries_ = 0, in_minute_ = 0, peak_ = 0;
  std::int64_t hour_ = INT64_MIN, minute_ = INT64_MIN;
  CartId last_ = no_cart;
};

}  // namespace

CheckPointer make_rollback_storm_bound(const CheckParameters&, const TextTable&) {
  return std::make_unique<RollbackStormBound>();
}

}  // namespace cartstorm::report

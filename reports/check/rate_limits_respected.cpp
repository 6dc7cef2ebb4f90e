#include <algorithm>

#include "reports/check/cart_table.hpp"
#include "reports/check/check_of.hpp"
#include "reports/check/checks.hpp"
#include "reports/check/elapsed.hpp"

namespace cartstorm::report {
namespace {

/// Where nobody says what the account may write: AWS IoT's 200 a second unless raised; a fleet that
/// targets more than 2,000 carts has them raised to a tenth of these.
constexpr std::uint32_t least_quota_of_writes = 200;
constexpr std::uint32_t carts_per_write = 10;

/// F18: carts and controller stay below what the service allows per second, so that nothing is
/// throttled, and no client connects twice within a second.
class RateLimitsRespected final : public CheckOf<RateLimitsRespected, JobRx, Target, Transport> {
 public:
  RateLimitsRespected(const CheckParameters& parameters, const TextTable& texts)
      : CheckOf{"rate_limits_respected"},
        most_writes_{parameters.jobs_writes_per_s},
        most_new_jobs_{parameters.control_calls_per_s},
        texts_{texts} {}

  void see(const Record&, const Target& row) {
    targeted_ += row.event == TargetEvent::queued ? 1 : 0;
  }
  void see(const Record& at, const JobRx& row) {
    const bool is_write = row.status != JobStatus::queued && row.status != JobStatus::canceled &&
                          row.status != JobStatus::removed && row.status != JobStatus::timed_out;
    if (is_write || !row.accepted) {
      tally_.premise();
      const std::uint32_t quota = quota_of_writes();
      if (writes_.count(at.time_us) == quota + 1) {
        tally_.violate(at, row.cart, "more than {} updates of executions within a second", quota);
      }
    } else if (row.status == JobStatus::queued && row.job != last_job_) {
      last_job_ = row.job;
      if (std::find(jobs_.begin(), jobs_.end(), row.job) == jobs_.end()) {
        jobs_.push_back(row.job);
        if (new_jobs_.count(at.time_us) == most_new_jobs_ + 1) {
          tally_.violate(at, no_cart, "more than {} jobs created within a second, the last is {}",
                         most_new_jobs_, texts_.text(row.job));
        }
      }
    }
  }
  void see(const Record& at, const Transport& row) {
    if (row.event != LinkEvent::connect) {
      return;
    }
    std::int64_t& connected_us = carts_[row.cart].connected_us;
    if (at.time_us - connected_us < second_us) {
      tally_.violate(at, row.cart, "connected twice within a second");
    }
    connected_us = at.time_us;
  }

 private:
  std::uint32_t quota_of_writes() const {
    return most_writes_ != 0 ? most_writes_
                             : std::max(least_quota_of_writes, targeted_ / carts_per_write);
  }
  /// Counts per whole second.
  struct PerSecond {
    std::int64_t second = INT64_MIN;
    std::uint32_t seen = 0;
    std::uint32_t count(std::int64_t time_us) {
      const std::int64_t now = time_us / second_us;
      seen = now == second ? seen + 1 : 1;
      second = now;
      return seen;
    }
  };
  struct Client {
    std::int64_t connected_us = INT64_MIN / 2;
  };

  std::uint32_t most_writes_, most_new_jobs_;
  const TextTable& texts_;
  PerSecond writes_, new_jobs_;
  std::vector<TextId> jobs_;  ///< one per stage and release
  TextId last_job_{};
  std::uint32_t targeted_ = 0;
  CartTable<Client> carts_;
};

}  // namespace

CheckPointer make_rate_limits_respected(const CheckParameters& parameters, const TextTable& texts) {
  return std::make_unique<RateLimitsRespected>(parameters, texts);
}

}  // namespace cartstorm::report

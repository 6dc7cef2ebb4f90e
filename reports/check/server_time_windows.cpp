#include "reports/check/check_of.hpp"
#include "reports/check/checks.hpp"
#include "reports/check/elapsed.hpp"
#include "reports/trace/print.hpp"

namespace cartstorm::report {
namespace {

/// A minute is closed by the first thing that happens after it.
constexpr std::int64_t closed_within_us = 5 * minute_us;

/// F16: windows are made of minutes of the server. A minute of exposure is reported after its end
/// by the server's clock, soon, and has exactly the errors that the server received and counted in
/// it.
class ServerTimeWindows final : public CheckOf<ServerTimeWindows, Run, MetricRx, Exposure> {
 public:
  ServerTimeWindows() : CheckOf{"server_time_windows"} {}

  void see(const Record&, const Run& row) {
    // Minutes are those of the server's calendar; the rollout may begin in the middle of one.
    into_minute_us_ = row.epoch_unix_s % 60 * second_us;
  }
  void see(const Record& at, const MetricRx& row) {
    if (row.metric != MetricName::error || !row.counted) {
      return;
    }
    Arm& arm = arm_of(row.version);
    const std::int64_t minute = minute_of(at.time_us);
    arm.errors = minute == arm.minute ? arm.errors + 1 : 1;
    arm.minute = minute;
  }
  void see(const Record& at, const Exposure& row) {
    tally_.premise();
    const std::int64_t ended_us = (row.minute + 1) * minute_us - into_minute_us_;
    const Arm& arm = arm_of(row.version);
    const std::uint32_t received = arm.minute == row.minute ? arm.errors : 0;
    if (at.time_us < ended_us || at.time_us > ended_us + closed_within_us) {
      tally_.violate(at, no_cart, "a minute that ended at {} was closed at {}",
                     moment_text(ended_us), moment_text(at.time_us));
    } else if (row.errors != received) {
      tally_.violate(at, no_cart,
                     "the minute before {} has {} errors of {}, {} were received in it",
                     moment_text(ended_us), row.errors, version_text(row.version), received);
    }
  }

 private:
  struct Arm {
    Version version{};
    std::int64_t minute = INT64_MIN;  ///< of the last error
    std::uint32_t errors = 0;
  };
  std::int64_t minute_of(std::int64_t time_us) const {
    const std::int64_t t = time_us + into_minute_us_;
    return t >= 0 ? t / minute_us : -((-t + minute_us - 1) / minute_us);
  }
  Arm& arm_of(Version version) {
    for (Arm& arm : arms_) {
      if (arm.version == version) {
        return arm;
      }
    }
    return arms_.emplace_back(Arm{.version = version});
  }

  std::int64_t into_minute_us_ = 0;
  std::vector<Arm> arms_;  ///< few: a fleet runs a handful of versions
};

}  // namespace

CheckPointer make_server_time_windows(const CheckParameters&, const TextTable&) {
  return std::make_unique<ServerTimeWindows>();
}

}  // namespace cartstorm::report

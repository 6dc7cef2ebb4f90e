#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include "broker-mock/cloud/facts.hpp"

namespace cartstorm::broker::telemetry {

/// Errors and device time of one version.
struct Counts {
  std::uint64_t errors = 0;
  std::uint64_t device_ms = 0;
};

/// Device time and error episodes per version in minutes of server time. The time of n connected
/// carts grows by n per millisecond without touching a cart: the cost is per change and per minute.
class Exposure {
 public:
  using OnMinute = std::function<void(const fact::ExposureMinute&)>;
  explicit Exposure(OnMinute on_minute) : on_minute_{std::move(on_minute)} {}

  using Arm = std::uint32_t;
  static constexpr Arm no_arm = 0xffffffffU;
  /// The arm of a version; no_arm once there are too many versions to be honest.
  Arm arm_of(Version version);

  /// Closes all minutes that ended by `now`. Every other call needs it done first.
  void advance(ServerTime now);
  void join(Arm arm, ServerTime now);
  void leave(Arm arm, ServerTime now);
  void count_error(Arm arm) { ++arms_[arm].open.errors; }

  /// End of the open minute while anything is connected or counted, else `never`.
  ServerTime deadline() const;

  /// What a version did in a minute of server time (since 1970). Nothing if the minute has not
  /// ended or is not kept any more.
  Counts minute(Version version, std::int64_t number) const;
  /// Keeps the minutes from `since` on for whoever will ask for them again, `longest_kept_minutes`
  /// at most. The last `kept_minutes` are kept anyway. A later call replaces an earlier one.
  void keep_from(ServerTime since);
  /// Carts connected with this version now.
  std::uint64_t connected(Version version) const;

  static constexpr std::int64_t kept_minutes = 24 * 60;
  static constexpr std::int64_t longest_kept_minutes = 100 * kept_minutes;

 private:
  struct Minute {
    std::int64_t number = 0;
    Counts counts;
  };
  struct PerVersion {
    Version version;
    std::uint64_t connected = 0;
    Counts open;                 ///< of the minute under way
    std::vector<Minute> closed;  ///< those that had exposure or errors, ascending
  };
  void accrue(PerVersion& arm, ServerTime now);
  void close_minute();
  void forget_old(PerVersion& arm) const;
  bool is_active() const;
  const PerVersion* find(Version version) const;

  OnMinute on_minute_;
  std::vector<PerVersion> arms_;
  ServerTime accrued_until_{0};
  std::int64_t open_minute_ = 0;
  std::int64_t kept_from_ = INT64_MAX;  ///< minute from which somebody needs all
};

}  // namespace cartstorm::broker::telemetry

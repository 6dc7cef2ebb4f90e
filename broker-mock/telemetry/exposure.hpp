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

  /// Sum over the minutes that ended by `until` and began at or after both `since` and
  /// `until - window_ms`. Windows reach back `kept_minutes` at most.
  Counts window(Version version, ServerTime until, std::int64_t window_ms, ServerTime since) const;
  /// Carts connected with this version now.
  std::uint64_t connected(Version version) const;

  static constexpr std::int64_t kept_minutes = 24 * 60;

 private:
  struct Minute {
    std::int64_t number = -1;
    Counts counts;
  };
  struct PerVersion {
    Version version;
    std::uint64_t connected = 0;
    Counts open;                 ///< of the minute under way
    std::vector<Minute> closed;  ///< ring by minute number
  };
  void accrue(PerVersion& arm, ServerTime now);
  void close_minute();
  bool is_active() const;
  const PerVersion* find(Version version) const;

  OnMinute on_minute_;
  std::vector<PerVersion> arms_;
  ServerTime accrued_until_{0};
  std::int64_t open_minute_ = 0;
};

}  // namespace cartstorm::broker::telemetry

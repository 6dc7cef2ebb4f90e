#pragma once
#include <chrono>

#include "broker-mock/base/time_text.hpp"
#include "broker-mock/cloud/facts.hpp"

namespace cartstorm::broker::net {

/// `2024-03-10T12:00:00Z`
inline std::string time_text(ServerTime time) {
  return extended_time(floor_div(time.unix_ms, 1000));
}

/// Server time: that of this machine, unless somebody who tests carts says otherwise. The cores
/// never see it run backwards.
class Clock {
 public:
  ServerTime now() const { return is_frozen_ ? frozen_at_ : machine() + offset_ms_; }
  /// How far ahead (or behind) of the machine it is from now on.
  void set_offset(std::int64_t ms) {
    offset_ms_ = ms;
    is_frozen_ = false;
  }
  /// Stops: what carts see is a server whose time is stale.
  void freeze() {
    frozen_at_ = now();
    is_frozen_ = true;
  }
  std::int64_t offset_ms() const { return offset_ms_; }
  bool is_frozen() const { return is_frozen_; }

 private:
  static ServerTime machine() {
    const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count()};
  }

  std::int64_t offset_ms_ = 0;
  bool is_frozen_ = false;
  ServerTime frozen_at_{};
};

}  // namespace cartstorm::broker::net

#pragma once
#include <fmt/format.h>

#include <string>
#include <vector>

#include "sim/explore/promises.hpp"
#include "sim/explore/wear.hpp"

namespace ota::test {

namespace seen = cartstorm::sim::explore::seen;
using cartstorm::sim::explore::Promise;

/// All promises of one cart and their wear, with every violation as a line and not only the first.
class Judge {
 public:
  Judge(const Tuning& tuning, const FlashGeometry& geometry)
      : promises_(tuning, geometry), wear_(geometry) {}

  template <typename Seen>
  void on(const Seen& seen) {
    if constexpr (requires { promises_.on(seen, premises); }) {
      promises_.on(seen, premises);
      note(promises_.take_violation());
    }
    if constexpr (requires { wear_.on(seen, premises); }) {
      wear_.on(seen, premises);
      note(wear_.take_violation());
    }
  }
  /// The time of the world, over all boots.
  void set_time(std::uint64_t now_ms) {
    promises_.elapse(now_ms - now_ms_);
    now_ms_ = now_ms;
  }

  std::vector<std::string> violations;
  cartstorm::sim::explore::Premises premises;

 private:
  void note(const cartstorm::sim::explore::Violation& violation) {
    if (violation && violations.size() < 20) {
      violations.push_back(fmt::format("{}: {} ({}) at {} ms", number(violation.promise),
                                       violation.what, violation.value, now_ms_));
    }
  }

  cartstorm::sim::explore::Promises promises_;
  cartstorm::sim::explore::Wear wear_;
  std::uint64_t now_ms_ = 0;
};

}  // namespace ota::test

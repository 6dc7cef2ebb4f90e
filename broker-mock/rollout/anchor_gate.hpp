#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "broker-mock/base/things.hpp"

namespace cartstorm::broker::rollout {

/// Counts the carts that still lack the anchor a rollout needs, as their words come in. A stage
/// must not start while one cart of any remaining stage lacks it: that cart would refuse the image,
/// and a fleet that has moved on would leave it behind.
class AnchorGate {
 public:
  /// Starts to wait for `lacking`.
  void watch(std::uint64_t anchor, const std::vector<ThingId>& lacking);
  void possession_changed(ThingId thing, std::uint64_t anchor, bool has_it);
  std::uint32_t missing() const { return missing_; }

  /// How many lack it, and who. `carts` is how many the remaining stages have.
  std::string reason(const Things& things, std::uint32_t carts) const;

 private:
  std::uint64_t anchor_ = 0;
  std::vector<bool> is_watched_, lacks_;
  std::uint32_t missing_ = 0;
};

}  // namespace cartstorm::broker::rollout

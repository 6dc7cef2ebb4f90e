#pragma once
#include <cstdint>
#include <optional>
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

  /// The refusal to publish now, if it is new enough: at the first time, and after a change of the
  /// count, but at most hourly. `carts` is how many the remaining stages have.
  std::optional<std::string> refusal(const Things& things, std::uint32_t carts, ServerTime now);
  void forget_refusals() { refused_at_ = never; }

 private:
  std::string text(const Things& things, std::uint32_t carts) const;

  std::uint64_t anchor_ = 0;
  std::vector<bool> is_watched_, lacks_;
  std::uint32_t missing_ = 0;
  std::uint32_t refused_missing_ = 0;
  ServerTime refused_at_ = never;
};

}  // namespace cartstorm::broker::rollout

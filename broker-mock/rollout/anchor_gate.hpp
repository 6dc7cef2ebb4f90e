#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "broker-mock/device_services/anchors.hpp"
#include "broker-mock/rollout/gate.hpp"

namespace cartstorm::broker::rollout {

/// Counts the carts that still lack the anchor a rollout needs, as their words come in. A stage
/// must not start while one cart of any remaining stage lacks it: that cart would refuse the image,
/// and a fleet that has moved on would leave it behind.
class AnchorGate final : public Gate {
 public:
  AnchorGate(const RolloutSpec& spec, const Things& things, const services::Anchors& anchors)
      : spec_{spec}, things_{things}, anchors_{anchors} {}

  void survey(const Outlook& outlook) override;
  void possession_changed(ThingId thing, std::uint64_t anchor, bool has_it);
  Opinion ask(const Outlook& outlook, ServerTime now) const override;
  /// Those that lack it now, in ascending order.
  std::vector<ThingId> lacking() const;

 private:
  const RolloutSpec& spec_;
  const Things& things_;
  const services::Anchors& anchors_;
  std::vector<bool> is_watched_, lacks_;
  std::uint32_t missing_ = 0;
};

}  // namespace cartstorm::broker::rollout

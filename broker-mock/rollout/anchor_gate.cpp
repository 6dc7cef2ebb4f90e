#include "broker-mock/rollout/anchor_gate.hpp"

#include <fmt/format.h>

#include "broker-mock/base/hex.hpp"

namespace cartstorm::broker::rollout {

void AnchorGate::survey(const Outlook& outlook) {
  lacks_.assign(outlook.fleet, false);
  is_watched_.assign(outlook.fleet, false);
  missing_ = 0;
  for (const ThingId thing : outlook.remaining) {
    if (anchors_.vouches(thing, spec_.requires_anchor)) continue;
    lacks_[index(thing)] = is_watched_[index(thing)] = true;
    ++missing_;
  }
}

void AnchorGate::possession_changed(ThingId thing, std::uint64_t anchor, bool has_it) {
  if (anchor != spec_.requires_anchor || index(thing) >= is_watched_.size() ||
      !is_watched_[index(thing)]) {
    return;
  }
  if (lacks_[index(thing)] == !has_it) return;
  lacks_[index(thing)] = !has_it;
  missing_ = has_it ? missing_ - 1 : missing_ + 1;
}

std::vector<ThingId> AnchorGate::lacking() const {
  std::vector<ThingId> carts;
  if (missing_ == 0) return carts;
  for (std::uint32_t i = 0; i < lacks_.size(); ++i) {
    if (lacks_[i]) carts.push_back(ThingId{i});
  }
  return carts;
}

Opinion AnchorGate::ask(const Outlook& outlook, ServerTime) const {
  if (missing_ == 0) return {};
  return {fmt::format("{} of {} carts have not acknowledged anchor {}: {}", missing_,
                      outlook.remaining.size(), hex(spec_.requires_anchor),
                      names_of(things_, lacking())),
          {}};
}

}  // namespace cartstorm::broker::rollout

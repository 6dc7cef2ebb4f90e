#include "broker-mock/rollout/anchor_gate.hpp"

#include <fmt/format.h>

#include "broker-mock/base/hex.hpp"

namespace cartstorm::broker::rollout {
namespace {

constexpr std::uint32_t named_things = 3;

}  // namespace

void AnchorGate::watch(std::uint64_t anchor, const std::vector<ThingId>& lacking) {
  anchor_ = anchor;
  lacks_.assign(lacks_.size(), false);
  is_watched_.assign(is_watched_.size(), false);
  for (const ThingId thing : lacking) {
    if (index(thing) >= lacks_.size()) {
      lacks_.resize(index(thing) + 1, false);
      is_watched_.resize(index(thing) + 1, false);
    }
    lacks_[index(thing)] = is_watched_[index(thing)] = true;
  }
  missing_ = static_cast<std::uint32_t>(lacking.size());
}

void AnchorGate::possession_changed(ThingId thing, std::uint64_t anchor, bool has_it) {
  if (anchor != anchor_ || index(thing) >= is_watched_.size() || !is_watched_[index(thing)]) {
    return;
  }
  if (lacks_[index(thing)] == !has_it) return;
  lacks_[index(thing)] = !has_it;
  missing_ = has_it ? missing_ - 1 : missing_ + 1;
}

std::string AnchorGate::reason(const Things& things, std::uint32_t carts) const {
  std::string out = fmt::format("{} of {} carts have not acknowledged anchor {}: ", missing_, carts,
                                hex(anchor_));
  std::uint32_t named = 0;
  for (std::uint32_t i = 0; i < lacks_.size() && named < named_things; ++i) {
    if (!lacks_[i]) continue;
    if (named++ > 0) out += ", ";
    out += things.name(ThingId{i});
  }
  if (missing_ > named) out += fmt::format(" and {} more", missing_ - named);
  return out;
}

}  // namespace cartstorm::broker::rollout

#include "sim/explore/state_table.hpp"

#include <utility>

namespace cartstorm::sim::explore {

KnownState& StateTable::place_of(const Key& key) {
  const std::size_t mask = states_.size() - 1;
  std::size_t at = key.low & mask;
  while (states_[at].is_used && states_[at].key != key) {
    at = (at + 1) & mask;
  }
  return states_[at];
}

const KnownState* StateTable::find(const Key& key) const {
  const std::size_t mask = states_.size() - 1;
  std::size_t at = key.low & mask;
  while (states_[at].is_used && states_[at].key != key) {
    at = (at + 1) & mask;
  }
  return states_[at].is_used ? &states_[at] : nullptr;
}

KnownState& StateTable::at(const Key& key) {
  if (2 * size_ >= states_.size()) {
    grow();
  }
  return place_of(key);
}

void StateTable::grow() {
  States old(2 * states_.size());
  std::swap(old, states_);
  for (const KnownState& state : old) {
    if (state.is_used) {
      place_of(state.key) = state;
    }
  }
}

}  // namespace cartstorm::sim::explore

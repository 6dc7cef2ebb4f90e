#pragma once
#include <cstdint>
#include <vector>

#include "sim/explore/huge_pages.hpp"
#include "sim/explore/key.hpp"
#include "sim/explore/outcome.hpp"

namespace cartstorm::sim::explore {

/// A state that was met.
struct KnownState {
  Key key;
  std::uint32_t points = 0;            ///< cuts that led right here, pruned ones included
  std::uint8_t cuts_left = 0;          ///< with which it was explored, at most
  Outcome outcome = Outcome::unknown;  ///< where its path ends when nothing more is cut
  bool is_used = false;
  bool is_on_path = false;  ///< of the path that runs now: to meet it again is to turn in a circle
};

/// All states of one story, by key. Open addressing: one cache line per look-up, nearly always.
class StateTable {
 public:
  StateTable() : states_(std::size_t{1} << 16) {}

  /// The state with this key; a new one has is_used false, and is taken by setting it.
  KnownState& at(const Key&);
  const KnownState* find(const Key&) const;
  /// Soon somebody will ask for it: a table of millions is in no cache, and memory that is fetched
  /// meanwhile costs nothing.
  void prefetch(const Key& key) const {
    __builtin_prefetch(&states_[key.low & (states_.size() - 1)], 1);
  }
  /// Makes room so that pointers from at() live until the next call.
  void take(KnownState& state, const Key& key) {
    state.key = key;
    state.is_used = true;
    ++size_;
  }
  std::uint64_t size() const { return size_; }
  std::uint64_t memory() const { return states_.size() * sizeof(KnownState); }
  using States = std::vector<KnownState, HugePages<KnownState>>;
  const States& all() const { return states_; }

 private:
  void grow();
  KnownState& place_of(const Key&);

  States states_;
  std::uint64_t size_ = 0;
};

}  // namespace cartstorm::sim::explore

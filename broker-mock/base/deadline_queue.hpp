#pragma once
#include <cstdint>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "broker-mock/cloud/facts.hpp"

namespace cartstorm::broker {

/// At most one deadline per dense id, popped in the order (time, id). O(log n) per change.
class DeadlineQueue {
 public:
  void set(std::uint32_t id, ServerTime at) {
    clear(id);
    if (id >= due_.size()) due_.resize(id + 1, never);
    if (at == never) return;
    due_[id] = at;
    order_.emplace(at, id);
  }

  void clear(std::uint32_t id) {
    if (id >= due_.size() || due_[id] == never) return;
    order_.erase({due_[id], id});
    due_[id] = never;
  }

  ServerTime of(std::uint32_t id) const { return id < due_.size() ? due_[id] : never; }

  ServerTime next() const { return order_.empty() ? never : order_.begin()->first; }

  /// The first id that is due at `now`, taken out; empty when none is.
  std::optional<std::uint32_t> pop_due(ServerTime now) {
    if (next() > now || order_.empty()) return std::nullopt;
    const std::uint32_t id = order_.begin()->second;
    clear(id);
    return id;
  }

 private:
  std::set<std::pair<ServerTime, std::uint32_t>> order_;
  std::vector<ServerTime> due_;
};

}  // namespace cartstorm::broker

#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "broker-mock/rollout/rollout.hpp"

namespace cartstorm::broker::rollout {

/// All rollouts of this cloud, at most one of them under way: no cart ever has open executions of
/// two rollouts. The object may be lost at any point: another one restores itself from the store
/// and from what the other services know, and goes on as if nothing had happened.
class Controller {
 public:
  explicit Controller(Surroundings surroundings) : around_{std::move(surroundings)} {}

  /// Takes up what the store holds, before anything else is called. Empty, or which record is
  /// damaged.
  std::string restore(ServerTime now);

  // Operators. Empty on success, else why not and what to do instead.
  std::string create(const RolloutSpec& spec, ServerTime now);
  std::string release(std::string_view rollout, std::uint32_t hold_id, std::string_view person,
                      std::string_view reason, ServerTime now);
  std::string abort(std::string_view rollout, std::string_view person, std::string_view reason,
                    ServerTime now);
  std::string pause(std::string_view rollout, std::string_view person, std::string_view reason,
                    ServerTime now);
  std::string resume(std::string_view rollout, std::string_view person, std::string_view reason,
                     ServerTime now);

  /// Why an anchor must stay on the carts for now; empty if no rollout needs it.
  std::string why_needed(std::uint64_t anchor) const;

  ServerTime deadline() const { return current() == nullptr ? never : current()->deadline(); }
  void advance(ServerTime now);

  // Messages and presence.
  void seen(ThingId thing, ServerTime now);
  void on(const jobs::ExecutionChange& change);
  void on(const fact::MetricReceived& metric);
  void possession_changed(ThingId thing, std::uint64_t anchor, bool has_it);
  void consent_changed(ThingId thing, ServerTime now);

 private:
  Rollout* current() const { return rollouts_.empty() ? nullptr : rollouts_.back().get(); }
  Rollout* find(std::string_view name) const;
  std::string spec_error(const RolloutSpec& spec) const;

  Surroundings around_;
  std::vector<std::unique_ptr<Rollout>> rollouts_;
};

}  // namespace cartstorm::broker::rollout

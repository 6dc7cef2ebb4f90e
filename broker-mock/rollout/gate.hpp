#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker-mock/base/things.hpp"
#include "broker-mock/rollout/plan.hpp"
#include "broker-mock/rollout/stored_object.hpp"

namespace cartstorm::broker::rollout {

/// What lies in the object store now. Implemented above this folder: rollouts know no S3.
class Artifacts {
 public:
  virtual ~Artifacts() = default;
  virtual std::optional<StoredObject> find(std::string_view bucket, std::string_view key) const = 0;
};

/// Who is left when a stage could start.
struct Outlook {
  std::uint32_t stage = 0;           ///< that would start
  std::uint32_t fleet = 0;           ///< registered things
  std::vector<ThingId> remaining;    ///< of all stages that have not started
  std::uint32_t eligible = 0;        ///< of them, those that this stage may take
  std::uint32_t opted_out = 0;       ///< of those that no stage has targeted yet
  std::uint32_t of_other_tiers = 0;  ///< of those, who did not opt out
};

/// What a gate says of a stage that could start.
struct Opinion {
  std::string refusal;  ///< which carts, and what is missing; empty: it may start
  std::string warning;  ///< what a reader of the start should know
};

/// A precondition of every stage. It is asked at each stage start and then every tick until it has
/// nothing to refuse any more: what held at the creation of a rollout need not hold a week later.
class Gate {
 public:
  virtual ~Gate() = default;
  /// Who remains was found anew.
  virtual void survey(const Outlook&) {}
  virtual Opinion ask(const Outlook& outlook, ServerTime now) const = 0;
};

/// `cart-00017, cart-00023, cart-00150 and 4 more`.
std::string names_of(const Things& things, const std::vector<ThingId>& carts);

}  // namespace cartstorm::broker::rollout

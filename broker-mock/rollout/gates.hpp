#pragma once
#include <vector>

#include "broker-mock/rollout/anchor_gate.hpp"
#include "broker-mock/rollout/stage_gates.hpp"

namespace cartstorm::broker::rollout {

/// All preconditions of a rollout's stages. A survey walks the fleet, asking does not: while a
/// stage waits, every tick asks.
class Gates {
 public:
  struct Inputs {
    const Things& things;
    const services::Anchors& anchors;
    const telemetry::Ledger& telemetry;
    const Artifacts& artifacts;
  };
  /// All of them outlive the gates; `canary` is filled in by the first stage.
  Gates(const Inputs& inputs, const RolloutSpec& spec, const CanaryArtifact& canary);
  Gates(const Gates&) = delete;
  Gates& operator=(const Gates&) = delete;

  void survey(Outlook outlook);
  /// Everything that any gate has to say, parted by semicolons.
  Opinion ask(ServerTime now) const;

  void possession_changed(ThingId thing, std::uint64_t anchor, bool has_it) {
    anchor_.possession_changed(thing, anchor, has_it);
  }
  /// Who lacks the needed anchor; nobody if none is needed.
  std::vector<ThingId> lacking_anchor() const { return anchor_.lacking(); }
  /// Of the last survey: registered things, who remains, and how many of those a stage could take.
  std::uint32_t surveyed() const { return outlook_.fleet; }
  const std::vector<ThingId>& remaining() const { return outlook_.remaining; }
  std::uint32_t eligible() const { return outlook_.eligible; }

 private:
  EligibilityGate eligibility_;
  ArtifactGate artifact_;
  OverlapGate overlap_;
  AnchorGate anchor_;
  PatchBaseGate patch_base_;
  std::vector<Gate*> all_;  ///< those that this rollout has, in the order of what they say
  Outlook outlook_;
};

}  // namespace cartstorm::broker::rollout

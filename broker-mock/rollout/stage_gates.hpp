#pragma once
#include <memory>
#include <vector>

#include "broker-mock/device_services/anchors.hpp"
#include "broker-mock/rollout/gate.hpp"
#include "broker-mock/telemetry/ledger.hpp"

/// The gates that need no memory of their own.
namespace cartstorm::broker::rollout {

/// A stage without a cart would soak, show nothing and be held by nobody.
class EligibilityGate final : public Gate {
 public:
  explicit EligibilityGate(const RolloutSpec& spec) : spec_{spec} {}
  Opinion ask(const Outlook& outlook, ServerTime now) const override;

 private:
  const RolloutSpec& spec_;
};

/// The image of the first stage, by whose good name the later ones start; empty before it.
struct CanaryArtifact {
  std::string image_etag, patch_etag;
  template <class Archive>
  friend void fields(Archive& archive, CanaryArtifact& canary) {
    archive(canary.image_etag, canary.patch_etag);
  }
};

/// What lies in the object store is what the rollout was asked for and what the canary ran: a new
/// build under an old name would reach the fleet on the canary's good name.
class ArtifactGate final : public Gate {
 public:
  ArtifactGate(const RolloutSpec& spec, const Artifacts& artifacts, const CanaryArtifact& canary)
      : spec_{spec}, artifacts_{artifacts}, canary_{canary} {}
  Opinion ask(const Outlook& outlook, ServerTime now) const override;

 private:
  std::string image_refusal() const;
  std::string patch_refusal() const;

  const RolloutSpec& spec_;
  const Artifacts& artifacts_;
  const CanaryArtifact& canary_;
};

/// When CAs are rotated, the old and the new one must both be good for 90 days from now on and
/// together: in between, carts that were off for a season come back and need one of them.
class OverlapGate final : public Gate {
 public:
  OverlapGate(const RolloutSpec& spec, const services::Anchors& anchors)
      : spec_{spec}, anchors_{anchors} {}
  Opinion ask(const Outlook& outlook, ServerTime now) const override;

 private:
  const RolloutSpec& spec_;
  const services::Anchors& anchors_;
};

/// A patch starts from the base version. Carts that run another one fetch the whole image, which
/// is worth a word; a rollout that says `patch_only` cannot reach them.
class PatchBaseGate final : public Gate {
 public:
  PatchBaseGate(const RolloutSpec& spec, const Things& things, const telemetry::Ledger& telemetry)
      : spec_{spec}, things_{things}, telemetry_{telemetry} {}
  Opinion ask(const Outlook& outlook, ServerTime now) const override;

 private:
  const RolloutSpec& spec_;
  const Things& things_;
  const telemetry::Ledger& telemetry_;
};

}  // namespace cartstorm::broker::rollout

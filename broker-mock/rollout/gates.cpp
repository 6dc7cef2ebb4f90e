#include "broker-mock/rollout/gates.hpp"

#include <utility>

namespace cartstorm::broker::rollout {
namespace {

void add(std::string& all, const std::string& text) {
  if (!all.empty() && !text.empty()) all += "; ";
  all += text;
}

}  // namespace

Gates::Gates(const Inputs& inputs, const RolloutSpec& spec, const CanaryArtifact& canary)
    : eligibility_{spec},
      artifact_{spec, inputs.artifacts, canary},
      overlap_{spec, inputs.anchors},
      anchor_{spec, inputs.things, inputs.anchors},
      patch_base_{spec, inputs.things, inputs.telemetry},
      all_{&eligibility_, &artifact_} {
  if (spec.requires_anchor != 0 && !spec.quirks.no_ca_gate) {
    all_.push_back(&overlap_);
    all_.push_back(&anchor_);
  }
  all_.push_back(&patch_base_);
}

void Gates::survey(Outlook outlook) {
  outlook_ = std::move(outlook);
  for (Gate* const gate : all_) gate->survey(outlook_);
}

Opinion Gates::ask(ServerTime now) const {
  Opinion all;
  for (const Gate* const gate : all_) {
    const Opinion one = gate->ask(outlook_, now);
    add(all.refusal, one.refusal);
    add(all.warning, one.warning);
  }
  return all;
}

}  // namespace cartstorm::broker::rollout

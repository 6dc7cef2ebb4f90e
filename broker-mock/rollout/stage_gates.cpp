#include "broker-mock/rollout/stage_gates.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "broker-mock/base/hex.hpp"
#include "broker-mock/base/time_text.hpp"
#include "broker-mock/base/version_text.hpp"

namespace cartstorm::broker::rollout {
namespace {

constexpr std::int64_t day_s = 24 * 3600;
constexpr std::int64_t overlap_days = 90;

std::string address(const RolloutSpec& spec, const std::string& key) {
  return fmt::format("s3://{}/{}", spec.bucket, key);
}

}  // namespace

Opinion EligibilityGate::ask(const Outlook& outlook, ServerTime) const {
  if (outlook.eligible > 0) return {};
  const StageSpec& stage = spec_.plan.stages[outlook.stage];
  std::string reason = fmt::format(
      "none of the {} carts is left for stage {}: {} targeted already, {} opted out", outlook.fleet,
      stage.name, outlook.fleet - outlook.opted_out - outlook.of_other_tiers, outlook.opted_out);
  if (!stage.tiers.empty()) {
    reason += fmt::format(", {} of other tiers than {}", outlook.of_other_tiers,
                          fmt::join(stage.tiers, ", "));
  }
  return {reason, {}};
}

Opinion ArtifactGate::ask(const Outlook&, ServerTime) const {
  std::string reason = image_refusal();
  if (reason.empty() && !spec_.patch_key.empty()) reason = patch_refusal();
  return {reason, {}};
}

std::string ArtifactGate::image_refusal() const {
  const auto image = artifacts_.find(spec_.bucket, spec_.key);
  if (!image) return address(spec_, spec_.key) + " is gone; no cart could fetch it";
  if (image->sha256_hex != spec_.sha256_hex) {
    return fmt::format("{} has SHA-256 {}, the rollout was asked for with {}; put that image back",
                       address(spec_, spec_.key), image->sha256_hex, spec_.sha256_hex);
  }
  if (!canary_.image_etag.empty() && image->etag != canary_.image_etag) {
    return fmt::format("{} has ETag {}, the first stage ran {}; put that image back",
                       address(spec_, spec_.key), image->etag, canary_.image_etag);
  }
  return {};
}

std::string ArtifactGate::patch_refusal() const {
  const auto patch = artifacts_.find(spec_.bucket, spec_.patch_key);
  if (!patch) return address(spec_, spec_.patch_key) + " is gone; no cart could fetch it";
  if (!canary_.patch_etag.empty() && patch->etag != canary_.patch_etag) {
    return fmt::format("{} has ETag {}, the first stage ran {}; put that patch back",
                       address(spec_, spec_.patch_key), patch->etag, canary_.patch_etag);
  }
  return {};
}

Opinion OverlapGate::ask(const Outlook&, ServerTime now) const {
  const AnchorCertificate* const old = anchors_.certificate(spec_.replaces_anchor);
  const AnchorCertificate* const next = anchors_.certificate(spec_.requires_anchor);
  // Without dates there is nothing to judge: whoever adds a certificate may not have read it.
  if (old == nullptr || next == nullptr || !old->has_dates() || !next->has_dates()) return {};
  if (old->not_after_s - floor_div(now.unix_ms, 1000) < overlap_days * day_s) {
    return {fmt::format("anchor {} ends at {}, less than {} days from now; carts that miss this "
                        "release need it for that long",
                        hex(old->id), extended_time(old->not_after_s), overlap_days),
            {}};
  }
  const std::int64_t overlap_s = std::min(old->not_after_s, next->not_after_s) -
                                 std::max(old->not_before_s, next->not_before_s);
  if (overlap_s >= overlap_days * day_s) return {};
  return {
      fmt::format("anchors {} and {} are valid together for {} days, {} are needed", hex(old->id),
                  hex(next->id), std::max<std::int64_t>(0, overlap_s / day_s), overlap_days),
      {}};
}

Opinion PatchBaseGate::ask(const Outlook& outlook, ServerTime) const {
  if (spec_.patch_key.empty()) return {};
  std::vector<ThingId> others;
  for (const ThingId thing : outlook.remaining) {
    const auto version = telemetry_.version(thing);
    if (version != spec_.base && version != spec_.version) others.push_back(thing);
  }
  if (others.empty()) return {};
  std::string who = fmt::format(
      "{} of {} carts do not say that they run {}, from which the patch "
      "starts: {}",
      others.size(), outlook.remaining.size(), to_text(spec_.base), names_of(things_, others));
  if (spec_.patch_only) return {std::move(who), {}};
  return {{}, fmt::format("{}; they fetch the whole image", who)};
}

}  // namespace cartstorm::broker::rollout

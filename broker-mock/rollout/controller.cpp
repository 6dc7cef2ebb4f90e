#include "broker-mock/rollout/controller.hpp"

#include <algorithm>

#include "broker-mock/base/hex.hpp"
#include "broker-mock/base/version_text.hpp"
#include "broker-mock/rollout/spec_record.hpp"

namespace cartstorm::broker::rollout {
namespace {

/// `<rollout>-<stage>-r<n>` must fit a job id of 64 characters, stages having at most 24.
constexpr std::size_t max_rollout_name = 32;

/// Longest base64 of the 1,024 bytes that a cart takes (WIRE.md section 8).
constexpr std::size_t max_chain_text = 1368;

bool is_base64(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/' || c == '=';
  });
}

std::string image_error(const RolloutSpec& spec, const std::optional<StoredObject>& image) {
  const std::string object = "s3://" + spec.bucket + "/" + spec.key;
  if (!image) return "there is no object " + object + "; put it first";
  if (image->size != spec.size) {
    return object + " has " + std::to_string(image->size) + " bytes, the rollout says " +
           std::to_string(spec.size) + "; one of them is stale";
  }
  if (spec.sha256_hex.size() != 64 || !is_lower_hex(spec.sha256_hex)) {
    return "sha256 is not 64 lower-case hex digits; take it from the manifest";
  }
  if (!is_base64(spec.manifest_base64))
    return "the manifest is not base64; encode the signed bytes";
  if (!is_base64(spec.chain_base64))
    return "the chain is not base64; encode the certificates one behind the other, signer first";
  if (spec.chain_base64.size() > max_chain_text)
    return "the chain is longer than 1024 bytes; a cart takes a signer and one intermediate";
  return {};
}

std::string patch_error(const RolloutSpec& spec, bool has_patch) {
  if (spec.patch_key.empty()) return {};
  if (!has_patch) {
    return "there is no object s3://" + spec.bucket + "/" + spec.patch_key +
           "; put the patch first";
  }
  if (spec.patch_base_sha256_hex.size() != 64 || !is_lower_hex(spec.patch_base_sha256_hex)) {
    return "the patch's base is not 64 lower-case hex digits; take them from the base's manifest";
  }
  return {};
}

}  // namespace

Rollout* Controller::find(std::string_view name) const {
  const auto found = std::find_if(rollouts_.begin(), rollouts_.end(),
                                  [&](const auto& rollout) { return rollout->name() == name; });
  return found == rollouts_.end() ? nullptr : found->get();
}

std::string Controller::spec_error(const RolloutSpec& spec) const {
  if (!jobs::is_job_id(spec.name) || spec.name.size() > max_rollout_name) {
    return "rollout name \"" + spec.name + "\" is not [a-zA-Z0-9_-]{1,32}";
  }
  if (find(spec.name) != nullptr) {
    return "rollout " + spec.name +
           " exists already; choose another name, job ids are made from it";
  }
  if (!spec.supersedes.empty() && find(spec.supersedes) == nullptr) {
    return "there is no rollout " + spec.supersedes + " to supersede";
  }
  if (current() != nullptr && !current()->is_over() && current()->name() != spec.supersedes) {
    return "rollout " + current()->name() +
           " is under way; let it end, abort it or supersede it by name, a cart takes one update "
           "at a time";
  }
  if (spec.version == spec.base) {
    return "version and base are both " + to_text(spec.version) +
           "; a rollout is compared with the version it replaces";
  }
  if (auto error = why_impossible(spec.plan, around_.things.registered()); !error.empty())
    return error;
  const auto image = around_.artifacts.find(spec.bucket, spec.key);
  if (auto error = image_error(spec, image); !error.empty()) return error;
  return patch_error(spec, around_.artifacts.find(spec.bucket, spec.patch_key).has_value());
}

std::string Controller::create(const RolloutSpec& spec, ServerTime now) {
  if (auto error = spec_error(spec); !error.empty()) return error;
  // First the end of the old one, with all that follows from it; killed in between, nobody has two.
  if (current() != nullptr && !current()->is_over()) current()->be_superseded(spec, now);
  std::vector<std::string> open_jobs;
  for (const auto& earlier : rollouts_) earlier->append_open_jobs(open_jobs);
  const auto number = static_cast<std::uint32_t>(rollouts_.size());
  RolloutSpec written = spec;
  around_.effects.put(Journal::spec_key(number), record_of(written));
  rollouts_.push_back(std::make_unique<Rollout>(around_, number, spec));
  rollouts_.back()->begin(open_jobs, now);
  return {};
}

/// A spec without a state was on its way when the controller died: its operator was not answered
/// and will ask again.
std::string Controller::restore(ServerTime now) {
  while (true) {
    const auto number = static_cast<std::uint32_t>(rollouts_.size());
    const std::string key = Journal::spec_key(number);
    std::optional<std::string> text;
    around_.effects.store().scan(
        key, [&text](std::string_view, std::string_view value) { text = value; });
    if (!text) return {};
    RolloutSpec spec;
    if (!read_record(*text, spec)) return "record " + key + " is damaged; restore it from a backup";
    auto rollout = std::make_unique<Rollout>(around_, number, std::move(spec));
    bool was_begun = false;
    if (!rollout->restore(was_begun, now)) {
      return "the records of rollout " + rollout->name() +
             " are damaged; restore them from a backup";
    }
    if (!was_begun) return {};
    rollouts_.push_back(std::move(rollout));
  }
}

std::string Controller::release(std::string_view rollout, std::uint32_t hold_id,
                                std::string_view person, std::string_view reason, ServerTime now) {
  Rollout* const found = find(rollout);
  if (found == nullptr) return "there is no rollout " + std::string{rollout};
  return found->release(hold_id, person, reason, now);
}

std::string Controller::abort(std::string_view rollout, std::string_view person,
                              std::string_view reason, ServerTime now) {
  Rollout* const found = find(rollout);
  if (found == nullptr) return "there is no rollout " + std::string{rollout};
  return found->abort(person, reason, now);
}

std::string Controller::pause(std::string_view rollout, std::string_view person,
                              std::string_view reason, ServerTime now) {
  Rollout* const found = find(rollout);
  if (found == nullptr) return "there is no rollout " + std::string{rollout};
  return found->pause(person, reason, now);
}

std::string Controller::resume(std::string_view rollout, std::string_view person,
                               std::string_view reason, ServerTime now) {
  Rollout* const found = find(rollout);
  if (found == nullptr) return "there is no rollout " + std::string{rollout};
  return found->resume(person, reason, now);
}

std::string Controller::why_needed(std::uint64_t anchor) const {
  const Rollout* const rollout = current();
  if (rollout == nullptr || rollout->is_over() || rollout->requires_anchor() != anchor) return {};
  return "rollout " + rollout->name() + " needs anchor " + hex(anchor) +
         "; let it end or abort it first, its images could no longer be installed";
}

void Controller::advance(ServerTime now) {
  if (current() != nullptr) current()->advance(now);
}

void Controller::seen(ThingId thing, ServerTime now) {
  if (current() != nullptr) current()->seen(thing, now);
}

void Controller::on(const jobs::ExecutionChange& change) {
  if (current() != nullptr) current()->on(change);
}

void Controller::on(const fact::MetricReceived& metric) {
  if (current() == nullptr) return;
  if (metric.metric == fact::Metric::rollback && metric.counted) {
    current()->on_rollback(metric.thing, metric.version);
  } else if (metric.metric == fact::Metric::heartbeat) {
    current()->on_heartbeat(metric.thing, metric.version);
  }
}

void Controller::possession_changed(ThingId thing, std::uint64_t anchor, bool has_it) {
  if (current() != nullptr) current()->possession_changed(thing, anchor, has_it);
}

void Controller::consent_changed(ThingId thing, ServerTime now) {
  if (current() != nullptr) current()->consent_changed(thing, now);
}

}  // namespace cartstorm::broker::rollout

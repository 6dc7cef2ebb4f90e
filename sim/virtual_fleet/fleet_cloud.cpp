#include <algorithm>
#include <utility>

#include "broker-mock/jobs/job.hpp"
#include "sim/virtual_fleet/fleet.hpp"
#include "sim/virtual_fleet/plan_of.hpp"
#include "sim/virtual_fleet/release.hpp"
#include "sim/virtual_fleet/trace_words.hpp"

/// The cloud in virtual time: who is registered, when it is called, what operators do.
namespace cartstorm::sim {
namespace {

constexpr std::string_view rollout_name = "rollout";
constexpr std::string_view newer_rollout_name = "rollout-2";

}  // namespace

broker::ServerTime VirtualFleet::server_time() const {
  // Floor, also for the negative times of the warm-up.
  const std::int64_t ms = now_us_ >= 0 ? now_us_ / 1000 : -((-now_us_ + 999) / 1000);
  return {scenario_.epoch_unix_s * 1000 + ms};
}

void VirtualFleet::build_cloud() {
  broker::CloudConfig config;
  config.seed = options_.seed;
  cloud_ = std::make_unique<broker::Cloud>(config, cloud_observer_);
  for (const auto& spec : population_) {
    const Profile& profile = *spec.profile;
    cloud_->register_thing({spec.thing, profile.hardware_revision, profile.region, profile.use,
                            profile.tier, profile.name, profile.utc_offset_h * 60});
  }
  const Quotas& quotas = scenario_.cloud.quotas;
  cloud_->set_job_quotas(
      {quotas.jobs_reads_per_s.value_or(0), quotas.jobs_writes_per_s.value_or(0)});
  cloud_->set_control_quota(quotas.control_calls_per_s.value_or(0));
  stock(images_, *cloud_);
}

// After every call into the cloud: its messages go on the wire, and its timer is followed.
void VirtualFleet::called_cloud() {
  controller_may_have_died();
  collect_deliveries();
  const broker::ServerTime deadline = cloud_->deadline();
  if (deadline == broker::never) {
    return;
  }
  const std::int64_t due_us =
      std::max(now_us_ + 1000, (deadline.unix_ms - scenario_.epoch_unix_s * 1000) * 1000);
  if (due_us < cloud_timer_at_us_) {
    cloud_timer_at_us_ = due_us;
    at(due_us, Due::cloud_timer, nobody, 0);
  }
}

void VirtualFleet::collect_deliveries() {
  for (const auto& delivery : cloud_->take_deliveries()) {
    const auto number = static_cast<std::uint32_t>(delivery.thing);
    Cart& cart = *carts_[number];
    const std::uint32_t slot = new_message();
    auto& message = messages_[slot];
    message.incarnation = static_cast<std::uint32_t>(cart.connects);
    message.topic.assign(delivery.topic);
    message.payload.assign(delivery.payload);
    at(now_us_ + link_.downlink_us(number, cart.downlinks++), Due::downlink, number, slot);
  }
}

void VirtualFleet::begin_rollout() {
  target_ = {images_.new_image().spec->version.value};
  create_rollout(release_of(images_, std::string{rollout_name}), images_.new_image());
}

/// Plan, gates and quirks are the scenario's.
void VirtualFleet::create_rollout(broker::RolloutSpec spec, const FirmwareImage& image) {
  const ota::AnchorId old_anchor = images_.old_image().anchor;
  const ota::AnchorId new_anchor = image.anchor;
  if (new_anchor != old_anchor) {
    spec.requires_anchor = new_anchor.value;
    spec.replaces_anchor = old_anchor.value;
  }
  spec.plan = plan_of(scenario_.rollout);
  if (!spec.supersedes.empty()) {
    spec.plan.stages = stages_of(scenario_.rollout.superseded->stages);
  }
  if (const auto timeout_us = scenario_.rollout.execution_timeout_us) {
    spec.execution_timeout_min = static_cast<std::uint32_t>(*timeout_us / 60'000'000);
  }
  spec.patch_only = scenario_.rollout.patch_only;
  spec.quirks.no_ca_gate = scenario_.rollout.has(RolloutQuirk::no_ca_gate);
  has_asked_ = true;
  const auto refusal = cloud_->create_rollout(spec, server_time());
  if (refusal && refusal->is_down && !spec.supersedes.empty() && !has_newer_begun_) {
    unanswered_.emplace_back(Due::rollout_superseded, 0);
  } else if (refusal && !refusal->is_down) {
    infrastructure_error_ = "the cloud refused the rollout: " + refusal->message;
  }
  called_cloud();
}

void VirtualFleet::begin_fleet_fault(std::size_t fault) {
  if (std::holds_alternative<ControllerKilled>(scenario_.faults[fault].body)) {
    cloud_->kill_controller();
    return controller_died(fault);
  }
  emit_fault(nobody, fault, report::FaultEvent::fire, 0);
  if (std::holds_alternative<ImageSwapped>(scenario_.faults[fault].body)) {
    swap_artifact(images_, *cloud_);
  }
}

void VirtualFleet::stage_changed(const broker::fact::StageChanged& fact) {
  using broker::fact::StageEvent;
  has_begun_ = true;
  if (fact.rollout == newer_rollout_name && !std::exchange(has_newer_begun_, true)) {
    no_longer_asks(Due::rollout_superseded, 0);
    begin_newer();
  }
  stage_name_ = fact.stage_name;
  if (fact.event != StageEvent::pause && fact.event != StageEvent::resume) {
    is_held_ = fact.event == StageEvent::hold;
  }
  if (fact.event == StageEvent::end) {
    stage_name_ = "complete";
  }
  if (fact.event == StageEvent::start) {
    plan_visits(fact.stage_name);
  }
  if (fact.event == StageEvent::hold) {
    plan_release(fact);
  }
  if (fact.event == StageEvent::pause) {
    plan_resume(fact);
  }
}

/// The trace hears of a release when its rollout is asked for: from then on that is what carts are
/// to run.
void VirtualFleet::begin_newer() {
  const FirmwareImage& image = images_.newest_image();
  const ota::Version version{image.spec->version.value};
  if (version == target_) {
    return;
  }
  emit_image(image);
  target_ = version;
  on_new_ = static_cast<std::uint32_t>(std::ranges::count_if(
      carts_, [&](const auto& cart) { return cart->version == version.value; }));
}

/// The pause stands from the moment that everybody is told of it, whether or not its answer came.
void VirtualFleet::plan_resume(const broker::fact::StageChanged& fact) {
  const auto& pauses = scenario_.rollout.pauses;
  const auto asked = std::ranges::find_if(asked_pauses_, [&](std::uint32_t number) {
    return pauses[number].person == fact.actor && pauses[number].reason == fact.reason;
  });
  if (asked == asked_pauses_.end()) {
    return;
  }
  const std::uint32_t number = *asked;
  asked_pauses_.erase(asked);
  no_longer_asks(Due::rollout_pauses, number);
  if (const auto lasts_us = pauses[number].lasts_us) {
    at(now_us_ + *lasts_us, Due::rollout_resumes, nobody, number);
  }
}

/// Whoever sees that it is done does not ask again.
void VirtualFleet::no_longer_asks(Due what, std::uint32_t number) {
  std::erase(unanswered_, std::pair{what, number});
}

void VirtualFleet::plan_release(const broker::fact::StageChanged& fact) {
  for (std::size_t i = 0; i < scenario_.rollout.releases.size(); ++i) {
    const Release& release = scenario_.rollout.releases[i];
    const bool is_used = std::any_of(releases_.begin(), releases_.end(),
                                     [i](const auto& planned) { return planned.index == i; });
    if (!is_used && (release.stage.empty() || release.stage == fact.stage_name)) {
      releases_.push_back({std::string{fact.rollout}, fact.hold_id, i});
      at(now_us_ + release.after_us, Due::hold_released, nobody,
         static_cast<std::uint32_t>(releases_.size() - 1));
      return;
    }
  }
}

void VirtualFleet::release_hold(std::uint32_t number) {
  const auto& [rollout, hold_id, index] = releases_[number];
  const Release& release = scenario_.rollout.releases[index];
  // A refusal is the cloud's answer to a person; the trace shows that the hold stays.
  const auto refusal = cloud_->release(rollout, release.hold.value_or(hold_id), release.person,
                                       release.reason, server_time());
  if (refusal && refusal->is_down) {
    unanswered_.emplace_back(Due::hold_released, number);
  }
  called_cloud();
}

/// What people will do in a stage that begins. Stages of the newer rollout have other names.
void VirtualFleet::plan_visits(std::string_view stage) {
  const auto& newer = scenario_.rollout.superseded;
  if (newer && newer->stage == stage) {
    at(now_us_ + newer->after_us, Due::rollout_superseded, nobody, 0);
  }
  const auto& pauses = scenario_.rollout.pauses;
  for (std::size_t i = 0; i < pauses.size(); ++i) {
    if (pauses[i].stage == stage) {
      at(now_us_ + pauses[i].after_us, Due::rollout_pauses, nobody, static_cast<std::uint32_t>(i));
    }
  }
}

void VirtualFleet::pause_rollout(std::uint32_t number) {
  const Pause& pause = scenario_.rollout.pauses[number];
  if (std::ranges::find(asked_pauses_, number) == asked_pauses_.end()) {
    asked_pauses_.push_back(number);
  }
  const auto refusal = cloud_->pause(rollout_name, pause.person, pause.reason, server_time());
  if (refusal && !refusal->is_down) {
    std::erase(asked_pauses_, number);
  } else if (refusal && std::ranges::find(asked_pauses_, number) != asked_pauses_.end()) {
    unanswered_.emplace_back(Due::rollout_pauses, number);
  }
  called_cloud();
}

void VirtualFleet::resume_rollout(std::uint32_t number) {
  const Pause& pause = scenario_.rollout.pauses[number];
  const auto refusal =
      cloud_->resume(rollout_name, pause.person, "no longer: " + pause.reason, server_time());
  if (refusal && refusal->is_down) {
    unanswered_.emplace_back(Due::rollout_resumes, number);
  }
  called_cloud();
}

void VirtualFleet::supersede_rollout() {
  const FirmwareImage& image = images_.newest_image();
  broker::RolloutSpec spec = release_of(images_, image, std::string{newer_rollout_name});
  spec.supersedes = rollout_name;
  spec.created_by = scenario_.rollout.superseded->person;
  create_rollout(std::move(spec), image);
}

void VirtualFleet::ask_again(Due what, std::uint32_t number) {
  if (what == Due::hold_released) {
    release_hold(number);
  } else if (what == Due::rollout_pauses) {
    pause_rollout(number);
  } else if (what == Due::rollout_resumes) {
    resume_rollout(number);
  } else {
    supersede_rollout();
  }
}

}  // namespace cartstorm::sim

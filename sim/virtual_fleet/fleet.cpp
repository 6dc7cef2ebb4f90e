#include "sim/virtual_fleet/fleet.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/virtual_fleet/bound_hardware.hpp"
#include "sim/virtual_fleet/trace_words.hpp"

namespace cartstorm::sim {
namespace {

// The fleet runs for a while before the rollout begins, so that the halt rule has a baseline.
constexpr std::int64_t warm_up_us = 2LL * 3'600'000'000;
constexpr std::uint64_t events_between_looks = 1 << 14;
constexpr std::uint32_t device_sector = 4096;
constexpr std::uint32_t program_unit = 256;

ota::FlashGeometry geometry_for(const Scenario& scenario) {
  std::uint32_t largest = 0;
  for (const auto& [name, image] : scenario.images) {
    largest = std::max(largest, image.size);
  }
  const std::uint32_t image_sectors = (largest + device_sector - 1) / device_sector;
  return {program_unit, device_sector, (image_sectors + 1) * device_sector};
}

}  // namespace

VirtualFleet::VirtualFleet(const Scenario& scenario, const RunOptions& options,
                           report::Stream& stream)
    : scenario_(scenario),
      options_(options),
      stream_(stream),
      now_us_(-warm_up_us),
      wheel_(-warm_up_us),
      images_(scenario, options.seed, program_unit),
      population_(make_population(scenario.fleet, options.seed)),
      faults_(scenario, options.seed, population_),
      link_(scenario.network, options.seed),
      flash_model_(arena_, FlashTiming{}, options.seed),
      crypto_(openssl_, flash_model_, options.remembers_digests),
      cart_observer_(stream, *this),
      cloud_observer_(stream, *this, scenario.epoch_unix_s),
      has_fired_(scenario.faults.size(), false),
      metric_struck_(scenario.faults.size()) {
  for (const auto& image : images_.all()) {
    arena_.add(image.content);
    arena_.add_sector(image.padded_trailer);
    if (!image.patch.empty()) {
      arena_.recognise_sectors(image.content, device_sector);
    }
  }
}

VirtualFleet::~VirtualFleet() = default;

void VirtualFleet::at(std::int64_t time_us, Due due, std::uint32_t cart, std::uint32_t argument) {
  wheel_.schedule(time_us, static_cast<std::uint8_t>(due), cart, argument);
}

void VirtualFleet::emit_fault(std::uint32_t cart, std::size_t fault, report::FaultEvent event,
                              std::int64_t value) {
  emit(report::Fault{static_cast<report::CartId>(cart), text(faults_.text(fault)), event, value});
}

void VirtualFleet::emit_world() {
  emit(report::Run{text(options_.build), text(scenario_.name), text("virtual"),
                   text("exact_cut torn_program torn_erase clock_skew readback"), options_.seed,
                   scenario_.digest, scenario_.epoch_unix_s, faults_.quiet_from_us(),
                   scenario_.ends_us});
  // The first one is where the fleet comes from, the last one what the rollout brings.
  emit_image(images_.old_image());
  if (const FirmwareImage* const older = images_.older_image()) {
    emit_image(*older);
  }
  emit_image(images_.new_image());
  for (std::size_t i = 0; i < scenario_.faults.size(); ++i) {
    emit_fault(nobody, i, report::FaultEvent::arm, 0);
  }
}

void VirtualFleet::emit_image(const FirmwareImage& image) {
  const Image& spec = *image.spec;
  const bool needs_new_anchor = image.anchor.value != images_.old_image().anchor.value;
  emit(report::Image{static_cast<report::Version>(spec.version.value), short_digest(image.digest),
                     spec.size, spec.security_version, needs_new_anchor ? image.anchor.value : 0,
                     scenario_.epoch_unix_s + spec.valid_from_us / 1'000'000,
                     scenario_.epoch_unix_s + spec.valid_until_us / 1'000'000});
}

const FirmwareImage& VirtualFleet::factory_image(const CartSpec& spec) const {
  return spec.is_on_older ? *images_.older_image() : images_.old_image();
}

void VirtualFleet::build_cart(std::uint32_t number) {
  const CartSpec& spec = population_[number];
  const Profile& profile = *spec.profile;
  carts_.push_back(
      std::make_unique<Cart>(spec, geometry_for(scenario_),
                             PowerHabit{profile, options_.seed, number, scenario_.epoch_unix_s}));
  Cart& cart = *carts_.back();
  const FirmwareImage& image = factory_image(spec);
  const Version version = image.spec->version;
  cart.version = version.value;
  emit(report::Cart{static_cast<report::CartId>(number), text(spec.thing), text(profile.name),
                    text(profile.region), text(profile.use), text(profile.tier),
                    profile.hardware_revision, static_cast<report::Version>(version.value)});
  provision(number, image, factory_anchors(number));
  cart.busy_until_us = INT64_MIN;
  cart.cuts = faults_.power_cuts(number);
  cart.clock_offset_us = faults_.clock_offset_us(number, now_us_);
  if (const auto fault = faults_.clock_fault(number)) {
    emit_fault(number, *fault, report::FaultEvent::fire, cart.clock_offset_us);
    emit(report::Clock{static_cast<report::CartId>(number), cart.clock_offset_us / 1'000'000,
                       report::ClockEvent::set});
  }
  for (const auto& change : faults_.clock_changes(number)) {
    at(change.time_us, Due::clock_changes, number, static_cast<std::uint32_t>(change.fault));
  }
  schedule_cart_faults(number);
  // A cart that is on at the start is switched on within the first minute, not all at once.
  const std::int64_t spread_us = between(
      draw(options_.seed, number, Purpose::power_on_jitter, ~std::uint64_t{0}), 0, 60'000'000);
  const std::int64_t first =
      cart.habit.is_on(now_us_) ? now_us_ + spread_us : cart.habit.next_on(now_us_);
  at(first, Due::switched_on, number, cart.incarnation);
}

void VirtualFleet::schedule_fleet_faults() {
  for (std::size_t i = 0; i < scenario_.faults.size(); ++i) {
    if (const auto* regression = std::get_if<Regression>(&scenario_.faults[i].body)) {
      at(std::max(regression->at_us, now_us_), Due::fault_begins, nobody,
         static_cast<std::uint32_t>(i));
    }
    if (const auto* swapped = std::get_if<ImageSwapped>(&scenario_.faults[i].body)) {
      at(swapped->at_us, Due::fault_begins, nobody, static_cast<std::uint32_t>(i));
    }
  }
  plan_controller_kills();
}

RunOutcome VirtualFleet::run() {
  emit_world();
  build_cloud();
  for (std::uint32_t i = 0; i < population_.size(); ++i) {
    build_cart(i);
  }
  schedule_fleet_faults();
  at(0, Due::rollout_begins, nobody, 0);
  bool was_interrupted = false;
  while (infrastructure_error_.empty()) {
    const auto due = wheel_.next(scenario_.ends_us);
    if (!due) {
      break;
    }
    fetch_ahead();
    now_us_ = std::max(now_us_, due->time_us);
    cloud_observer_.set_now(now_us_);
    ++events_;
    dispatch(*due);
    if (events_ % events_between_looks == 0) {
      report_progress(false);
      if (options_.stop != nullptr && options_.stop->load(std::memory_order_relaxed)) {
        was_interrupted = true;
        break;
      }
    }
  }
  report_progress(true);
  if (const auto dropped = cloud_->dropped(); dropped.malformed + dropped.unroutable != 0) {
    // Two readings of the wire contract disagree: nothing else of this run can be trusted.
    infrastructure_error_ = fmt::format("the cloud dropped {} malformed and {} unroutable messages",
                                        dropped.malformed, dropped.unroutable);
  }
  return {was_interrupted, events_, infrastructure_error_};
}

// An error episode touches the first two lines of a cart; a step of its agent, all of it. Inlined
// by force: a function that does nothing but fetch counts as pure, and calls of it are dropped.
[[gnu::always_inline]] inline void VirtualFleet::fetch(const Scheduled& next) {
  if (next.actor >= carts_.size()) {
    return;
  }
  const auto kind = static_cast<Due>(next.kind());
  const bool is_small = kind == Due::error_episode || kind == Due::uplink;
  const auto* const cart = reinterpret_cast<const std::byte*>(carts_[next.actor].get());
  constexpr std::size_t line = 64;
  for (std::size_t at = 0; at < (is_small ? 2 * line : sizeof(Cart)); at += line) {
    __builtin_prefetch(cart + at, 1);
  }
}

// Events go from cart to cart, and their memory is far away: an eighth of a run went into waiting
// for it. Asked for are the first carts of the next tick, and those a few entries on in this one.
void VirtualFleet::fetch_ahead() {
  constexpr std::size_t distance = 4;
  if (const Scheduled* const next = wheel_.upcoming(distance)) {
    fetch(*next);
  }
  if (wheel_.tick() == fetched_tick_) {
    return;
  }
  fetched_tick_ = wheel_.tick();
  const auto coming = wheel_.following_tick();
  for (const Scheduled& next : coming.first(std::min(coming.size(), 2 * distance))) {
    fetch(next);
  }
}

void VirtualFleet::report_progress(bool is_last) {
  constexpr std::uint64_t events_between_reports = 1 << 16;
  if (!options_.on_progress || (!is_last && events_ % events_between_reports != 0)) {
    return;
  }
  const auto carts = static_cast<double>(std::max<std::size_t>(1, carts_.size()));
  options_.on_progress({now_us_, scenario_.ends_us, stage_name_ + (is_held_ ? " (held)" : ""),
                        on_new_ / carts, rolled_back_ / carts, events_});
}

void VirtualFleet::dispatch(const Scheduled& due) {
  const auto kind = static_cast<Due>(due.kind());
  const std::uint32_t who = due.actor;
  switch (kind) {
    case Due::cloud_timer:
      cloud_timer_at_us_ = INT64_MAX;
      cloud_->advance(server_time());
      return called_cloud();
    case Due::rollout_begins:
      return begin_rollout();
    case Due::hold_released:
      return release_hold(due.argument);
    case Due::rollout_pauses:
      return pause_rollout(due.argument);
    case Due::rollout_resumes:
      return resume_rollout(due.argument);
    case Due::rollout_superseded:
      return supersede_rollout();
    case Due::fault_begins:
      return begin_fleet_fault(due.argument);
    case Due::controller_restarts:
      return restart_controller(due.argument);
    case Due::controller_spared:
      kills_by_write_.clear();
      return arm_controller_kill();
    case Due::clock_changes:
      return clock_changes(who, due.argument);
    case Due::keep_alive:
      return keep_alive_ends(who, due.argument);
    case Due::uplink:
      return uplink_arrives(due.argument, who);
    case Due::downlink:
      return is_busy(due) ? void() : downlink_arrives(due.argument, who);
    case Due::http_request:
    case Due::http_head:
    case Due::http_piece:
      return dispatch_http(due);
    case Due::outage_begins:
    case Due::outage_ends:
    case Due::falls_silent:
    case Due::workshop:
    case Due::consent_changes:
    case Due::window_edge:
      return dispatch_fault(due);
    case Due::switched_on:
    case Due::supply_fails:
    case Due::boot:
    case Due::link_up:
    case Due::agent_continue:
    case Due::agent_timer:
    case Due::self_test_done:
    case Due::panic:
    case Due::legacy_retry:
    case Due::error_episode:
    case Due::link_down:
    case Due::consent_told:
      return dispatch_cart(due);
  }
}

// Events of one incarnation of a cart: those of an earlier one are stale.
void VirtualFleet::dispatch_cart(const Scheduled& due) {
  const std::uint32_t who = due.actor;
  if (due.argument != carts_[who]->incarnation || is_busy(due)) {
    return;
  }
  const auto kind = static_cast<Due>(due.kind());
  if (kind == Due::agent_continue) {
    step(who, ota::event::Continue{});
  } else if (kind == Due::error_episode) {
    error_episode(who);
  } else if (kind == Due::agent_timer) {
    agent_timer(who);
  } else if (kind == Due::switched_on) {
    switch_on(who, report::PowerCause::user);
  } else if (kind == Due::supply_fails) {
    supply_fails(who);
  } else if (kind == Due::boot) {
    boot(who);
  } else if (kind == Due::link_up) {
    link_up(who);
  } else if (kind == Due::self_test_done) {
    self_test_done(who);
  } else if (kind == Due::panic) {
    panic(who);
  } else if (kind == Due::legacy_retry) {
    retry_as_legacy(who);
  } else if (kind == Due::link_down) {
    step(who, ota::event::LinkDown{});
  } else if (kind == Due::consent_told) {
    step(who, ota::event::ConsentChanged{!carts_[who]->is_opted_out, true});
  }
}

// Events of one HTTP exchange: those of a stopped one, or of an earlier boot, are stale.
void VirtualFleet::dispatch_http(const Scheduled& due) {
  if (is_busy(due)) {
    return;
  }
  const auto& running = carts_[due.actor]->running;
  if (!running || !running->http.is_open || running->http.number != due.argument) {
    return;
  }
  const auto kind = static_cast<Due>(due.kind());
  if (kind == Due::http_piece) {
    http_piece(due.actor);
  } else if (kind == Due::http_head) {
    http_head(due.actor);
  } else {
    http_request(due.actor);
  }
}

// Events that the agent handles wait until its hardware is ready, in the order in which they came:
// a message is seen before the Continue of a step that ended after it. Power and panic do not wait.
bool VirtualFleet::is_busy(const Scheduled& due) {
  const auto kind = static_cast<Due>(due.kind());
  const Cart& cart = *carts_[due.actor];
  const bool can_wait = kind != Due::supply_fails && kind != Due::switched_on &&
                        kind != Due::panic && kind != Due::error_episode;
  if (!can_wait || cart.busy_until_us <= now_us_) {
    return false;
  }
  wheel_.postpone(due, cart.busy_until_us);
  return true;
}

void VirtualFleet::clock_changes(std::uint32_t who, std::size_t fault) {
  Cart& cart = *carts_[who];
  cart.clock_offset_us = faults_.clock_offset_us(who, now_us_);
  emit(report::Clock{static_cast<report::CartId>(who), cart.clock_offset_us / 1'000'000,
                     report::ClockEvent::step});
  emit_fault(who, fault, report::FaultEvent::clear, 0);
}

void VirtualFleet::keep_alive_ends(std::uint32_t who, std::uint32_t connection) {
  Cart& cart = *carts_[who];
  const bool is_latest = connection == static_cast<std::uint32_t>(cart.connects);
  if (is_latest && !cart.is_linked && cart.is_cloud_linked) {
    cart.is_cloud_linked = false;
    cloud_->disconnected(static_cast<broker::ThingId>(who), server_time());
    called_cloud();
  }
}

void VirtualFleet::entered(std::uint32_t number, ota::State state) {
  Cart& cart = *carts_[number];
  for (auto& order : cart.cuts) {
    if (order.left == 0 || order.cut->during.empty() || order.cut->during != ota::name(state)) {
      continue;
    }
    const std::int64_t time_us = now_us_ + faults_.cut_delay_us(number, order);
    if (time_us < faults_.quiet_from_us()) {
      --order.left;
      lose_supply_at(number, time_us, order.fault);
    }
  }
}

void VirtualFleet::began_slot_write(std::uint32_t number) {
  Cart& cart = *carts_[number];
  for (auto& order : cart.cuts) {
    if (order.left != 0 && order.cut->at_operation && now_us_ < faults_.quiet_from_us()) {
      --order.left;
      cart.flash.cut_at_op = cart.flash.operations + *order.cut->at_operation;
      cart.op_cut_fault = order.fault;
    }
  }
}

/// Of an image that came by a rollout, not from the factory.
bool VirtualFleet::is_released(Version version) const {
  const FirmwareImage* const older = images_.older_image();
  return version != images_.old_image().spec->version &&
         (older == nullptr || version != older->spec->version);
}

void VirtualFleet::now_on(Cart& cart, ota::Version version) {
  on_new_ += version == target_ ? 1 : 0;
  on_new_ -= cart.version == target_.value ? 1 : 0;
  cart.version = version.value;
}

void VirtualFleet::confirmed(std::uint32_t number, ota::Version version) {
  Cart& cart = *carts_[number];
  now_on(cart, version);
  cart.confirmed_us = now_us_;
  schedule_late_crash(number);
  if (is_released({version.value})) {
    fall_silent_after(number, SilenceAfter::confirm);
  }
}

void VirtualFleet::rolled_back(std::uint32_t number, ota::Version from, ota::Version to) {
  Cart& cart = *carts_[number];
  const bool is_from_release = is_released({from.value});
  if (is_from_release && !cart.has_rolled_back) {
    cart.has_rolled_back = true;
    ++rolled_back_;
  }
  now_on(cart, to);
  if (is_from_release) {
    fall_silent_after(number, SilenceAfter::rolled_back);
  }
}

RunOutcome run_virtual(const Scenario& scenario, const RunOptions& options,
                       report::Stream& stream) {
  return VirtualFleet{scenario, options, stream}.run();
}

}  // namespace cartstorm::sim

#include "sim/explore/machine.hpp"

#include <algorithm>

namespace cartstorm::sim::explore {
namespace {

constexpr std::uint64_t seed = 1;
constexpr std::uint32_t hardware_revision = 3;
constexpr const char* thing = "cart-00001";
constexpr ota::Version old_version{0x00010800};
constexpr ota::Version new_version{0x00020000};
constexpr std::uint8_t most_crashes = 12;

Scenario scenario_of(const Exploration& exploration, const Story& story) {
  Scenario scenario;
  scenario.name = exploration.name;
  Image old;
  old.version = {old_version.value};
  old.size = exploration.images.size;
  Image fresh = old;
  fresh.version = {new_version.value};
  fresh.security_version = 2;
  if (story.delivery == Delivery::patch) {
    fresh.changes = exploration.images.changes;
  }
  scenario.images = {{"old", old}, {"new", fresh}};
  return scenario;
}

}  // namespace

Laboratory::Laboratory(const Exploration& whole, const Story& one, const DeviceCode& code,
                       bool remembers)
    : exploration(whole),
      story(one),
      device(code),
      scenario(scenario_of(whole, one)),
      images(scenario, seed, whole.part.geometry.program_unit, whole.part.geometry.sector_size,
             {"ca-next"}),
      pool(whole.part.geometry.sector_size),
      cloud(images, thing, scenario.epoch_unix_s, one.retries),
      lens(whole.part, pool),
      remembers_digests(remembers) {
  for (const FirmwareImage& image : images.all()) {
    pool.add_immutable(image.content);
  }
}

Machine::Machine(Laboratory& lab, MachineListener& listener)
    : lab_(lab),
      listener_(listener),
      identity_{thing, hardware_revision, simulated_layout, "standard", {}},
      flash_(lab.exploration.part, lab.pool, *this),
      crypto_(flash_, lab.pool, lab.remembers_digests),
      survivor_(blank()),
      cut_(survivor_),
      uncut_flash_(survivor_.flash) {}

/// A cart that was never in a factory.
Survivor Machine::blank() const {
  const Exploration& e = lab_.exploration;
  return {{lab_.cloud.root(), Promises{e.tuning, e.part.geometry}},
          FlashState{e.part, lab_.pool},
          Wear{e.part.geometry}};
}

ota::Hardware Machine::hardware() {
  return {flash_, crypto_, *this, *this, *this, identity_, *this, *this};
}

bool Machine::provision(Survivor& out) {
  const FirmwareImage& image = lab_.images.old_image();
  const ota::Anchor anchors[] = {lab_.images.authorities().at(image.spec->signed_by).anchor};
  survivor_ = blank();
  running_ = Running{};
  context_.close();
  flash_.power_on(survivor_.flash);
  is_silent_ = true;
  ota::Hardware parts = hardware();
  ota::Status status = lab_.device.provision(parts, {image.content, image.trailer, anchors});
  if (status == ota::Status::ok && lab_.story.first_sequence != 1) {
    fill_second_slot();
    status = lab_.device.age(parts, lab_.story.first_sequence);
  }
  is_silent_ = false;
  if (status != ota::Status::ok) {
    return false;
  }
  for (const CloudView::Execution& execution : lab_.cloud.view(survivor_.cloud).executions) {
    issue(execution);
  }
  see_record(survivor_);
  out = survivor_;
  return true;
}

/// Every execution is of the one new image.
void Machine::issue(const CloudView::Execution& execution) {
  ota::Manifest fields;
  if (ota::decode(ota::manifest_of(lab_.images.new_image().trailer), fields) == ota::Status::ok) {
    survivor_.promises.on(
        seen::Issued{execution.job, execution.number, fields.issued, fields.expires},
        lab_.premises);
  }
}

/// An aged cart has something to fall back to: the same image in both slots, as after a repair.
void Machine::fill_second_slot() {
  const Part& part = lab_.exploration.part;
  for (std::uint32_t sector = 0; sector < part.slot_sectors(); ++sector) {
    survivor_.flash.set(part.slot_sectors() + sector, survivor_.flash.at(sector), lab_.pool);
  }
}

void Machine::power_on(const Survivor& survivor) {
  leave_memo();
  survivor_ = survivor;
  running_ = Running{};
  context_.close();
  spots_ = {};
  steps_ = 0;
  outcome_ = Outcome::unknown;
  rule_broken_ = {};
  flash_.power_on(survivor_.flash);
}

void Machine::order(const Point& point) {
  if (point.fault == OpFault::none) {
    flash_.cut_at(point.operation, point.tear);
  } else {
    flash_.fault_at(point.operation, point.fault);
  }
}

Went Machine::advance() {
  if (++steps_ <= most_steps && may_remember()) {
    return advance_by_memo();
  }
  recall();
  leave_memo();
  return steps_ > most_steps ? end(Outcome::storm) : step();
}

Went Machine::step() { return running_.must_boot ? boot() : application(); }

/// A reset: everything but the flash and the world is new.
void Machine::restart(ota::ResetCause cause) {
  survivor_.cause = cause;
  const std::uint32_t waits = running_.waits;
  running_ = Running{};
  running_.waits = waits;
  context_.close();
}

/// What was done after the supply failed.
Went Machine::lost() {
  survivor_.promises.on(seen::AfterLoss{flash_.calls_after_loss(), 0, commands_.size()},
                        lab_.premises);
  return Went::power_lost;
}

Went Machine::boot() {
  running_.must_boot = false;
  running_.is_booting = true;
  is_incident_due_ = false;
  commands_.clear();
  survivor_.promises.on(seen::Reset{survivor_.cause}, lab_.premises);
  wear({WearEvent::Kind::excuse});
  listener_.on_reset(survivor_.cause);
  changes_ = 0;
  const std::uint32_t calls = flash_.counted().calls;
  ota::Hardware parts = hardware();
  const ota::Status status = lab_.device.select_slot(parts, survivor_.cause, running_.decision);
  if (!flash_.is_powered()) {
    return lost();
  }
  survivor_.promises.on(seen::BootWork{flash_.counted().calls - calls - changes_, changes_},
                        lab_.premises);
  running_.is_booting = false;
  if (status != ota::Status::ok) {
    survivor_.promises.on(seen::ColdStart{false}, lab_.premises);
    return end(Outcome::brick);
  }
  const bool is_new = running_.decision.reason != ota::BootReason::recovery &&
                      running_.decision.version == new_version;
  if (is_new && lab_.story.fate == Fate::crashes) {
    restart(ota::ResetCause::watchdog);
    return Went::on;
  }
  const Went went = deliver(ota::event::Started{survivor_.cause, running_.decision});
  if (went == Went::on && !running_.must_boot) {
    if (!is_link_away()) {
      push(Due::What::link_up);
    }
    if (!survivor_.is_opted_in) {
      push(Due::What::consent);
    }
  }
  return went;
}

void Machine::push(Due::What what, std::uint32_t argument) {
  if (!running_.due.push({what, argument})) {
    break_rule(Promise::bounded_retries, "more is under way than anybody asked for");
  }
}

Went Machine::deliver(const ota::Event& event) {
  if (!running_.has_power) {
    survivor_.promises.on(seen::LowSupply{}, lab_.premises);
  }
  phase_ = running_.agent.state();
  commands_.clear();
  ota::Hardware parts = hardware();
  lab_.device.step(running_.agent, running_.now, event, parts, lab_.exploration.tuning, commands_);
  if (!flash_.is_powered()) {
    return lost();
  }
  if (commands_.has_overflowed()) {
    break_rule(Promise::bounded_retries, "a step asks for more than Commands holds");
  }
  if (is_incident_due_ && comes_before_answer(lab_.story.incident.what)) {
    is_incident_due_ = false;
    incident();
  }
  for (const ota::Command& command : commands_) {
    obey(command);
  }
  if (is_incident_due_) {
    is_incident_due_ = false;
    incident();
  }
  return Went::on;
}

Went Machine::application() {
  return running_.due.is_empty() ? rest() : handle(running_.due.pop());
}

Went Machine::handle(const Due& due) {
  using What = Due::What;
  HttpExchange& http = running_.http;
  switch (due.what) {
    case What::link_up:
      running_.is_linked = true;
      take(lab_.cloud.connect(survivor_.cloud));
      return deliver(ota::event::LinkUp{});
    case What::link_down:
      return deliver(ota::event::LinkDown{});
    case What::consent:
      survivor_.promises.on(seen::Consent{survivor_.is_opted_in}, lab_.premises);
      return deliver(ota::event::ConsentChanged{survivor_.is_opted_in, true});
    case What::message:
      return receive(due.argument);
    case What::next_step:
      return deliver(ota::event::Continue{});
    case What::self_test_done:
      return finish_self_test();
    case What::reboot:
      restart(ota::ResetCause::commanded);
      return Went::on;
    case What::power_back:
      running_.has_power = true;
      return deliver(ota::event::PowerChanged{});
    case What::http_head:
    case What::http_piece:
      break;
  }
  if (!http.is_open || due.argument != http.number) {
    return Went::on;
  }
  const HttpAnswer& answer = lab_.cloud.answer(http.answer);
  if (due.what == What::http_head) {
    return deliver(ota::event::HttpHead{answer.status, answer.range_first, answer.total_size,
                                        answer.etag, answer.retry_after_s});
  }
  const auto piece = answer.body.subspan(
      http.given, std::min<std::size_t>(http.asked, answer.body.size() - http.given));
  http.given += static_cast<std::uint32_t>(piece.size());
  if (piece.empty()) {
    http.is_open = false;
    return deliver(ota::event::HttpEnded{true});
  }
  return deliver(ota::event::HttpBody{piece});
}

Went Machine::finish_self_test() {
  const bool passes =
      running_.decision.version != new_version || lab_.story.fate != Fate::fails_self_test;
  survivor_.promises.on(seen::SelfTest{passes}, lab_.premises);
  return deliver(ota::event::SelfTestFinished{passes});
}

bool Machine::is_settled() {
  const ota::State state = running_.agent.state();
  const bool rests = state == ota::State::idle || state == ota::State::recovery;
  const auto& boot = lab_.lens.boot(survivor_.flash);
  const auto& journal = lab_.lens.journal(survivor_.flash);
  const bool is_told = !boot.is_found || !boot.record.rollback.is_pending;
  // A journal that cannot be written keeps what is long over.
  const bool is_closed =
      !journal.is_found || journal.record.phase == ota::JobPhase::none || survivor_.is_damaged;
  return rests && is_told && is_closed && !lab_.cloud.view(survivor_.cloud).is_pending();
}

/// Nobody but the probation ends this; an image that is not on one has its link at once.
bool Machine::is_link_away() {
  if (lab_.story.incident.what != Happening::lose_link_until_rollback || !survivor_.has_happened) {
    return false;
  }
  const auto& boot = lab_.lens.boot(survivor_.flash);
  return boot.is_found && boot.record.probation_left > 0 &&
         running_.decision.version == new_version;
}

/// Where an image that crashes after its confirm does so: at rest, and at rest without a link.
bool Machine::must_crash(bool has_settled) {
  const auto& boot = lab_.lens.boot(survivor_.flash);
  const bool is_quiet = has_settled ? running_.agent.state() == ota::State::idle : is_link_away();
  return is_quiet && lab_.story.fate == Fate::crashes_after_confirm &&
         running_.decision.version == new_version && boot.is_found &&
         boot.record.probation_left > 0;
}

/// Nothing is under way: what was taken away comes back, then time goes on.
Went Machine::rest() {
  if (!running_.has_power) {
    push(Due::What::power_back);
    return Went::on;
  }
  if (!running_.is_linked && !is_link_away()) {
    push(Due::What::link_up);
    return Went::on;
  }
  if (running_.is_testing) {
    running_.is_testing = false;
    push(Due::What::self_test_done);
    return Went::on;
  }
  const bool has_settled = is_settled();
  if (must_crash(has_settled)) {
    if (++survivor_.crashes > most_crashes) {
      return end(Outcome::storm);
    }
    restart(ota::ResetCause::watchdog);
    return Went::on;
  }
  const auto& boot = lab_.lens.boot(survivor_.flash);
  const bool is_on_probation = boot.is_found && boot.record.probation_left > 0;
  if (has_settled && !is_on_probation) {
    if (survivor_.is_last_cycle) {
      return end(judge_rest());
    }
    survivor_.is_last_cycle = true;
    restart(ota::ResetCause::power_on);
    return Went::on;
  }
  const ota::Uptime deadline = lab_.device.deadline(running_.agent);
  if (deadline == ota::never || ++running_.waits > most_waits) {
    return end(has_settled ? judge_rest() : Outcome::stuck_unconfirmed);
  }
  const std::uint64_t ms = deadline > running_.now ? deadline.ms - running_.now.ms : 0;
  listener_.on_wait(ms);
  survivor_.promises.elapse(ms);
  running_.now.ms += ms;
  return deliver(ota::event::DeadlineReached{});
}

Went Machine::end(Outcome outcome) {
  outcome_ = outcome;
  if (outcome == Outcome::stuck_unconfirmed || outcome == Outcome::storm) {
    survivor_.promises.on(seen::Rest{false, false, true, true, false}, lab_.premises);
  }
  return Went::ended;
}

Outcome Machine::turn_for_ever(std::uint32_t steps, std::uint32_t waits) {
  recall();
  leave_memo();
  const bool pauses =
      waits != 0 && (most_waits - running_.waits) / waits <= (most_steps - steps_) / steps;
  end(pauses ? Outcome::stuck_unconfirmed : Outcome::storm);
  return outcome_;
}

void Machine::break_rule(Promise promise, const char* what) {
  if (!violation()) {
    rule_broken_ = {promise, what};
  }
}

/// In a story in which nothing else happens a version is refused for its rollbacks only: never for
/// fewer of them than its quarantine takes, however often the supply failed while they were counted
/// (D21).
void Machine::judge_refusal(const CloudView& view) {
  const auto* job = view.newest();
  const bool is_refused = job != nullptr && job->status == broker::JobStatus::rejected;
  if (!is_refused || lab_.story.incident.what != Happening::nothing || survivor_.is_damaged) {
    return;
  }
  ++lab_.premises.of(Promise::bounded_retries);
  if (view.occurrences.size() < lab_.exploration.tuning.rollbacks_to_quarantine) {
    break_rule(Promise::bounded_retries, "a version is refused that was not rolled back so often");
  }
}

/// What the cloud believes, what runs, and whether the two were told of each other (invariants.md
/// 6.3).
Outcome Machine::judge_rest() {
  const auto& boot = lab_.lens.boot(survivor_.flash);
  const CloudView& view = lab_.cloud.view(survivor_.cloud);
  const ota::BootDecision& decision = running_.decision;
  const bool is_booted = decision.reason != ota::BootReason::recovery;
  survivor_.promises.on(seen::Rest{!view.is_pending(), true,
                                   survivor_.is_damaged || (is_booted && boot.is_found &&
                                                            boot.record.active == decision.slot),
                                   true, false},
                        lab_.premises);
  judge_refusal(view);
  if (!is_booted) {
    // A slot that cannot be read is beyond what any code can promise, as long as it is said.
    return survivor_.is_damaged ? Outcome::degraded : Outcome::brick;
  }
  const auto& all = lab_.images.all();
  const auto runs = std::ranges::find_if(
      all, [&](const FirmwareImage& image) { return image.digest == decision.image_digest; });
  const auto size = static_cast<std::uint32_t>(runs == all.end() ? 0 : runs->content.size());
  if (runs == all.end() ||
      crypto_.digest_of(survivor_.flash, ota::region_of(decision.slot), size) != runs->digest) {
    return Outcome::wrong_image;
  }
  const bool is_new = decision.version == new_version;
  const bool was_told = !view.occurrences.empty();
  const auto* job = view.newest();
  if (job == nullptr || job->status == broker::JobStatus::canceled) {
    return Outcome::cancelled;
  }
  if (job->status == broker::JobStatus::succeeded) {
    return is_new ? Outcome::updated : was_told ? Outcome::rolled_back : Outcome::silent_revert;
  }
  if (is_new) {
    return Outcome::false_status;
  }
  return was_told ? Outcome::rolled_back : Outcome::refused;
}

Violation Machine::violation() {
  if (is_unbroken()) {
    return {};
  }
  recall();
  for (const Violation& one :
       {rule_broken_, survivor_.promises.violation(), survivor_.wear.violation()}) {
    if (one) {
      return one;
    }
  }
  return {};
}

Machine::Snapshot Machine::snapshot() {
  recall();
  return {survivor_, running_, context_, spots_, flash_.counted(), steps_};
}

void Machine::snapshot(Snapshot& out) {
  recall();
  out.survivor = survivor_;
  out.running = running_;
  out.context = context_;
  out.spots = spots_;
  out.counted = flash_.counted();
  out.steps = steps_;
}

void Machine::restore(const Snapshot& from) {
  leave_memo();
  survivor_ = from.survivor;
  running_ = from.running;
  context_ = from.context;
  spots_ = from.spots;
  steps_ = from.steps;
  outcome_ = Outcome::unknown;
  rule_broken_ = {};
  is_incident_due_ = false;
  flash_.resume(survivor_.flash, from.counted);
}

Violation Machine::rehearse_loss(std::uint32_t operation) {
  flash_.cut_at(operation, Tear::before);
  is_rehearsing_ = true;
  advance();
  is_rehearsing_ = false;
  return violation();
}

}  // namespace cartstorm::sim::explore

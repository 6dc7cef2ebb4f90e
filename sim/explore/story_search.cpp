#include "sim/explore/story_search.hpp"

#include <algorithm>

namespace cartstorm::sim::explore {
namespace {

constexpr std::uint64_t points_between_reports = 2000;

bool is_record(ota::Region region) {
  return region != ota::Region::slot_a && region != ota::Region::slot_b;
}

}  // namespace

StorySearch::StorySearch(const Exploration& exploration, const Story& story,
                         const ExploreOptions& options, ExploreResult& result,
                         const ReportProgress& report, Progress& progress)
    : exploration_(exploration),
      story_(story),
      options_(options),
      result_(result),
      report_(report),
      progress_(progress) {}

StorySearch::~StorySearch() = default;

void StorySearch::prepare(bool claims_dead) {
  const DeviceCode& code = options_.device != nullptr ? *options_.device : linked_device_code();
  lab_ = std::make_unique<Laboratory>(exploration_, story_, code, options_.remembers_digests);
  machine_ = std::make_unique<Machine>(*lab_, static_cast<MachineListener&>(*this));
  machine_->claim_dead(claims_dead);
  out_.story = story_.name;
  out_.claimed_dead_sectors = claims_dead;
}

bool StorySearch::run(bool claims_dead, StoryResult& out) {
  prepare(claims_dead);
  if (begin()) {
    search(out);
  } else {
    result_.problem = "the device model refuses the factory's image in story " + story_.name;
  }
  return !is_refuted_;
}

void StorySearch::search(StoryResult& out) {
  while (!waiting_.empty() && ending_ == Ending::complete && !is_refuted_) {
    Waiting next = std::move(waiting_.back());
    waiting_.pop_back();
    if (must_stop()) {
      waiting_.push_back(std::move(next));
      break;
    }
    first_cuts_done_ += next.points.size() == 1 ? 1 : 0;
    run_path(next);
    if (ending_ == Ending::stopped || ending_ == Ending::out_of_memory) {
      waiting_.push_back(std::move(next));  // It was left in the middle.
      --out_.executed;
    }
  }
  out = out_;
  for (const KnownState& state : states_.all()) {
    out.points.at(static_cast<std::size_t>(state.outcome)) += state.points;
  }
  // Those that wait are counted when they are run.
  out.points.front() = 0;
  out.states += states_.size();
  for (std::size_t i = 0; i < promise_count; ++i) {
    result_.premises.counts[i] += is_refuted_ ? 0 : lab_->premises.counts[i];
  }
}

bool StorySearch::begin() {
  Survivor start = machine_->survivor();
  if (!machine_->provision(start)) {
    return false;
  }
  const auto depth = static_cast<std::uint8_t>(exploration_.search.depth);
  add_bad_sectors(start);
  Waiting first{std::move(start), nullptr, {}, ExploredFlash::no_operation, {}, depth, {}};
  run_path(first);
  first_cuts_ = waiting_.size();
  return true;
}

/// A bad sector counts as the first thing that goes wrong.
void StorySearch::add_bad_sectors(const Survivor& start) {
  const auto left = static_cast<std::uint8_t>(exploration_.search.depth - 1);
  for (const BadSector mode : exploration_.search.bad_sectors) {
    for (std::uint32_t sector = 0; sector < exploration_.part.sectors(); ++sector) {
      Waiting next{start, nullptr, {}, sector, mode, left, {}};
      next.survivor.flash.spoil(sector, mode);
      ++out_.considered;
      waiting_.push_back(std::move(next));
    }
  }
}

void StorySearch::run_path(Waiting& path) {
  path_ = &path;
  cuts_left_ = path.cuts_left;
  const bool is_first = path.points.empty() && path.bad_sector == ExploredFlash::no_operation;
  out_.executed += is_first ? 0 : 1;
  if (path.step) {
    machine_->restore(*path.step);
    machine_->order(path.points.back());
  } else {
    machine_->power_on(path.survivor);
    if (path.bad_sector != ExploredFlash::no_operation) {
      machine_->note_damage();
    }
  }
  std::vector<Key> met;
  const Outcome outcome = follow(path, met);
  for (const Key& key : met) {
    KnownState& state = states_.at(key);
    state.outcome = outcome;
    state.is_on_path = false;
  }
  count(path, outcome);
  if (is_first) {
    out_.clean = outcome;
    out_.operations = machine_->flash().counted().operations;
  }
  out_.most_erases =
      std::max<std::uint32_t>(out_.most_erases, machine_->survivor().wear.most_erases());
  const Violation violation = machine_->violation();
  if (!is_refuted_ && ending_ != Ending::stopped && (violation || !is_good(outcome))) {
    find(path, violation, outcome);
  }
}

/// Cuts that led to the same state are counted by it; what has no such state counts here.
void StorySearch::count(const Waiting& path, Outcome outcome) {
  if (path.key != Key{}) {
    states_.at(path.key).outcome = outcome;
  } else if (!path.points.empty() || path.bad_sector != ExploredFlash::no_operation) {
    ++out_.points.at(static_cast<std::size_t>(outcome));
  }
}

/// True if this state, with as many cuts to come, was met before: then its end is known.
bool StorySearch::is_known(std::vector<Key>& met, Outcome& outcome) {
  if (!options_.prunes) {
    return false;
  }
  const Key key = machine_->key();
  KnownState& state = states_.at(key);
  if (!state.is_used) {
    states_.take(state, key);
  } else if (state.is_on_path) {
    outcome = Outcome::storm;  // The same again, for ever.
    return true;
  } else if (state.cuts_left >= cuts_left_) {
    outcome = state.outcome;
    return true;
  }
  state.cuts_left = cuts_left_;
  state.is_on_path = true;
  met.push_back(key);
  return false;
}

Outcome StorySearch::follow(Waiting& path, std::vector<Key>& met) {
  std::unique_ptr<Machine::Snapshot> start;
  for (bool is_first = true;; is_first = false) {
    Outcome known = Outcome::unknown;
    // A step in which the part misbehaves is not the step that begins with this state.
    if (!(is_first && path.step) && is_known(met, known)) {
      return known;
    }
    branched_.clear();
    operations_.clear();
    if (cuts_left_ != 0) {
      start = std::make_unique<Machine::Snapshot>(machine_->snapshot());
    }
    const Went went = machine_->advance();
    if (is_refuted_ || (went == Went::on && must_stop())) {
      return Outcome::unknown;
    }
    if (machine_->violation()) {
      cuts_left_ = 0;  // What is broken is not cut further; the rest of the path says how it ends.
    }
    if (cuts_left_ != 0 && went != Went::power_lost) {
      branch_faults(path, *start);
      rehearse(path, *start);
    }
    if (went == Went::ended) {
      return machine_->outcome();
    }
  }
}

void StorySearch::on_operation(const Operation& op) {
  operations_.push_back({op.number, machine_->spot_of(op), Tear::before, OpFault::none});
  if (cuts_left_ == 0) {
    return;
  }
  const std::uint64_t waiting = waiting_.size();
  for (const Tear tear : tears_of(op)) {
    consider(op, tear);
  }
  if (waiting_.size() != waiting) {
    branched_.push_back({op.number, machine_->spot_of(op), Tear::before, OpFault::none});
  }
}

std::vector<Tear> StorySearch::tears_of(const Operation& op) const {
  const bool is_deep = path_->points.size() >= 2;
  if (is_deep && !is_record(op.region)) {
    return {};
  }
  std::vector<Tear> tears;
  for (const Tear tear : is_deep ? exploration_.search.deep_tears : exploration_.search.tears) {
    if (op.kind == FlashOp::program || applies_to_erase(tear)) {
      tears.push_back(tear);
    }
  }
  return tears;
}

void StorySearch::consider(const Operation& op, Tear tear) {
  ++out_.considered;
  Survivor survivor = machine_->survivor_of_cut(op, tear);
  const auto left = static_cast<std::uint8_t>(cuts_left_ - 1);
  Key key;
  if (options_.prunes) {
    key = machine_->boot_key(survivor);
    KnownState& state = states_.at(key);
    const bool is_new = !state.is_used;
    if (is_new) {
      states_.take(state, key);
    }
    ++state.points;
    if (!is_new && state.cuts_left >= left) {
      return;
    }
    state.cuts_left = left;
  }
  Waiting next{
      std::move(survivor), nullptr, path_->points, path_->bad_sector, path_->bad_mode, left, key};
  next.points.push_back({op.number, machine_->spot_of(op), tear, OpFault::none});
  waiting_.push_back(std::move(next));
}

/// What the part may do instead of what it was asked, before anything else goes wrong.
void StorySearch::branch_faults(const Waiting& path, const Machine::Snapshot& start) {
  if (!path.points.empty() || path.bad_sector != ExploredFlash::no_operation ||
      exploration_.search.faults.empty()) {
    return;
  }
  for (const Point& operation : operations_) {
    for (const OpFault fault : exploration_.search.faults) {
      ++out_.considered;
      Waiting next{start.survivor,
                   std::make_unique<Machine::Snapshot>(start),
                   {operation},
                   ExploredFlash::no_operation,
                   {},
                   static_cast<std::uint8_t>(cuts_left_ - 1),
                   {}};
      next.points.back().fault = fault;
      waiting_.push_back(std::move(next));
    }
  }
}

/// Cuts begin at the moment of the loss; what the device does after it in the same step is run
/// once more here, for each operation at which a cut is new.
void StorySearch::rehearse(const Waiting& path, const Machine::Snapshot& start) {
  if (branched_.empty()) {
    return;
  }
  const Machine::Snapshot end = machine_->snapshot();
  const Outcome outcome = machine_->outcome();
  Premises& premises = lab_->premises;
  const Premises before = premises;
  for (const Point& point : branched_) {
    machine_->restore(start);
    if (const Violation violation = machine_->rehearse_loss(point.operation)) {
      Waiting cut{end.survivor, nullptr, path.points, path.bad_sector, path.bad_mode, 0, {}};
      cut.points.push_back(point);
      find(cut, violation, Outcome::unknown);
      break;
    }
  }
  // What was judged twice counts once.
  const std::uint64_t losses = premises.of(Promise::power_lost_respected);
  premises = before;
  premises.of(Promise::power_lost_respected) = losses;
  machine_->restore(end);
  machine_->set_outcome(outcome);
}

void StorySearch::find(const Waiting& path, const Violation& violation, Outcome outcome) {
  ++result_.violating_points;
  const std::string kind =
      std::string{violation ? name(violation.promise) : "outcome"} + "/" + name(outcome);
  const auto place = std::ranges::lower_bound(result_.kinds, kind);
  const bool is_new_kind = place == result_.kinds.end() || *place != kind;
  if (is_new_kind) {
    result_.kinds.insert(place, kind);
  }
  if (is_new_kind || result_.findings.size() < options_.most_findings) {
    Finding finding;
    finding.address = {exploration_.name, story_.name, path.bad_sector, path.bad_mode, path.points};
    finding.violation = violation;
    finding.outcome = outcome;
    finding.found_after = progress_.executed + out_.executed;
    result_.findings.push_back(std::move(finding));
  }
  if (options_.stops_at_first) {
    ending_ = Ending::found_first;
  }
}

bool StorySearch::must_stop() {
  if (out_.considered >= next_report_) {
    next_report_ = out_.considered + points_between_reports;
    tell();
    const std::uint64_t held =
        lab_->pool.memory() + states_.memory() + waiting_.size() * (sizeof(Waiting) + 3000);
    if (held > options_.memory_bytes) {
      ending_ = Ending::out_of_memory;
    }
  }
  if (options_.stop != nullptr && options_.stop->load(std::memory_order_relaxed)) {
    ending_ = Ending::stopped;
  }
  return ending_ != Ending::complete;
}

void StorySearch::tell() {
  if (!report_) {
    return;
  }
  Progress now = progress_;
  now.story = story_.name;
  now.considered += out_.considered;
  now.executed += out_.executed;
  now.states += states_.size();
  now.new_states = states_.size() - states_told_;
  now.frontier = waiting_.size();
  now.share = first_cuts_ == 0
                  ? 0
                  : static_cast<double>(first_cuts_done_) / static_cast<double>(first_cuts_);
  states_told_ = states_.size();
  report_(now);
}

}  // namespace cartstorm::sim::explore

#include "sim/explore/story_search.hpp"

#include <algorithm>

namespace cartstorm::sim::explore {
namespace {

constexpr std::uint64_t points_between_reports = 2000;
constexpr std::uint32_t deep_sample = 64;  // of operations on slots, beyond the second cut

bool is_record(ota::Region region) {
  return region != ota::Region::slot_a && region != ota::Region::slot_b;
}

std::vector<Tear> those_of_an_erase(std::vector<Tear> tears) {
  std::erase_if(tears, [](Tear tear) { return !applies_to_erase(tear); });
  return tears;
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
      progress_(progress),
      tears_{those_of_an_erase(exploration.search.tears), exploration.search.tears},
      deep_tears_{those_of_an_erase(exploration.search.deep_tears), exploration.search.deep_tears} {
}

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
  met_.clear();
  const End end = follow(path);
  end_at(end);
  count(path, end.outcome);
  if (is_first) {
    out_.clean = end.outcome;
    out_.operations = machine_->flash().counted().operations;
  }
  out_.most_erases = std::max<std::uint32_t>(out_.most_erases, machine_->wear().most_erases());
  Violation violation = end.violation;
  if (is_first && !violation && is_good(end.outcome) && !may_end_as(story_, end.outcome)) {
    violation = {Promise::converges, "the story ends in another way than its image deserves"};
  }
  if (!is_refuted_ && (violation || !is_good(end.outcome))) {
    find(path, violation, end.outcome);
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

void StorySearch::end_at(const End& end) {
  std::uint8_t broken = 0;
  if (end.violation) {
    const auto promise = static_cast<std::uint8_t>(end.violation.promise);
    broken = static_cast<std::uint8_t>(promise + 1);
    broken_.at(promise) = broken_.at(promise) ? broken_.at(promise) : end.violation;
  }
  for (const Met& met : met_) {
    states_.prefetch(met.key);
  }
  for (const Met& met : met_) {
    KnownState& state = states_.at(met.key);
    state.outcome = end.outcome;
    state.broken = broken;
    state.is_on_path = false;
  }
}

/// True if this state, with as many cuts to come, was met before: then its end is known.
bool StorySearch::is_known(const Key& key, End& end) {
  KnownState& state = states_.at(key);
  if (!state.is_used) {
    states_.take(state, key);
  } else if (state.is_on_path) {
    end = turn_in_a_circle(key);
    return true;
  } else if (state.cuts_left >= cuts_left_) {
    end = {state.outcome, machine_->violation()};
    if (!end.violation && state.broken != 0) {
      end.violation = broken_.at(state.broken - 1u);
    }
    return true;
  }
  state.cuts_left = cuts_left_;
  state.is_on_path = true;
  met_.push_back({key, machine_->steps(), machine_->waits()});
  return false;
}

/// The same again, for ever.
StorySearch::End StorySearch::turn_in_a_circle(const Key& key) {
  const auto before = std::ranges::find(met_, key, &Met::key);
  const Outcome outcome =
      machine_->turn_for_ever(machine_->steps() - before->steps, machine_->waits() - before->waits);
  return {outcome, machine_->violation()};
}

/// Without pruning no state is known, but a path beyond its last cut that is where it was, to the
/// last number, will be there again.
bool StorySearch::has_come_back(End& end) {
  const std::optional<Key> place = machine_->exact_place();
  if (!place) {
    return false;
  }
  const std::uint32_t steps = machine_->steps();
  if (*place == mark_.key && mark_.steps < steps) {
    end.outcome = machine_->turn_for_ever(steps - mark_.steps, machine_->waits() - mark_.waits);
    end.violation = machine_->violation();
    return true;
  }
  if (steps >= 2 * mark_.steps) {
    mark_ = {*place, steps, machine_->waits()};
  }
  return false;
}

StorySearch::End StorySearch::follow(Waiting& path) {
  mark_ = {};
  for (bool is_first = true;; is_first = false) {
    // A step in which the part misbehaves is not the step that begins with this state.
    const bool may_be_known = options_.prunes && !(is_first && path.step);
    machine_->remember_steps(cuts_left_ == 0 ? options_.step_memo_bytes : 0);
    const Key key = may_be_known ? machine_->key() : Key{};
    states_.prefetch(key);
    if (cuts_left_ != 0) {
      keep_start();
    }
    End known;
    if (may_be_known ? is_known(key, known) : !options_.prunes && has_come_back(known)) {
      return known;
    }
    branched_.clear();
    operations_.clear();
    const Went went = machine_->advance();
    if (is_refuted_) {
      return {};
    }
    if (machine_->violation()) {
      cuts_left_ = 0;  // What is broken is not cut further; the rest of the path says how it ends.
    }
    if (cuts_left_ != 0 && went != Went::power_lost) {
      branch_faults(path, *start_);
      rehearse(path, *start_);
    }
    if (went == Went::ended) {
      return {machine_->outcome(), machine_->violation()};
    }
  }
}

void StorySearch::keep_start() {
  if (start_) {
    machine_->snapshot(*start_);
  } else {
    start_ = machine_->snapshot();
  }
}

void StorySearch::on_operation(const Operation& op) {
  const Point here{op.number, machine_->spot_of(op), Tear::before, OpFault::none};
  operations_.push_back(here);
  if (cuts_left_ == 0) {
    return;
  }
  const std::vector<Tear>& tears = tears_of(op);
  out_.considered += tears.size();
  const std::uint64_t waiting = waiting_.size();
  if (options_.prunes) {
    consider(op, tears);
  } else {
    for (const Tear tear : tears) {
      wait(op, tear, machine_->survivor_of_cut(op, tear), {});
    }
  }
  if (waiting_.size() != waiting) {
    branched_.push_back(here);
  }
}

const std::vector<Tear>& StorySearch::tears_of(const Operation& op) const {
  static const std::vector<Tear> none;
  const bool is_deep = path_->points.size() >= 2;
  if (is_deep && !is_record(op.region) && op.number % deep_sample != 0) {
    return none;
  }
  return (is_deep ? deep_tears_ : tears_)[op.kind == FlashOp::program ? 1 : 0];
}

/// All keys first: while one is made, the places of those before come from memory. Few cuts are
/// new, and what they leave is made once more.
void StorySearch::consider(const Operation& op, const std::vector<Tear>& tears) {
  cuts_.clear();
  for (const Tear tear : tears) {
    cuts_.push_back(machine_->key_of_cut(op, tear));
    states_.prefetch(cuts_.back());
  }
  const Premises judged = lab_->premises;
  for (std::size_t i = 0; i < tears.size(); ++i) {
    if (is_new_cut(cuts_[i])) {
      wait(op, tears[i], machine_->survivor_of_cut(op, tears[i]), cuts_[i]);
    }
  }
  lab_->premises = judged;  // What was judged twice counts once.
}

/// False if what the cut leaves was met before, with as many cuts to come.
bool StorySearch::is_new_cut(const Key& key) {
  const auto left = static_cast<std::uint8_t>(cuts_left_ - 1);
  KnownState& state = states_.at(key);
  const bool is_new = !state.is_used;
  if (is_new) {
    states_.take(state, key);
  }
  ++state.points;
  if (!is_new && state.cuts_left >= left) {
    return false;
  }
  state.cuts_left = left;
  return true;
}

void StorySearch::wait(const Operation& op, Tear tear, Survivor survivor, const Key& key) {
  Waiting next{std::move(survivor),
               nullptr,
               path_->points,
               path_->bad_sector,
               path_->bad_mode,
               static_cast<std::uint8_t>(cuts_left_ - 1),
               key};
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
    const std::uint64_t held = lab_->pool.memory() + states_.memory() + machine_->memo_bytes() +
                               waiting_.size() * (sizeof(Waiting) + 3000);
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

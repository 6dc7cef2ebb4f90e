#include <unordered_set>

#include "sim/explore/story_search.hpp"

/// How a search is left and taken up again.
namespace cartstorm::sim::explore {

std::vector<WaitingPath> StorySearch::waiting() const {
  std::vector<WaitingPath> all;
  all.reserve(waiting_.size());
  std::unordered_set<Key, KeyHash> told;
  for (const Waiting& path : waiting_) {
    WaitingPath out;
    out.address = {exploration_.name, story_.name, path.bad_sector, path.bad_mode, path.points};
    out.cuts_left = path.cuts_left;
    const KnownState* state = path.key == Key{} ? nullptr : states_.find(path.key);
    // A state counts once, and not again if its end was known when it was met with more to come.
    if (state != nullptr && state->outcome == Outcome::unknown && told.insert(path.key).second) {
      out.points = state->points;
    }
    all.push_back(std::move(out));
  }
  return all;
}

bool StorySearch::resume(const Frontier& frontier, StoryResult& out) {
  prepare(frontier.current.claimed_dead_sectors);
  out_ = frontier.current;
  Survivor start = machine_->survivor();
  if (!machine_->provision(start)) {
    result_.problem = "the device model refuses the factory's image in story " + story_.name;
    return true;
  }
  for (const WaitingPath& path : frontier.waiting) {
    if (!walk_to(path, start)) {
      result_.problem = "the frontier names a place that does not exist: " +
                        exact_text(path.address, result_.fingerprint);
      return true;
    }
  }
  first_cuts_ = waiting_.size();
  search(out);
  return !is_refuted_;
}

/// Walks to where a path begins: through its cuts, or to the step in which the part misbehaves.
bool StorySearch::walk_to(const WaitingPath& from, const Survivor& start) {
  const Address& address = from.address;
  Waiting path{start,          nullptr, address.points, address.bad_sector, address.bad_mode,
               from.cuts_left, {}};
  if (path.bad_sector != ExploredFlash::no_operation) {
    path.survivor.flash.spoil(path.bad_sector, path.bad_mode);
  }
  cuts_left_ = 0;
  path_ = &path;
  if (!address.points.empty() && address.points.back().fault != OpFault::none) {
    return walk_to_fault(path, start);
  }
  machine_->power_on(path.survivor);
  if (path.bad_sector != ExploredFlash::no_operation && !address.points.empty()) {
    machine_->note_damage();
  }
  for (const Point& point : address.points) {
    machine_->order(point);
    if (point.fault != OpFault::none) {
      continue;  // The supply stays: the cut that comes next is in the same power cycle.
    }
    Went went = Went::on;
    while (went == Went::on) {
      went = machine_->advance();
    }
    if (went != Went::power_lost) {
      return false;
    }
    path.survivor = machine_->survivor_of_loss(point.tear);
    machine_->power_on(path.survivor);
  }
  if (options_.prunes && !address.points.empty()) {
    path.key = machine_->boot_key(path.survivor);
    KnownState& state = states_.at(path.key);
    if (!state.is_used) {
      states_.take(state, path.key);
    }
    state.points += from.points;
    state.cuts_left = std::max(state.cuts_left, from.cuts_left);
  }
  waiting_.push_back(std::move(path));
  return true;
}

bool StorySearch::walk_to_fault(Waiting& path, const Survivor& start) {
  machine_->power_on(start);
  for (;;) {
    auto step = std::make_unique<Machine::Snapshot>(machine_->snapshot());
    const Went went = machine_->advance();
    if (machine_->flash().counted().operations > path.points.back().operation) {
      path.survivor = step->survivor;
      path.step = std::move(step);
      waiting_.push_back(std::move(path));
      return true;
    }
    if (went != Went::on) {
      return false;
    }
  }
}

}  // namespace cartstorm::sim::explore

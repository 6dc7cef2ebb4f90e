#include "sim/explore/step_memo.hpp"

#include <algorithm>

namespace cartstorm::sim::explore {
namespace {

template <typename Item>
std::uint16_t count_of(const std::vector<Item>& items) {
  return static_cast<std::uint16_t>(items.size());
}

template <typename Item>
std::uint32_t append(std::vector<Item>& all, const std::vector<Item>& more) {
  const auto first = static_cast<std::uint32_t>(all.size());
  all.insert(all.end(), more.begin(), more.end());
  return first;
}

Key key_of_one(ContentId content) { return {static_cast<std::uint64_t>(content), 1}; }

}  // namespace

Key StepMemo::key_of(const Core& core) {
  return key_at({std::uint64_t{core.lasting} << 32 | core.ram,
                 std::uint64_t{core.records} << 32 | core.context},
                0);
}

StepMemo::CoreId StepMemo::find(const Core& core) const {
  const CoreId* known = by_key_.find(key_of(core));
  return known == nullptr ? none : *known;
}

StepMemo::CoreId StepMemo::add(const Head& head) {
  const auto id = static_cast<CoreId>(heads_.size());
  by_key_.add(key_of(head.core), id);
  heads_.push_back(head);
  return id;
}

bool StepMemo::holds(const Need& need, const FlashState& flash) const {
  const bool is_same = need.first == need.last ? key_of_one(flash.at(need.first)) == need.content
                                               : flash.slot_key(need.first < slot_sectors()
                                                                    ? ota::Slot::a
                                                                    : ota::Slot::b) == need.content;
  return is_same && flash.is_plain(need.first, need.last);
}

const StepMemo::Step* StepMemo::find(CoreId id, const FlashState& flash) const {
  for (std::uint32_t at = heads_[id].first_step; at != none; at = steps_[at].other) {
    const Step& step = steps_[at];
    const auto needs = std::span{needs_}.subspan(step.needs, step.need_count);
    if (std::ranges::all_of(needs, [&](const Need& need) { return holds(need, flash); })) {
      return &step;
    }
  }
  return nullptr;
}

void StepMemo::apply(const Step& step, FlashState& flash, Wear& wear, Premises& premises) const {
  for (const Change& change : std::span{changes_}.subspan(step.changes, step.change_count)) {
    if (change.is_erase) {
      flash.erase(change.sector, pool_);
    }
    flash.set(change.sector, change.content, pool_);
  }
  Premises counted;  // Those of the step are all below.
  for (const WearEvent& event : std::span{wear_}.subspan(step.wear, step.wear_count)) {
    wear.on(event, counted);
  }
  for (const Judged& judged : std::span{premises_}.subspan(step.premises, step.premise_count)) {
    premises.counts[judged.promise] += judged.count;
  }
}

void StepMemo::begin(const FlashState& flash, const Premises& premises) {
  is_recording_ = true;
  is_spoilt_ = flash.has_bad();
  looked_.reset();
  changed_.reset();
  needs_now_.clear();
  changes_now_.clear();
  wear_now_.clear();
  slots_before_[0] = flash.slot_key(ota::Slot::a);
  slots_before_[1] = flash.slot_key(ota::Slot::b);
  premises_before_ = premises;
}

/// Sectors that this step changed before are what it made of them.
void StepMemo::note_look(const FlashState& flash, std::uint32_t first, std::uint32_t last) {
  is_spoilt_ |= !flash.is_plain(first, last);
  const bool is_many = last - first >= few;
  bool is_new = false;
  for (std::uint32_t sector = first; sector <= last; ++sector) {
    if (looked_[sector] || changed_[sector]) {
      continue;
    }
    is_new = true;
    if (!is_many) {
      const auto number = static_cast<std::uint16_t>(sector);
      needs_now_.push_back({number, number, key_of_one(flash.at(sector))});
      looked_[sector] = true;
    }
  }
  if (is_many && is_new) {
    needs_now_.push_back({static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(last),
                          slots_before_[first < slot_sectors() ? 0 : 1]});
  }
}

void StepMemo::note_change(std::uint32_t sector, bool is_erase) {
  const auto number = static_cast<std::uint16_t>(sector);
  if (!changed_[sector]) {
    changed_[sector] = true;
    changes_now_.push_back({number, is_erase, {}});
  } else if (is_erase) {
    std::ranges::find(changes_now_, number, &Change::sector)->is_erase = true;
  }
}

void StepMemo::end(CoreId from, Step step, const FlashState& flash, const Premises& premises) {
  is_recording_ = false;
  Head& head = heads_[from];
  if (is_spoilt_ || head.steps == most_steps) {
    return;
  }
  for (Change& change : changes_now_) {
    change.content = flash.at(change.sector);
  }
  step.need_count = count_of(needs_now_);
  step.change_count = count_of(changes_now_);
  step.wear_count = count_of(wear_now_);
  step.needs = append(needs_, needs_now_);
  step.changes = append(changes_, changes_now_);
  step.wear = append(wear_, wear_now_);
  step.premises = static_cast<std::uint32_t>(premises_.size());
  for (std::uint32_t i = 0; i < promise_count; ++i) {
    const std::uint64_t count = premises.counts[i] - premises_before_.counts[i];
    if (count != 0) {
      premises_.push_back({i, static_cast<std::uint32_t>(count)});
      ++step.premise_count;
    }
  }
  step.other = head.first_step;
  head.first_step = static_cast<std::uint32_t>(steps_.size());
  ++head.steps;
  steps_.push_back(step);
}

std::uint64_t StepMemo::memory() const {
  return lastings.memory() + rams.memory() + records.memory() + contexts.memory() +
         heads_.capacity() * sizeof(Head) + by_key_.memory() + steps_.capacity() * sizeof(Step) +
         needs_.capacity() * sizeof(Need) + changes_.capacity() * sizeof(Change) +
         wear_.capacity() * sizeof(WearEvent) + premises_.capacity() * sizeof(Judged);
}

}  // namespace cartstorm::sim::explore

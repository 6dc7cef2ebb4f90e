#include "reports/render/rows.hpp"

#include <algorithm>
#include <optional>

namespace cartstorm::report {
namespace {

bool has_failed(const std::optional<JobStatus>& execution) {
  return execution == JobStatus::failed || execution == JobStatus::rejected ||
         execution == JobStatus::timed_out;
}

/// Puts the cart into the first column that is true of it.
void count_into(StageRow& row, const EarlierStage& cart) {
  if (cart.confirmed == cart.brings) {
    ++row.on_new;
  } else if (cart.rollbacks > 0) {
    ++row.rolled_back;
  } else if (has_failed(cart.execution)) {
    ++row.failed;
  } else if (cart.execution == JobStatus::in_progress) {
    ++row.in_progress;
  } else if (cart.execution == JobStatus::canceled) {
    ++row.cancelled;
  }
}

/// How the cart stood when this stage was done with it; nothing if the stage was not its own.
std::optional<EarlierStage> outcome_in(std::uint32_t stage, const CartFacts& cart) {
  std::uint32_t rollbacks_before = 0;  // in rollouts before
  for (EarlierStage left : cart.earlier) {
    if (left.stage == stage) {
      left.rollbacks -= rollbacks_before;
      return left;
    }
    rollbacks_before = left.rollbacks;
  }
  if (cart.stage != stage) {
    return std::nullopt;
  }
  return EarlierStage{stage, cart.confirmed, cart.rollbacks - rollbacks_before, cart.execution,
                      cart.brings};
}

StageRow row_of(const StageFacts& stage, const Fleet& fleet) {
  StageRow row;
  row.name = stage.name;
  row.start_us = stage.start_us;
  row.hold_us = stage.hold_us;
  row.release_us = stage.release_us;
  row.end_us = stage.end_us;
  row.held_by = stage.held_by;
  row.released_by = stage.released_by;
  row.release_reason = stage.release_reason;
  row.paused_by = stage.paused_by;
  row.pause_reason = stage.pause_reason;
  row.paused_us = stage.paused_us;
  row.aborted_by = stage.aborted_by;
  row.abort_reason = stage.abort_reason;
  if (stage.pause_began_us) {
    row.paused_us += fleet.latest_us() - *stage.pause_began_us;
  }
  std::uint32_t targeted = 0;
  for (const CartFacts& cart : fleet.carts()) {
    if (!cart.is_known) {
      continue;
    }
    if (const auto outcome = outcome_in(stage.number, cart)) {
      ++targeted;
      count_into(row, *outcome);
    }
  }
  row.carts = std::max(stage.carts, targeted);
  row.silent =
      row.carts - row.on_new - row.rolled_back - row.failed - row.in_progress - row.cancelled;
  return row;
}

void add_carts(Summary& summary, const Fleet& fleet) {
  for (const CartFacts& cart : fleet.carts()) {
    if (!cart.is_known) {
      continue;
    }
    ++summary.carts;
    if (fleet.is_on_new(cart)) {
      ++summary.on_new;
    } else if (cart.confirmed == fleet.base()) {
      ++summary.on_old;
    } else {
      ++summary.on_other;
    }
    summary.bricked += cart.is_in_recovery ? 1 : 0;
    summary.carts_rolled_back += cart.rollbacks > 0 ? 1 : 0;
    summary.rollback_occurrences += cart.rollbacks;
    summary.carts_counted += cart.counted_rollbacks > 0 ? 1 : 0;
    summary.counted_rollbacks += cart.counted_rollbacks;
  }
}

/// Carts per reason, most first; a cart with two reasons counts in both.
template <class Word>
std::vector<ReasonCount> count_reasons(const Fleet& fleet, std::uint32_t CartFacts::*bits) {
  std::vector<ReasonCount> counts;
  const auto words = words_of(Word{});
  for (std::size_t reason = 0; reason < words.size(); ++reason) {
    ReasonCount count{std::string{words[reason]}, 0};
    for (const CartFacts& cart : fleet.carts()) {
      count.carts += cart.*bits >> reason & 1U;
    }
    if (count.carts > 0) {
      counts.push_back(std::move(count));
    }
  }
  std::stable_sort(counts.begin(), counts.end(),
                   [](const ReasonCount& a, const ReasonCount& b) { return a.carts > b.carts; });
  return counts;
}

}  // namespace

void add_fleet(Summary& summary, const Fleet& fleet) {
  add_carts(summary, fleet);
  summary.rollback_reasons = count_reasons<RollbackReason>(fleet, &CartFacts::rollback_reasons);
  summary.rejection_reasons = count_reasons<Reason>(fleet, &CartFacts::ended_badly_for);
  for (const StageFacts& stage : fleet.stages()) {
    summary.stages.push_back(row_of(stage, fleet));
  }
  if (!fleet.refusals().empty()) {
    summary.refusal = fleet.refusals().back();
  }
}

std::vector<std::string> unfired_faults(const Fleet& fleet) {
  std::vector<std::string> names;
  for (const FaultFacts& fault : fleet.faults()) {
    if (fault.fired == 0) {
      names.emplace_back(fleet.texts().text(fault.fault));
    }
  }
  return names;
}

}  // namespace cartstorm::report

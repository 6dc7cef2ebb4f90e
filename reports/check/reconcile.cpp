#include "reports/check/reconcile.hpp"
#include "reports/check/elapsed.hpp"

namespace cartstorm::report {
namespace {

/// T_rec for a rollback: longer than the longest pause between two tries (one hour).
constexpr std::int64_t rollback_within_us = 65 * minute_us;
/// T_rec for a version: longer than the heartbeat period of 12 hours.
constexpr std::int64_t version_within_us = 13 * 60 * minute_us;

using enum Reconciled;

constexpr std::array<ReconciledRow, reconciled_rows> table{{
    {uncommanded_install, "uncommanded_install", true,
     "run the new version and no job ever told them to: find out who installed it"},
    {status_wrong, "status_wrong", true,
     "run the new version although Jobs says FAILED: do not believe either before looking"},
    {silent_revert, "silent_revert", true,
     "said SUCCEEDED, but no word came that they run the new version, and no rollback was counted: "
     "the metric channel is broken, or the status was a lie"},
    {rolled_back_after_success, "rolled_back_after_success", true,
     "said SUCCEEDED and rolled back later: count them as rolled back, not as shipped"},
    {unexplained, "unexplained", true, "fit no row of the reconciliation table"},
    {late_success, "late_success", false,
     "run the new version although their job timed out or was cancelled: shipped, late"},
    {silent, "silent", false,
     "took the job and have not been heard of for over a day: count them as failures"},
    {rolled_back, "rolled_back", false, "rolled back; Jobs and the metric channel agree"},
    {rejected_before_arm, "rejected_before_arm", false,
     "refused or failed the job before they ever started the new version"},
    {succeeded_after_retry, "succeeded_after_retry", false,
     "run the new version, after at least one rollback on the way"},
    {taken_back, "taken_back", false,
     "kept the old version because their job was cancelled or timed out"},
    {settling, "settling", false,
     "contradict themselves, but the word that explains it may still be on its way"},
    {under_way, "under_way", false, "are at it"},
    {waiting, "waiting", false, "have a job and have not begun: switched off or offline"},
    {shipped, "shipped", false, "shipped: SUCCEEDED, no rollback, and they report the new version"},
}};

/// The others are the service's own doing.
constexpr bool is_word_of_cart(JobStatus status) {
  return status == JobStatus::in_progress || status == JobStatus::succeeded ||
         status == JobStatus::failed || status == JobStatus::rejected;
}

constexpr std::uint32_t bit(Reconciled row) { return 1U << static_cast<unsigned>(row); }

std::optional<Reconciled> ended(const Evidence& seen, bool runs_target, bool is_silent) {
  switch (*seen.status) {
    case JobStatus::queued:
      // A newer rollout of the same version asks again those that an older one has brought it.
      if (runs_target && !seen.was_told) {
        return uncommanded_install;
      }
      return is_silent ? silent : waiting;
    case JobStatus::in_progress:
      return is_silent ? silent : under_way;
    case JobStatus::succeeded:
      if (!runs_target) {
        return seen.rollbacks > 0 ? rolled_back_after_success : silent_revert;
      }
      return is_silent ? silent : seen.rollbacks > 0 ? succeeded_after_retry : shipped;
    case JobStatus::failed:
    case JobStatus::rejected:
      return runs_target ? status_wrong : seen.rollbacks > 0 ? rolled_back : rejected_before_arm;
    case JobStatus::timed_out:
    case JobStatus::canceled:
    case JobStatus::removed:
      return runs_target ? late_success : seen.rollbacks > 0 ? rolled_back : taken_back;
  }
  return unexplained;
}

}  // namespace

const std::array<ReconciledRow, reconciled_rows>& reconciled_table() { return table; }
std::string_view name(Reconciled row) { return table[static_cast<std::size_t>(row)].name; }
bool is_alarm(Reconciled row) { return table[static_cast<std::size_t>(row)].is_alarm; }

std::optional<Reconciled> reconcile(const Evidence& seen, Version base, Version target,
                                    bool is_silent) {
  const bool runs_target = seen.reported == target;
  // A cart that never said what it runs is taken to run what it came with: no word is no success.
  if (seen.reported && !runs_target && *seen.reported != base) {
    return unexplained;
  }
  if (!seen.status) {
    return runs_target ? std::optional{uncommanded_install} : std::nullopt;
  }
  return ended(seen, runs_target, is_silent);
}

void Reconciliation::see(const Record&, const Cart& row) {
  releases_.see(row);
  carts_[row.cart].is_known = true;
}

/// Carts are asked for another release from now on: what an older one brought them, or not, is no
/// row of this table any more, and who still runs that one runs what there was before.
void Reconciliation::see(const Record& at, const Image& row) {
  releases_.see(row);
  carts_.each([&](CartId id, Case& cart) {
    leave_row(id, cart, at.time_us);
    cart.row.reset();
    cart.job = {};
    cart.evidence.status.reset();
    cart.evidence.rollbacks = 0;
    cart.evidence.was_told = false;
    if (cart.evidence.reported) {
      cart.evidence.reported = as_before(*cart.evidence.reported);
    }
  });
}

Version Reconciliation::as_before(Version version) const {
  return releases_.is_earlier(version) ? releases_.base() : version;
}

void Reconciliation::see(const Record& at, const Power& row) {
  if (!row.on) {
    carts_[row.cart].linked.set(false, at.time_us);
  }
}

void Reconciliation::see(const Record& at, const Transport& row) {
  Case& cart = carts_[row.cart];
  hear(cart, at.time_us);
  cart.linked.set(row.event == LinkEvent::connect, at.time_us);
}

void Reconciliation::see(const Record& at, const JobRx& row) {
  if (!row.accepted) {
    return;
  }
  Case& cart = carts_[row.cart];
  const bool is_other = cart.job != row.job || cart.execution != row.execution;
  if (row.status == JobStatus::queued && is_other) {
    // A rollback belongs to the job during which it was counted.
    leave_row(row.cart, cart, at.time_us);
    cart.row.reset();
    cart.evidence.rollbacks = 0;
    cart.job = row.job;
    cart.execution = row.execution;
    // What is connected is reached by being told; of the others nobody has heard yet.
    cart.was_heard = cart.linked.is_true();
    cart.heard_us = at.time_us;
  } else if (is_other) {
    return;  // the end of a job that another one has replaced
  } else if (is_word_of_cart(row.status)) {
    hear(cart, at.time_us);
  }
  cart.evidence.was_told |=
      row.status == JobStatus::in_progress || row.status == JobStatus::succeeded;
  cart.evidence.status = row.status;
  cart.status_us = at.time_us;
  move(row.cart, cart, at);
}

void Reconciliation::see(const Record& at, const MetricRx& row) {
  // Errors are most of a trace and no sign of life that heartbeats, due every 12 h, are not.
  if (row.metric == MetricName::error) {
    return;
  }
  Case& cart = carts_[row.cart];
  hear(cart, at.time_us);
  const Image* const target = releases_.target();
  if (row.metric == MetricName::heartbeat) {
    cart.evidence.reported = as_before(row.version);
    // Back on another version: what an earlier job brought it is gone.
    const bool is_at_it = cart.evidence.status == JobStatus::in_progress;
    cart.evidence.was_told &= is_at_it || (target != nullptr && row.version == target->version);
    cart.reported_us = at.time_us;
  } else if (row.counted && target != nullptr && row.version == target->version) {
    ++cart.evidence.rollbacks;
    cart.rollback_us = at.time_us;
  }
  move(row.cart, cart, at);
}

void Reconciliation::hear(Case& cart, std::int64_t now_us) const {
  cart.was_heard = true;
  cart.heard_us = now_us;
}

/// True once the word that would explain the contradiction is overdue.
bool Reconciliation::has_stood(const Case& cart, std::int64_t now_us) const {
  if (!cart.row || !is_alarm(*cart.row)) {
    return false;
  }
  const bool is_certain =
      *cart.row == uncommanded_install || *cart.row == unexplained ||
      (*cart.row == rolled_back_after_success && cart.rollback_us >= cart.status_us);
  const std::int64_t within_us =
      cart.reported_us < cart.status_us ? version_within_us : rollback_within_us;
  return is_certain || cart.linked.total_us(now_us) - cart.linked_before_us >= within_us;
}

void Reconciliation::leave_row(CartId id, Case& cart, std::int64_t now_us) {
  if (!has_stood(cart, now_us) || (cart.ever & bit(*cart.row)) != 0) {
    return;
  }
  cart.ever |= bit(*cart.row);
  on_alarm_({id, *cart.row, cart.entered_seq, cart.entered_us});
}

/// Puts the cart into the row of what is known now.
void Reconciliation::move(CartId id, Case& cart, const Record& at) {
  const Image* const target = releases_.target();
  if (target == nullptr) {
    return;
  }
  const auto row = reconcile(cart.evidence, releases_.base(), target->version, false);
  if (row == cart.row) {
    return;
  }
  leave_row(id, cart, at.time_us);
  cart.row = row;
  cart.entered_seq = at.seq;
  cart.entered_us = at.time_us;
  cart.linked_before_us = cart.linked.total_us(at.time_us);
}

void Reconciliation::conclude(std::int64_t ends_us) {
  counts_.clear();
  judged_ = 0;
  for (const ReconciledRow& row : table) {
    counts_.push_back({row.row, 0, 0});
  }
  const Image* const target = releases_.target();
  carts_.each([&](CartId id, Case& cart) {
    leave_row(id, cart, ends_us);
    for (ReconciledCount& count : counts_) {
      count.ever += (cart.ever & bit(count.row)) != 0 ? 1 : 0;
    }
    if (!cart.is_known || target == nullptr) {
      return;
    }
    const bool is_silent = cart.was_heard && ends_us - cart.heard_us > silent_after_us_;
    auto row = reconcile(cart.evidence, releases_.base(), target->version, is_silent);
    if (!row) {
      return;
    }
    if (is_alarm(*row) && !has_stood(cart, ends_us)) {
      row = settling;
    }
    ++judged_;
    ++counts_[static_cast<std::size_t>(*row)].carts;
  });
}

}  // namespace cartstorm::report

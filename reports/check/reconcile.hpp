#pragma once
#include <array>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "reports/check/cart_table.hpp"
#include "reports/check/elapsed.hpp"
#include "reports/check/releases.hpp"

namespace cartstorm::report {

/// One row of the reconciliation table (invariants.md 6.3): what Jobs says of a cart's job, what
/// the metric channel counted, and what the cart reports to run, taken together. Alarms first.
enum class Reconciled : std::uint8_t {
  uncommanded_install,
  status_wrong,
  silent_revert,
  rolled_back_after_success,
  unexplained,
  late_success,
  silent,
  rolled_back,
  rejected_before_arm,
  succeeded_after_retry,
  taken_back,
  settling,
  under_way,
  waiting,
  shipped,
};
inline constexpr std::size_t reconciled_rows = 15;

/// The table as people read it.
struct ReconciledRow {
  Reconciled row;
  std::string_view name;      ///< one word, for machines
  bool is_alarm;              ///< somebody has to look at these carts
  std::string_view sentence;  ///< follows "5 carts "
};
const std::array<ReconciledRow, reconciled_rows>& reconciled_table();
std::string_view name(Reconciled);
bool is_alarm(Reconciled);

/// What the cloud knew of one cart and its job.
struct Evidence {
  std::optional<JobStatus> status;  ///< of the cart's latest execution
  std::uint32_t rollbacks = 0;      ///< counted since that execution was queued
  std::optional<Version> reported;  ///< by the last heartbeat that came
  bool was_told = false;            ///< a job that it began may have brought it the target version
};
/// The row of the table. `is_silent`: nothing was heard of the cart for T_silent. Nothing for a
/// cart that no job ever concerned and that runs what it came with.
std::optional<Reconciled> reconcile(const Evidence&, Version base, Version target, bool is_silent);

/// Carts of one row.
struct ReconciledCount {
  Reconciled row;
  std::uint32_t carts = 0;  ///< at the end
  std::uint32_t ever = 0;   ///< of an alarm: carts that were in it for longer than it may take
};

/// Follows every cart through the table, from facts that the cloud had: Jobs transitions, counted
/// metrics, connections. A contradiction is an alarm once the cart was connected for as long as the
/// missing word may take (T_rec): 65 minutes for a rollback, which is repeated hourly, and 13 hours
/// for a version, if no heartbeat (every 12 hours) came since Jobs spoke.
class Reconciliation {
 public:
  /// Called when an alarm has stood for T_rec: its cart, its row, and where it began.
  struct Alarm {
    CartId cart;
    Reconciled row;
    std::uint64_t seq;
    std::int64_t time_us;
  };
  using OnAlarm = std::function<void(const Alarm&)>;

  /// `silent_after_us` is T_silent.
  Reconciliation(std::int64_t silent_after_us, OnAlarm on_alarm)
      : silent_after_us_{silent_after_us}, on_alarm_{std::move(on_alarm)} {}

  void see(const Record&, const Cart&);
  void see(const Record&, const Image&);
  void see(const Record&, const Power&);
  void see(const Record&, const Transport&);
  void see(const Record&, const JobRx&);
  void see(const Record&, const MetricRx&);
  void conclude(std::int64_t ends_us);

  /// After conclude(): every row of the table, also those without a cart.
  const std::vector<ReconciledCount>& counts() const { return counts_; }
  /// Carts that a job concerned, or an alarm.
  std::uint64_t judged() const { return judged_; }

 private:
  struct Case {
    Evidence evidence;
    TextId job{};
    std::uint32_t execution = 0;
    bool was_heard = false;  ///< since the execution was queued
    bool is_known = false;
    std::optional<Reconciled> row;
    std::int64_t heard_us = 0, status_us = 0, reported_us = INT64_MIN, rollback_us = INT64_MIN;
    std::uint64_t entered_seq = 0;  ///< when it came into its row
    std::int64_t entered_us = 0, linked_before_us = 0;
    Elapsed linked;
    std::uint32_t ever = 0;  ///< bits by Reconciled: alarms that stood for T_rec
  };
  void hear(Case& cart, std::int64_t now_us) const;
  /// The base, if carts came with this version too or an earlier rollout brought it: this rollout
  /// finds all of them alike.
  Version as_before(Version) const;
  void move(CartId, Case&, const Record& at);
  bool has_stood(const Case&, std::int64_t now_us) const;
  void leave_row(CartId, Case&, std::int64_t now_us);

  std::int64_t silent_after_us_;
  OnAlarm on_alarm_;
  Releases releases_;
  CartTable<Case> carts_;
  std::vector<ReconciledCount> counts_;
  std::uint64_t judged_ = 0;
};

}  // namespace cartstorm::report

#include "reports/check/check_of.hpp"
#include "reports/check/checks.hpp"
#include "reports/check/reconcile.hpp"

namespace cartstorm::report {
namespace {

/// F9: Jobs, the metric channel and what a cart reports to run match a row of the table that is no
/// alarm, or do so within T_rec.
class JobsMetricReconcile final
    : public CheckOf<JobsMetricReconcile, Cart, Image, Power, Transport, JobRx, MetricRx> {
 public:
  explicit JobsMetricReconcile(const CheckParameters& parameters)
      : CheckOf{"jobs_metric_reconcile"},
        reconciliation_{parameters.silent_after_us,
                        [this](const Reconciliation::Alarm& alarm) { violate(alarm); }} {}

  template <class Kind>
  void see(const Record& at, const Kind& row) {
    reconciliation_.see(at, row);
  }
  void conclude(std::int64_t ends_us) {
    reconciliation_.conclude(ends_us);
    tally_.premise(reconciliation_.judged());
  }
  const Reconciliation* reconciliation() const override { return &reconciliation_; }

 private:
  void violate(const Reconciliation::Alarm& alarm) {
    const ReconciledRow& row = reconciled_table()[static_cast<std::size_t>(alarm.row)];
    tally_.violate({alarm.seq, alarm.time_us}, alarm.cart, "{}: it is one of the carts that {}",
                   row.name, row.sentence);
  }

  Reconciliation reconciliation_;
};

}  // namespace

CheckPointer make_jobs_metric_reconcile(const CheckParameters& parameters, const TextTable&) {
  return std::make_unique<JobsMetricReconcile>(parameters);
}

}  // namespace cartstorm::report

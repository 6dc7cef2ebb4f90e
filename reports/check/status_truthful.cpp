#include "reports/check/cart_table.hpp"
#include "reports/check/check_of.hpp"
#include "reports/check/checks.hpp"
#include "reports/trace/print.hpp"

namespace cartstorm::report {
namespace {

/// D16: SUCCEEDED only for the version that is durably confirmed and running; FAILED and REJECTED
/// only for one that is not confirmed.
class StatusTruthful final
    : public CheckOf<StatusTruthful, Cart, BootDecide, Jump, Confirm, Rollback, JobTx> {
 public:
  StatusTruthful() : CheckOf{"status_truthful"} {}

  void see(const Record&, const Cart& row) {
    carts_[row.cart].confirmed = row.version;
    carts_[row.cart].running = row.version;
  }
  void see(const Record&, const BootDecide& row) { carts_[row.cart].reason = row.reason; }
  void see(const Record&, const Jump& row) {
    Versions& versions = carts_[row.cart];
    versions.running = row.version;
    if (versions.reason == BootReason::confirmed || versions.reason == BootReason::fallback) {
      versions.confirmed = row.version;
    }
  }
  void see(const Record&, const Confirm& row) {
    if (row.phase == Phase::durable) {
      carts_[row.cart].confirmed = row.version;
    }
  }
  void see(const Record&, const Rollback& row) { carts_[row.cart].confirmed = row.to; }
  void see(const Record& at, const JobTx& row) {
    if (!is_terminal(row.status)) {
      return;
    }
    tally_.premise();
    const Versions& versions = carts_[row.cart];
    const bool is_shipped = versions.confirmed == row.version && versions.running == row.version;
    if (row.status == JobStatus::succeeded && !is_shipped) {
      tally_.violate(at, row.cart, "reported succeeded for {} while {} is confirmed and {} runs",
                     version_text(row.version), version_text(versions.confirmed),
                     version_text(versions.running));
    } else if (row.status != JobStatus::succeeded && versions.confirmed == row.version) {
      tally_.violate(at, row.cart, "reported {} for {}, which is confirmed", name(row.status),
                     version_text(row.version));
    }
  }

 private:
  struct Versions {
    Version confirmed{};
    Version running{};
    BootReason reason = BootReason::none;
  };

  CartTable<Versions> carts_;
};

}  // namespace

CheckPointer make_status_truthful(const CheckParameters&, const TextTable&) {
  return std::make_unique<StatusTruthful>();
}

}  // namespace cartstorm::report

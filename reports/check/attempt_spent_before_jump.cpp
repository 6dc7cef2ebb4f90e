#include "reports/check/cart_table.hpp"
#include "reports/check/check_of.hpp"
#include "reports/check/checks.hpp"

namespace cartstorm::report {
namespace {

/// D5: a trial jump has one attempt less than the decision found, and the boot record that says so
/// was written in this boot before the jump. Otherwise a crash loop never ends.
class AttemptSpentBeforeJump final
    : public CheckOf<AttemptSpentBeforeJump, Reset, FlashOp, BootDecide, Jump> {
 public:
  AttemptSpentBeforeJump() : CheckOf{"attempt_spent_before_jump"} {}

  void see(const Record&, const Reset& row) {
    Boot& boot = carts_[row.cart];
    boot.has_written = false;
    boot.is_trial = false;
  }
  void see(const Record&, const FlashOp& row) {
    if (row.part == FlashPart::boot_record && row.op == FlashOpKind::program) {
      sees_record_writes_ = true;
      carts_[row.cart].has_written |= row.outcome == OpOutcome::full;
    }
  }
  void see(const Record&, const BootDecide& row) {
    Boot& boot = carts_[row.cart];
    boot.is_trial = row.reason == BootReason::trial;
    boot.before = row.attempts_left_before;
    boot.after = row.attempts_left_after;
  }
  void see(const Record& at, const Jump& row) {
    Boot& boot = carts_[row.cart];
    if (!boot.is_trial) {
      return;
    }
    boot.is_trial = false;
    tally_.premise();
    if (boot.before == 0 || boot.after + 1 != boot.before) {
      tally_.violate(at, row.cart, "trial jump with {} attempts left after {} before", boot.after,
                     boot.before);
    } else if (sees_record_writes_ && !boot.has_written) {
      tally_.violate(at, row.cart, "boot {} jumped to its trial before the boot record was written",
                     row.boot_no);
    }
  }

 private:
  struct Boot {
    std::uint8_t before = 0;
    std::uint8_t after = 0;
    bool is_trial = false;
    bool has_written = false;
  };

  CartTable<Boot> carts_;
  bool sees_record_writes_ = false;  ///< a board prints no flash rows: only the numbers are judged
};

}  // namespace

CheckPointer make_attempt_spent_before_jump(const CheckParameters&, const TextTable&) {
  return std::make_unique<AttemptSpentBeforeJump>();
}

}  // namespace cartstorm::report

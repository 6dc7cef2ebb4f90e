#include "reports/check/cart_table.hpp"
#include "reports/check/check_of.hpp"
#include "reports/check/checks.hpp"

namespace cartstorm::report {
namespace {

/// D3: no program or erase inside the confirmed slot. A rollback after a confirm, or a fallback,
/// makes the other slot the confirmed one; the boot decision tells.
class ConfirmedSlotUntouched final
    : public CheckOf<ConfirmedSlotUntouched, FlashOp, BootDecide, Confirm> {
 public:
  ConfirmedSlotUntouched() : CheckOf{"confirmed_slot_untouched"} {}

  void see(const Record& at, const FlashOp& row) {
    has_flash_rows_ = true;
    SlotName slot{};
    if (!changes_slot(row, slot)) {
      return;
    }
    const Confirmed& confirmed = carts_[row.cart];
    if (!confirmed.is_known) {
      return;
    }
    tally_.premise();
    if (confirmed.slot == slot) {
      tally_.violate(at, row.cart, "{} at offset {} inside slot {}, which is confirmed",
                     name(row.op), row.offset, name(slot));
    }
  }
  void see(const Record&, const BootDecide& row) {
    has_booted_ = true;
    if (row.reason == BootReason::confirmed || row.reason == BootReason::fallback) {
      carts_[row.cart] = {row.slot, true};
    }
  }
  void see(const Record&, const Confirm& row) {
    if (row.phase == Phase::durable) {
      carts_[row.cart] = {row.slot, true};
    }
  }
  void conclude(std::int64_t) {
    if (has_booted_ && !has_flash_rows_) {
      tally_.mark_not_evaluable();  // a board that prints no flash operations
    }
  }

 private:
  struct Confirmed {
    SlotName slot{};
    bool is_known = false;
  };

  CartTable<Confirmed> carts_;
  bool has_flash_rows_ = false;
  bool has_booted_ = false;
};

}  // namespace

CheckPointer make_confirmed_slot_untouched(const CheckParameters&, const TextTable&) {
  return std::make_unique<ConfirmedSlotUntouched>();
}

}  // namespace cartstorm::report

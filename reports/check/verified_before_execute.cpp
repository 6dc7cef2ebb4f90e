#include "reports/check/cart_table.hpp"
#include "reports/check/check_of.hpp"
#include "reports/check/checks.hpp"

namespace cartstorm::report {
namespace {

/// D2: a jump needs a good verdict on that content in the same boot, and nothing may have changed
/// the slot since.
class VerifiedBeforeExecute final
    : public CheckOf<VerifiedBeforeExecute, FlashOp, BootVerify, Jump> {
 public:
  VerifiedBeforeExecute() : CheckOf{"verified_before_execute"} {}

  void see(const Record&, const FlashOp& row) {
    SlotName slot{};
    if (changes_slot(row, slot)) {
      of(row.cart, slot).is_good = false;
    }
  }
  void see(const Record&, const BootVerify& row) {
    of(row.cart, row.slot) = {row.digest, row.boot_no, row.sig_ok && row.verdict_ok};
  }
  void see(const Record& at, const Jump& row) {
    tally_.premise();
    const Verified& verified = of(row.cart, row.slot);
    if (!verified.is_good || verified.boot_no != row.boot_no) {
      tally_.violate(at, row.cart, "boot {} jumped to slot {} without a good verify in that boot",
                     row.boot_no, name(row.slot));
    } else if (verified.digest != row.digest) {
      tally_.violate(at, row.cart, "boot {} verified {:016x} in slot {} but jumped to {:016x}",
                     row.boot_no, verified.digest, name(row.slot), row.digest);
    }
  }

 private:
  struct Verified {
    ShortDigest digest = 0;
    std::uint32_t boot_no = 0;
    bool is_good = false;
  };
  struct Slots {
    Verified slot[2];
  };
  Verified& of(CartId cart, SlotName slot) {
    return carts_[cart].slot[static_cast<std::size_t>(slot)];
  }

  CartTable<Slots> carts_;
};

}  // namespace

CheckPointer make_verified_before_execute(const CheckParameters&, const TextTable&) {
  return std::make_unique<VerifiedBeforeExecute>();
}

}  // namespace cartstorm::report

#include "reports/check/cart_table.hpp"
#include "reports/check/check_of.hpp"
#include "reports/check/checks.hpp"
#include "reports/trace/print.hpp"

namespace cartstorm::report {
namespace {

/// A powered cart must have jumped this long after its last start.
constexpr std::int64_t boot_within_us = 600'000'000;

/// D1 in its static form: at no instant are both slots unbootable, every decision finds a slot, and
/// a cart that stays powered jumps within K boots.
class AlwaysBootable final : public CheckOf<AlwaysBootable, Power, Reset, FlashOp, BootVerify,
                                            BootDecide, Jump, SlotWrite> {
 public:
  explicit AlwaysBootable(const CheckParameters& parameters)
      : CheckOf{"always_bootable"}, most_boots_{2 * parameters.trial_attempts + 4} {}

  void see(const Record& at, const Power& row) {
    Boot& boot = boots_[row.cart];
    boot.is_powered = row.on;
    boot.resets = 0;
    note_start(boot, at);
  }
  void see(const Record& at, const Reset& row) {
    Boot& boot = boots_[row.cart];
    boot.is_powered = true;
    note_start(boot, at);
    if (++boot.resets == most_boots_ + 1) {
      tally_.violate(at, row.cart, "reset {} times in a row without a jump, allowed are {}",
                     boot.resets, most_boots_);
    }
  }
  void see(const Record& at, const FlashOp& row) {
    SlotName slot{};
    if (!changes_slot(row, slot) || row.outcome == OpOutcome::none) {
      return;
    }
    Boot& boot = boots_[row.cart];
    const bool was_bootable = boot.bootable[0] || boot.bootable[1];
    boot.bootable[place(slot)] = false;
    if (was_bootable && !boot.bootable[0] && !boot.bootable[1]) {
      tally_.violate(at, row.cart, "{} of slot {} at offset {} left no slot that boots",
                     name(row.op), name(slot), row.offset);
    }
  }
  void see(const Record&, const BootVerify& row) {
    boots_[row.cart].bootable[place(row.slot)] = row.verdict_ok;
  }
  void see(const Record&, const SlotWrite& row) {
    if (row.phase == Phase::end) {
      boots_[row.cart].bootable[place(row.slot)] = true;
    }
  }
  void see(const Record& at, const BootDecide& row) {
    if (row.reason == BootReason::none) {
      return;  // power was lost on the way: no decision, the boots are counted by their resets
    }
    tally_.premise();
    if (row.reason == BootReason::recovery) {
      boots_[row.cart].waits = false;
      tally_.violate(at, row.cart, "boot {} found no slot that verifies and stayed in recovery",
                     row.boot_no);
    }
  }
  void see(const Record&, const Jump& row) {
    Boot& boot = boots_[row.cart];
    boot.resets = 0;
    boot.waits = false;
  }
  void conclude(std::int64_t ends_us) {
    boots_.each([&](CartId cart, const Boot& boot) {
      if (boot.is_powered && boot.waits && ends_us - boot.started_us >= boot_within_us) {
        tally_.violate({boot.start_seq, ends_us}, cart,
                       "powered, last started at {} and no jump by the end",
                       moment_text(boot.started_us));
      }
    });
  }

 private:
  struct Boot {
    std::int64_t started_us = 0;
    std::uint64_t start_seq = 0;
    std::uint32_t resets = 0;
    bool bootable[2] = {true, false};  // the factory fills slot a
    bool is_powered = false;
    bool waits = false;  ///< started and neither jumped nor said recovery
  };
  static std::size_t place(SlotName slot) { return static_cast<std::size_t>(slot); }
  static void note_start(Boot& boot, const Record& at) {
    boot.started_us = at.time_us;
    boot.start_seq = at.seq;
    boot.waits = true;
  }

  std::uint32_t most_boots_;
  CartTable<Boot> boots_;
};

}  // namespace

CheckPointer make_always_bootable(const CheckParameters& parameters, const TextTable&) {
  return std::make_unique<AlwaysBootable>(parameters);
}

}  // namespace cartstorm::report

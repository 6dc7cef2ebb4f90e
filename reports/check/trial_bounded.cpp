#include "reports/check/cart_table.hpp"
#include "reports/check/check_of.hpp"
#include "reports/check/checks.hpp"

namespace cartstorm::report {
namespace {

/// D4: between two armings at most N trial jumps. Jumps are counted, not successful boots: a cut
/// right after the jump uses an attempt.
class TrialBounded final
    : public CheckOf<TrialBounded, BootDecide, Jump, Confirm, Rollback, StateChange> {
 public:
  explicit TrialBounded(const CheckParameters& parameters)
      : CheckOf{"trial_bounded"}, most_{parameters.trial_attempts} {}

  void see(const Record&, const BootDecide& row) {
    carts_[row.cart].is_trial = row.reason == BootReason::trial;
  }
  void see(const Record& at, const Jump& row) {
    Trial& trial = carts_[row.cart];
    if (!trial.is_trial) {
      return;
    }
    trial.is_trial = false;
    tally_.premise();
    if (++trial.jumps > most_) {
      tally_.violate(at, row.cart, "trial jump number {} to slot {}, allowed are {}", trial.jumps,
                     name(row.slot), most_);
    }
  }
  void see(const Record&, const Confirm& row) {
    if (row.phase == Phase::durable) {
      carts_[row.cart].jumps = 0;
    }
  }
  void see(const Record&, const Rollback& row) { carts_[row.cart].jumps = 0; }
  void see(const Record&, const StateChange& row) {
    if (row.to == AgentState::armed) {
      carts_[row.cart].jumps = 0;
    }
  }

 private:
  struct Trial {
    std::uint32_t jumps = 0;
    bool is_trial = false;
  };

  std::uint32_t most_;
  CartTable<Trial> carts_;
};

}  // namespace

CheckPointer make_trial_bounded(const CheckParameters& parameters, const TextTable&) {
  return std::make_unique<TrialBounded>(parameters);
}

}  // namespace cartstorm::report

#include "reports/check/cart_table.hpp"
#include "reports/check/check_of.hpp"
#include "reports/check/checks.hpp"

namespace cartstorm::report {
namespace {

/// A step that lost power may run into that many more failing hardware calls before it returns.
constexpr std::uint32_t most_calls = 64;

/// D29: after power was lost few calls are tried, and nothing of that step leaves the cart.
class PowerLostRespected final
    : public CheckOf<PowerLostRespected, Power, AfterPowerLoss, JobTx, MetricTx> {
 public:
  PowerLostRespected() : CheckOf{"power_lost_respected"} {}

  void see(const Record&, const Power& row) {
    is_off_[row.cart] = row.on ? 0 : 1;
    // Switching a cart off at the end of the day proves little; a cut that nobody planned for does.
    if (!row.on && row.cause != PowerCause::user && row.cause != PowerCause::commanded) {
      tally_.premise();
    }
  }
  void see(const Record& at, const AfterPowerLoss& row) {
    tally_.premise();
    if (row.calls > most_calls) {
      tally_.violate(at, row.cart, "{} hardware calls after power was lost, allowed are {}",
                     row.calls, most_calls);
    }
  }
  void see(const Record& at, const JobTx& row) { judge_message(at, row.cart); }
  void see(const Record& at, const MetricTx& row) { judge_message(at, row.cart); }

 private:
  void judge_message(const Record& at, CartId cart) {
    if (is_off_[cart] != 0) {
      tally_.violate(at, cart, "a message was sent while the cart had no power");
    }
  }

  CartTable<char> is_off_;
};

}  // namespace

CheckPointer make_power_lost_respected(const CheckParameters&, const TextTable&) {
  return std::make_unique<PowerLostRespected>();
}

}  // namespace cartstorm::report

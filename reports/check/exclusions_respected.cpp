#include "reports/check/cart_table.hpp"
#include "reports/check/check_of.hpp"
#include "reports/check/checks.hpp"
#include "reports/check/elapsed.hpp"

namespace cartstorm::report {
namespace {

/// Connected this long, a cart has told the cloud what its customer decided.
constexpr std::int64_t told_within_us = 60'000'000;

/// F17: no cart arms a new image while its customer refuses updates or its maintenance window is
/// closed, and no stage targets a cart that has told so.
class ExclusionsRespected final
    : public CheckOf<ExclusionsRespected, Consent, StateChange, Target, Transport> {
 public:
  ExclusionsRespected() : CheckOf{"exclusions_respected"} {}

  void see(const Record& at, const Consent& row) {
    Customer& cart = carts_[row.cart];
    cart.is_asked = true;
    switch (row.event) {
      case ConsentEvent::opt_out:
        cart.refuses = true;
        cart.linked_before_us = cart.linked.total_us(at.time_us);
        return;
      case ConsentEvent::opt_in:
        cart.refuses = false;
        return;
      case ConsentEvent::window_open:
        cart.is_closed = false;
        return;
      case ConsentEvent::window_closed:
        cart.is_closed = true;
        return;
    }
  }
  void see(const Record& at, const Transport& row) {
    carts_[row.cart].linked.set(row.event == LinkEvent::connect, at.time_us);
  }
  void see(const Record& at, const StateChange& row) {
    if (row.to != AgentState::armed) {
      return;
    }
    const Customer& cart = carts_[row.cart];
    tally_.premise(cart.is_asked ? 1 : 0);
    if (cart.refuses) {
      tally_.violate(at, row.cart, "armed although its customer refuses updates");
    } else if (cart.is_closed) {
      tally_.violate(at, row.cart, "armed outside its maintenance window");
    }
  }
  void see(const Record& at, const Target& row) {
    const Customer& cart = carts_[row.cart];
    if (!cart.refuses) {
      return;
    }
    tally_.premise();
    const bool has_told =
        cart.linked.total_us(at.time_us) - cart.linked_before_us >= told_within_us;
    if (row.event == TargetEvent::queued && has_told) {
      tally_.violate(at, row.cart, "targeted by stage {} although it has told that it refuses",
                     row.stage);
    }
  }

 private:
  struct Customer {
    Elapsed linked;
    std::int64_t linked_before_us = 0;  ///< when the customer refused
    bool is_asked = false;              ///< has a window, or a customer who decided something
    bool refuses = false;
    bool is_closed = false;
  };
  CartTable<Customer> carts_;
};

}  // namespace

CheckPointer make_exclusions_respected(const CheckParameters&, const TextTable&) {
  return std::make_unique<ExclusionsRespected>();
}

}  // namespace cartstorm::report

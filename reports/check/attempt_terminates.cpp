#include "reports/check/cart_table.hpp"
#include "reports/check/check_of.hpp"
#include "reports/check/checks.hpp"
#include "reports/check/elapsed.hpp"
#include "reports/trace/print.hpp"

namespace cartstorm::report {
namespace {

/// L1: an execution that went in progress ends within T_max of powered time in which no fault kept
/// the cart off the network and its maintenance window was open. A cart that had less of it by the
/// end has broken nothing yet.
class AttemptTerminates final
    : public CheckOf<AttemptTerminates, Power, Reset, Fault, Consent, JobRx> {
 public:
  AttemptTerminates(const CheckParameters& parameters, const TextTable& texts)
      : CheckOf{"attempt_terminates"}, within_us_{parameters.terminal_within_us}, texts_{texts} {}

  void see(const Record& at, const Power& row) { set_power(row.cart, row.on, at.time_us); }
  void see(const Record& at, const Reset& row) { set_power(row.cart, true, at.time_us); }
  void see(const Record& at, const Fault& row) {
    const std::string_view fault = texts_.text(row.fault);
    if (row.cart == no_cart ||
        !(fault.starts_with("goes_silent") || fault.starts_with("regional_outage"))) {
      return;
    }
    Worker& cart = carts_[row.cart];
    cart.is_cut_off = row.event == FaultEvent::fire;
    set_power(row.cart, cart.is_on, at.time_us);
  }
  void see(const Record& at, const Consent& row) {
    Worker& cart = carts_[row.cart];
    if (row.event == ConsentEvent::window_open || row.event == ConsentEvent::window_closed) {
      cart.is_closed = row.event == ConsentEvent::window_closed;
      set_power(row.cart, cart.is_on, at.time_us);
    }
  }
  void see(const Record& at, const JobRx& row) {
    if (!row.accepted) {
      return;
    }
    Worker& cart = carts_[row.cart];
    const bool is_known = cart.is_open && cart.job == row.job && cart.execution == row.execution;
    if (row.status == JobStatus::in_progress && !is_known) {
      cart.job = row.job;
      cart.execution = row.execution;
      cart.is_open = true;
      cart.opened_seq = at.seq;
      cart.opened_us = at.time_us;
      cart.powered_before_us = cart.powered.total_us(at.time_us);
    } else if (is_terminal(row.status) && is_known) {
      cart.is_open = false;
      tally_.premise();
      judge({at.seq, at.time_us}, row.cart, cart, at.time_us, "ended");
    }
  }
  void conclude(std::int64_t ends_us) {
    carts_.each([&](CartId id, const Worker& cart) {
      if (cart.is_open && worked_us(cart, ends_us) > within_us_) {
        tally_.premise();
        judge({cart.opened_seq, cart.opened_us}, id, cart, ends_us, "is still open");
      }
    });
  }

 private:
  struct Worker {
    Elapsed powered;  ///< and neither cut off by a fault nor waiting for its window
    bool is_on = false;
    bool is_cut_off = false;
    bool is_closed = false;
    TextId job{};
    std::uint32_t execution = 0;
    bool is_open = false;
    std::uint64_t opened_seq = 0;
    std::int64_t opened_us = 0;
    std::int64_t powered_before_us = 0;
  };
  void set_power(CartId id, bool is_on, std::int64_t now_us) {
    Worker& cart = carts_[id];
    cart.is_on = is_on;
    cart.powered.set(is_on && !cart.is_cut_off && !cart.is_closed, now_us);
  }
  static std::int64_t worked_us(const Worker& cart, std::int64_t now_us) {
    return cart.powered.total_us(now_us) - cart.powered_before_us;
  }
  void judge(Place place, CartId id, const Worker& cart, std::int64_t now_us, const char* what) {
    const std::int64_t worked = worked_us(cart, now_us);
    if (worked > within_us_) {
      tally_.violate(place, id, "execution {} {} after {} of powered time, allowed are {}",
                     cart.execution, what, span_text(worked), span_text(within_us_));
    }
  }

  std::int64_t within_us_;
  const TextTable& texts_;
  CartTable<Worker> carts_;
};

}  // namespace

CheckPointer make_attempt_terminates(const CheckParameters& parameters, const TextTable& texts) {
  return std::make_unique<AttemptTerminates>(parameters, texts);
}

}  // namespace cartstorm::report

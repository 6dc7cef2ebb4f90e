#include <algorithm>
#include <set>

#include "reports/check/cart_table.hpp"
#include "reports/check/check_of.hpp"
#include "reports/check/checks.hpp"
#include "reports/check/elapsed.hpp"
#include "reports/trace/print.hpp"

namespace cartstorm::report {
namespace {

/// T_conv: a cart that was powered and connected this long in the quiet end must be done.
constexpr std::int64_t converge_within_us = 30LL * 60'000'000;
/// And it must have been at rest for so long: a cart in a retry loop is idle between two tries.
constexpr std::int64_t at_rest_us = 10LL * 60'000'000;

/// L2: at the end of the quiet phase every cart that was reachable in it is idle and runs the
/// version it came with or one that it durably confirmed.
class Converges final
    : public CheckOf<Converges, Run, Cart, Power, Reset, Transport, StateChange, Jump, Confirm> {
 public:
  Converges() : CheckOf{"converges"} {}

  void see(const Record&, const Run& row) { quiet_from_us_ = row.quiet_from_us; }
  void see(const Record&, const Cart& row) {
    carts_[row.cart].confirmed.insert(row.version);
    carts_[row.cart].running = row.version;
  }
  void see(const Record& at, const Power& row) {
    Settler& cart = carts_[row.cart];
    cart.powered.set(row.on, at.time_us);
    if (!row.on) {
      cart.linked.set(false, at.time_us);
    }
  }
  void see(const Record& at, const Reset& row) {
    if (row.cause == ResetCause::panic || row.cause == ResetCause::watchdog) {
      carts_[row.cart].crashed_us = at.time_us;
      carts_[row.cart].crash_seq = at.seq;
    }
  }
  void see(const Record& at, const Transport& row) {
    carts_[row.cart].linked.set(row.event == LinkEvent::connect, at.time_us);
  }
  void see(const Record& at, const StateChange& row) {
    Settler& cart = carts_[row.cart];
    cart.state = row.to;
    cart.state_seq = at.seq;
    cart.state_us = at.time_us;
  }
  void see(const Record&, const Jump& row) { carts_[row.cart].running = row.version; }
  void see(const Record&, const Confirm& row) {
    if (row.phase == Phase::durable) {
      carts_[row.cart].confirmed.insert(row.version);
    }
  }
  void conclude(std::int64_t ends_us) {
    carts_.each([&](CartId id, const Settler& cart) { judge(id, cart, ends_us); });
  }

 private:
  struct Settler {
    Elapsed linked;
    Elapsed powered;
    std::int64_t crashed_us = INT64_MIN;
    std::uint64_t crash_seq = 0;
    std::set<Version> confirmed;
    Version running{};
    AgentState state = AgentState::starting;
    std::uint64_t state_seq = 0;
    std::int64_t state_us = INT64_MIN;
  };
  void judge(CartId id, const Settler& cart, std::int64_t ends_us) {
    // A cart in a crash loop is never connected for long; that must not excuse it.
    const std::int64_t powered_us =
        std::min(cart.powered.unbroken_us(ends_us), ends_us - quiet_from_us_);
    if (powered_us >= converge_within_us && cart.crashed_us > ends_us - at_rest_us) {
      tally_.premise();
      tally_.violate({cart.crash_seq, cart.crashed_us}, id,
                     "still crashing after {} of power in "
                     "the quiet end",
                     span_text(powered_us));
      return;
    }
    const std::int64_t reachable_us =
        std::min(cart.linked.unbroken_us(ends_us), ends_us - quiet_from_us_);
    if (reachable_us < converge_within_us) {
      return;
    }
    tally_.premise();
    const Place place{cart.state_seq, ends_us};
    if (cart.state != AgentState::idle) {
      tally_.violate(place, id, "still {} after {} of connection in the quiet end",
                     name(cart.state), span_text(reachable_us));
    } else if (cart.state_us > ends_us - at_rest_us) {
      tally_.violate(place, id, "not at rest after {} of connection in the quiet end",
                     span_text(reachable_us));
    } else if (!cart.confirmed.contains(cart.running)) {
      tally_.violate(place, id, "runs {}, which it never confirmed", version_text(cart.running));
    }
  }

  std::int64_t quiet_from_us_ = INT64_MAX;
  CartTable<Settler> carts_;
};

}  // namespace

CheckPointer make_converges(const CheckParameters&, const TextTable&) {
  return std::make_unique<Converges>();
}

}  // namespace cartstorm::report

#include "reports/check/cart_table.hpp"
#include "reports/check/check_of.hpp"
#include "reports/check/checks.hpp"
#include "reports/check/releases.hpp"

namespace cartstorm::report {
namespace {

/// F11: when a later stage starts, every cart that is still to come holds the anchor it will need,
/// by its own word at that time: one that lost it since the rollout was created, or joined later,
/// counts like any other. Customers who refuse updates are not to come.
class PrereqRecheck final
    : public CheckOf<PrereqRecheck, Cart, Image, Anchor, Consent, MetricRx, Stage, Target> {
 public:
  explicit PrereqRecheck(const TextTable& texts) : CheckOf{"prereq_recheck"}, texts_{texts} {}

  void see(const Record&, const Cart& row) {
    releases_.see(row);
    change(row.cart, [](Joiner& cart) { cart.is_known = true; });
  }
  void see(const Record&, const Image& row) {
    releases_.see(row);
    const Image* const target = releases_.target();
    required_ = target == nullptr ? 0 : target->requires_ca;
  }
  void see(const Record&, const Anchor& row) {
    if (row.anchor != required_ || required_ == 0) {
      return;
    }
    if (row.event == AnchorEvent::ack) {
      change(row.cart, [](Joiner& cart) { cart.has_it = true, cart.has_lost_it = false; });
    } else if (row.event == AnchorEvent::removed || row.event == AnchorEvent::expired) {
      carts_[row.cart].has_lost_it = true;
    }
  }
  void see(const Record&, const MetricRx& row) {
    // The cloud can know of the loss from the next heartbeat on.
    if (required_ != 0 && row.metric == MetricName::heartbeat && carts_[row.cart].has_lost_it) {
      change(row.cart, [](Joiner& cart) { cart.has_it = false, cart.has_lost_it = false; });
    }
  }
  void see(const Record&, const Consent& row) {
    if (row.event == ConsentEvent::opt_out || row.event == ConsentEvent::opt_in) {
      change(row.cart, [&](Joiner& cart) { cart.refuses = row.event == ConsentEvent::opt_out; });
    }
  }
  void see(const Record&, const Target& row) {
    if (row.event == TargetEvent::queued) {
      change(row.cart, [](Joiner& cart) { cart.is_targeted = true; });
    }
  }
  void see(const Record& at, const Stage& row) {
    if (row.event == StageEvent::requested) {
      begin_anew();
    }
    if (row.event != StageEvent::start) {
      return;
    }
    if (has_started_ && required_ != 0) {
      tally_.premise();
      if (lacking_ > 0) {
        tally_.violate(at, no_cart,
                       "stage {} started while {} carts still to come lacked anchor {:016x}",
                       texts_.text(row.stage_name), lacking_, required_);
      }
    }
    has_started_ = true;
  }

 private:
  struct Joiner {
    bool is_known = false;
    bool is_targeted = false;
    bool has_it = false;
    bool has_lost_it = false;  ///< and no heartbeat has said so yet
    bool refuses = false;
    bool lacks() const { return is_known && !is_targeted && !has_it && !refuses; }
  };
  void begin_anew() {
    lacking_ = 0;
    carts_.each([this](CartId, Joiner& cart) {
      cart.is_targeted = false;
      lacking_ += cart.lacks() ? 1 : 0;
    });
    has_started_ = false;
  }
  template <class Change>
  void change(CartId id, Change&& apply) {
    Joiner& cart = carts_[id];
    lacking_ -= cart.lacks() ? 1 : 0;
    apply(cart);
    lacking_ += cart.lacks() ? 1 : 0;
  }

  const TextTable& texts_;
  Releases releases_;
  CartTable<Joiner> carts_;
  std::uint64_t required_ = 0;
  std::uint64_t lacking_ = 0;
  bool has_started_ = false;
};

}  // namespace

CheckPointer make_prereq_recheck(const CheckParameters&, const TextTable& texts) {
  return std::make_unique<PrereqRecheck>(texts);
}

}  // namespace cartstorm::report

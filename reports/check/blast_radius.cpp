#include <optional>

#include "reports/check/cart_table.hpp"
#include "reports/check/check_of.hpp"
#include "reports/check/checks.hpp"
#include "reports/check/releases.hpp"
#include "reports/trace/print.hpp"

namespace cartstorm::report {
namespace {

/// F13: only carts of started stages ever start the new version, never more than these stages
/// have, and after a hold nobody begins who had not begun before, until a person releases it. The
/// last part does not hold where the plan lets queued executions run. A newer rollout has targets
/// and a radius of its own; who was at work for the one before may finish and is not counted.
class BlastRadius final : public CheckOf<BlastRadius, Cart, Image, Stage, Target, JobRx, Jump> {
 public:
  BlastRadius(const CheckParameters& parameters, const TextTable& texts)
      : CheckOf{"blast_radius"}, is_hold_final_{parameters.hold_cancels_queued}, texts_{texts} {}

  void see(const Record&, const Cart& row) { releases_.see(row); }
  void see(const Record&, const Image& row) {
    releases_.see(row);
    // Of a release that is new nobody has begun anything, for this rollout or for an older one.
    carts_.each([](CartId, Struck& cart) {
      cart.is_targeted = cart.is_of_older = cart.has_jumped = false;
    });
  }
  void see(const Record& at, const Stage& row) {
    if (row.event == StageEvent::requested) {
      begin_rollout();
    } else if (row.event == StageEvent::start) {
      radius_ += row.carts;
    } else if (row.event == StageEvent::hold) {
      held_us_ = at.time_us;
    } else if (row.event == StageEvent::release && is_person(texts_.text(row.actor))) {
      held_us_.reset();
    }
  }
  void see(const Record&, const Target& row) {
    if (row.event == TargetEvent::queued) {
      carts_[row.cart].is_targeted = true;
      carts_[row.cart].is_of_older = false;
    }
  }
  void see(const Record& at, const JobRx& row) {
    if (!row.accepted) {
      return;
    }
    Struck& cart = carts_[row.cart];
    if (row.status == JobStatus::in_progress) {
      cart.began_us = cart.began_us.value_or(at.time_us);
      cart.is_at_work = true;
    } else if (row.status == JobStatus::succeeded || row.status == JobStatus::failed ||
               row.status == JobStatus::rejected) {
      cart.is_at_work = false;  // else the cloud gave up, which the cart need not know
    }
  }
  void see(const Record& at, const Jump& row) {
    const Image* const target = releases_.target();
    if (target == nullptr || row.version != target->version) {
      return;
    }
    Struck& cart = carts_[row.cart];
    if (cart.has_jumped) {
      return;
    }
    cart.has_jumped = true;
    tally_.premise();
    if (cart.is_of_older) {
      return;
    }
    ++jumped_;
    if (!cart.is_targeted) {
      tally_.violate(at, row.cart, "started {} although no stage targeted it",
                     version_text(row.version));
    } else if (jumped_ > radius_) {
      tally_.violate(at, row.cart, "cart number {} starts {}, the stages so far have {}", jumped_,
                     version_text(row.version), radius_);
    } else if (is_hold_final_ && held_us_ && cart.began_us && *cart.began_us > *held_us_) {
      tally_.violate(at, row.cart, "began at {}, after the hold of {}, and now starts {}",
                     moment_text(*cart.began_us), moment_text(*held_us_),
                     version_text(row.version));
    }
  }

 private:
  struct Struck {
    std::optional<std::int64_t> began_us;
    bool is_targeted = false;
    bool is_at_work = false;
    bool is_of_older = false;  ///< it finishes what a superseded rollout asked of it
    bool has_jumped = false;
  };

  void begin_rollout() {
    held_us_.reset();
    radius_ = jumped_ = 0;
    carts_.each([](CartId, Struck& cart) {
      cart.is_targeted &= cart.is_at_work;
      cart.is_of_older = cart.is_targeted;
      if (!cart.is_at_work) {
        cart.began_us.reset();
      }
    });
  }

  bool is_hold_final_;
  const TextTable& texts_;
  Releases releases_;
  CartTable<Struck> carts_;
  std::optional<std::int64_t> held_us_;
  std::uint64_t radius_ = 0, jumped_ = 0;
};

}  // namespace

CheckPointer make_blast_radius(const CheckParameters& parameters, const TextTable& texts) {
  return std::make_unique<BlastRadius>(parameters, texts);
}

}  // namespace cartstorm::report

#include <set>

#include "reports/check/cart_table.hpp"
#include "reports/check/check_of.hpp"
#include "reports/check/checks.hpp"

namespace cartstorm::report {
namespace {

/// F1: work on an execution, and a successful answer of the object store, only for carts that a
/// started stage has targeted. An execution that is merely queued is the service's own bookkeeping.
/// Targets are of one rollout: when a newer one begins, only a cart that is at work may finish.
class StageContainment final : public CheckOf<StageContainment, Stage, Target, JobRx, Http> {
 public:
  StageContainment() : CheckOf{"stage_containment"} {}

  void see(const Record&, const Stage& row) {
    if (row.event == StageEvent::requested) {
      ++rollout_;
      carts_.each([](CartId, Targeted& cart) { cart.is_targeted &= cart.is_at_work; });
    } else if (row.event == StageEvent::start) {
      started_.emplace(rollout_, row.stage);
    }
  }
  void see(const Record&, const Target& row) {
    if (row.event == TargetEvent::queued) {
      Targeted& cart = carts_[row.cart];
      cart.rollout = rollout_;
      cart.stage = row.stage;
      cart.is_targeted = true;
    }
  }
  void see(const Record& at, const JobRx& row) {
    if (row.accepted && (row.status == JobStatus::in_progress || is_worked_off(row.status))) {
      judge(at, row.cart, "worked on an execution");
      // What the cloud alone takes back or gives up is not over for the cart.
      carts_[row.cart].is_at_work = row.status == JobStatus::in_progress;
    }
  }
  void see(const Record& at, const Http& row) {
    if (row.status == 200 || row.status == 206) {
      judge(at, row.cart, "got bytes of the image");
    }
  }

 private:
  struct Targeted {
    std::uint32_t rollout = 0;
    std::uint32_t stage = 0;
    bool is_targeted = false;
    bool is_at_work = false;
  };
  static bool is_worked_off(JobStatus status) {
    return status == JobStatus::succeeded || status == JobStatus::failed ||
           status == JobStatus::rejected;
  }
  void judge(const Record& at, CartId cart, const char* what) {
    tally_.premise();
    const Targeted& targeted = carts_[cart];
    if (!targeted.is_targeted) {
      tally_.violate(at, cart, "{} although no stage targeted it", what);
    } else if (!started_.contains({targeted.rollout, targeted.stage})) {
      tally_.violate(at, cart, "{} although stage {} has not started", what, targeted.stage);
    }
  }

  std::set<std::pair<std::uint32_t, std::uint32_t>> started_;  ///< rollout and stage
  std::uint32_t rollout_ = 0;                                  ///< how many were asked for
  CartTable<Targeted> carts_;
};

}  // namespace

CheckPointer make_stage_containment(const CheckParameters&, const TextTable&) {
  return std::make_unique<StageContainment>();
}

}  // namespace cartstorm::report

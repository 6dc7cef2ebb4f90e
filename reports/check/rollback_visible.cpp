#include <map>

#include "reports/check/cart_table.hpp"
#include "reports/check/check_of.hpp"
#include "reports/check/checks.hpp"
#include "reports/check/releases.hpp"

namespace cartstorm::report {
namespace {

/// F8: at every report instant each cart of a stage is accounted for. The carts that a stage
/// targeted, and those of them that have an execution or wait for their window, are the number it
/// counts; and what the
/// device rule counts as bad contains every cart of which the cloud knows a rollback, unless a
/// person's release accepted it.
class RollbackVisible final
    : public CheckOf<RollbackVisible, Cart, Image, Stage, Target, JobRx, MetricRx, HaltEval> {
 public:
  explicit RollbackVisible(const TextTable& texts) : CheckOf{"rollback_visible"}, texts_{texts} {}

  void see(const Record&, const Cart& row) { releases_.see(row); }
  void see(const Record&, const Image& row) { releases_.see(row); }
  void see(const Record& at, const Stage& row) {
    if (row.event == StageEvent::requested) {
      begin_anew();
    } else if (row.event == StageEvent::start) {
      Books& books = stages_[row.stage];
      books.carts = row.carts;
    } else if (row.event == StageEvent::release && is_person(texts_.text(row.actor))) {
      accept_bad();
    } else if (stages_.contains(row.stage)) {
      tally_.premise();
      judge(at, row.stage);
    }
  }
  void see(const Record&, const Target& row) {
    Seen& cart = carts_[row.cart];
    if (row.event == TargetEvent::queued && cart.is_waiting) {
      cart.is_waiting = false;
      --stages_[cart.stage].waiting;
    }
    if (row.event == TargetEvent::excluded || cart.is_targeted) {
      return;
    }
    cart.is_targeted = true;
    cart.stage = row.stage;
    ++targeted_;
    ++stages_[row.stage].targeted;
    // Eligible is whom a stage has taken and whose local window is still closed.
    cart.is_waiting = row.event == TargetEvent::eligible;
    stages_[row.stage].waiting += cart.is_waiting ? 1 : 0;
  }
  void see(const Record&, const JobRx& row) {
    Seen& cart = carts_[row.cart];
    if (!row.accepted || !cart.is_targeted) {
      return;
    }
    if (!cart.has_execution) {
      cart.has_execution = true;
      ++stages_[cart.stage].with_execution;
    }
    cart.is_bad |= row.status == JobStatus::failed || row.status == JobStatus::rejected ||
                   row.status == JobStatus::timed_out;
  }
  void see(const Record&, const MetricRx& row) {
    const Image* const target = releases_.target();
    if (row.metric != MetricName::rollback || !row.counted || target == nullptr ||
        row.version != target->version) {
      return;
    }
    Seen& cart = carts_[row.cart];
    cart.is_bad = true;
    if (cart.is_targeted && !cart.is_accepted && !cart.has_rolled_back) {
      cart.has_rolled_back = true;
      ++rolled_back_;
    }
  }
  void see(const Record& at, const HaltEval& row) {
    if (texts_.text(row.rule) != "devices" || !stages_.contains(row.stage)) {
      return;
    }
    tally_.premise();
    judge(at, row.stage);
    if (row.e_new_ms != targeted_) {
      tally_.violate(at, no_cart, "the device rule counts {} carts, {} were targeted", row.e_new_ms,
                     targeted_);
    } else if (row.x < rolled_back_) {
      tally_.violate(at, no_cart,
                     "the device rule counts {} bad carts, and {} are known to have rolled back",
                     row.x, rolled_back_);
    }
  }

 private:
  struct Books {
    std::uint64_t carts = 0, targeted = 0, waiting = 0, with_execution = 0;
  };
  struct Seen {
    std::uint32_t stage = 0;
    bool is_targeted = false;
    bool is_waiting = false;
    bool has_execution = false;
    bool is_bad = false;
    bool has_rolled_back = false;  ///< and was not accepted
    bool is_accepted = false;
  };
  void judge(const Record& at, std::uint32_t stage) {
    const Books& books = stages_[stage];
    if (books.targeted != books.carts || books.with_execution + books.waiting != books.carts) {
      tally_.violate(at, no_cart,
                     "stage {} counts {} carts, targeted {}, {} of them wait for their window and "
                     "{} have an execution",
                     stage, books.carts, books.targeted, books.waiting, books.with_execution);
    }
  }
  /// A newer rollout counts its own carts from nothing.
  void begin_anew() {
    carts_.each([](CartId, Seen& cart) { cart = {}; });
    stages_.clear();
    targeted_ = rolled_back_ = 0;
  }
  void accept_bad() {
    carts_.each([](CartId, Seen& cart) {
      cart.is_accepted |= cart.is_bad;
      cart.has_rolled_back = false;
    });
    rolled_back_ = 0;
  }

  const TextTable& texts_;
  Releases releases_;
  CartTable<Seen> carts_;
  std::map<std::uint32_t, Books> stages_;
  std::uint64_t targeted_ = 0, rolled_back_ = 0;
};

}  // namespace

CheckPointer make_rollback_visible(const CheckParameters&, const TextTable& texts) {
  return std::make_unique<RollbackVisible>(texts);
}

}  // namespace cartstorm::report

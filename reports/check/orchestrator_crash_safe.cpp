#include <algorithm>
#include <map>

#include "reports/check/cart_table.hpp"
#include "reports/check/check_of.hpp"
#include "reports/check/checks.hpp"

namespace cartstorm::report {
namespace {

/// F14: what the controller did it does once, however often it is killed. No stage starts twice, no
/// denominator changes, no cart is targeted twice, no job comes to a cart twice, and no targeted
/// cart is without one.
class OrchestratorCrashSafe final
    : public CheckOf<OrchestratorCrashSafe, Stage, Target, JobRx, Fault> {
 public:
  explicit OrchestratorCrashSafe(const TextTable& texts)
      : CheckOf{"orchestrator_crash_safe"}, texts_{texts} {}

  void see(const Record&, const Fault& row) {
    const bool is_kill = texts_.text(row.fault).starts_with("controller_killed");
    tally_.premise(is_kill && row.event == FaultEvent::fire ? 1 : 0);
  }
  void see(const Record& at, const Stage& row) {
    if (row.event == StageEvent::requested) {
      begin_anew();
    } else if (row.event == StageEvent::start) {
      tally_.premise();
      const auto [known, is_new] = stages_.emplace(row.stage, row.carts);
      if (!is_new) {
        tally_.violate(at, no_cart, "stage {} started again, with {} carts instead of {}",
                       texts_.text(row.stage_name), row.carts, known->second);
      }
    } else if (row.event == StageEvent::complete || row.event == StageEvent::hold) {
      judge_lost(at);
    }
  }
  void see(const Record& at, const Target& row) {
    if (row.event != TargetEvent::queued) {
      return;
    }
    Served& cart = carts_[row.cart];
    if (cart.is_targeted) {
      tally_.violate(at, row.cart, "targeted again by stage {}", row.stage);
    }
    without_job_ += cart.is_targeted || !cart.jobs.empty() ? 0U : 1U;
    cart.is_targeted = true;
  }
  void see(const Record& at, const JobRx& row) {
    if (!row.accepted || row.status != JobStatus::queued) {
      return;
    }
    Served& cart = carts_[row.cart];
    if (std::find(cart.jobs.begin(), cart.jobs.end(), row.job) != cart.jobs.end()) {
      tally_.violate(at, row.cart, "job {} came a second time", texts_.text(row.job));
      return;
    }
    without_job_ -= cart.is_targeted && cart.jobs.empty() ? 1U : 0U;
    cart.jobs.push_back(row.job);
  }
  void conclude(std::int64_t ends_us) { judge_lost({0, ends_us}); }

 private:
  struct Served {
    std::vector<TextId> jobs;  ///< few: one, and one more after each release
    bool is_targeted = false;
  };
  /// A newer rollout targets the same carts again, once.
  void begin_anew() {
    stages_.clear();
    carts_.each([](CartId, Served& cart) {
      cart.is_targeted = false;
      cart.jobs.clear();
    });
    without_job_ = 0;
  }
  void judge_lost(Place place) {
    if (without_job_ > 0) {
      tally_.violate(place, no_cart, "{} targeted carts have no job", without_job_);
    }
  }

  const TextTable& texts_;
  std::map<std::uint32_t, std::uint32_t> stages_;  ///< started, with their denominators
  CartTable<Served> carts_;
  std::uint64_t without_job_ = 0;
};

}  // namespace

CheckPointer make_orchestrator_crash_safe(const CheckParameters&, const TextTable& texts) {
  return std::make_unique<OrchestratorCrashSafe>(texts);
}

}  // namespace cartstorm::report

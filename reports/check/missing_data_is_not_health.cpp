#include "reports/check/cart_table.hpp"
#include "reports/check/check_of.hpp"
#include "reports/check/checks.hpp"

namespace cartstorm::report {
namespace {

/// At most one cart in ten of a stage may be without an outcome when it is left, and at most one in
/// twenty of all targeted carts silent; a single one always may.
constexpr std::uint64_t unknown_of = 10;
constexpr std::uint64_t silent_of = 20;

/// F7: carts that took the job and stopped reporting are no success. The system leaves a stage only
/// if nearly all of its carts have an outcome and few of those that were reached fell silent. What
/// a person's release accepted counts no more.
class MissingDataIsNotHealth final
    : public CheckOf<MissingDataIsNotHealth, Stage, Target, Transport, JobRx, MetricRx> {
 public:
  MissingDataIsNotHealth(const CheckParameters& parameters, const TextTable& texts)
      : CheckOf{"missing_data_is_not_health"},
        silent_after_us_{parameters.silent_after_us},
        texts_{texts} {}

  void see(const Record& at, const Stage& row) {
    if (row.event == StageEvent::requested) {
      // A newer rollout has carts of its own, and hears of them anew.
      carts_.each([](CartId, Reporter& cart) {
        cart.is_targeted = cart.has_outcome = cart.is_accepted = false;
      });
    } else if (row.event == StageEvent::start) {
      is_released_ = false;
    } else if (row.event == StageEvent::release && is_person(texts_.text(row.actor))) {
      is_released_ = true;
      carts_.each([&](CartId, Reporter& cart) {
        cart.is_accepted = cart.is_targeted && (is_silent(cart, at.time_us) || !cart.has_outcome);
      });
    } else if (row.event == StageEvent::complete && !is_released_) {
      judge(at, row);
    }
  }
  void see(const Record& at, const Target& row) {
    if (row.event == TargetEvent::queued) {
      Reporter& cart = carts_[row.cart];
      cart.stage = row.stage;
      cart.is_targeted = true;
      cart.was_reached = cart.is_linked;
      cart.heard_us = at.time_us;
    }
  }
  void see(const Record& at, const Transport& row) {
    carts_[row.cart].is_linked = row.event == LinkEvent::connect;
    hear(row.cart, at.time_us);
  }
  void see(const Record& at, const JobRx& row) {
    if (row.accepted) {
      carts_[row.cart].has_outcome |= is_terminal(row.status);
      hear(row.cart, at.time_us);
    }
  }
  void see(const Record& at, const MetricRx& row) {
    // Errors are most of a trace and no sign of life that heartbeats, due every 12 h, are not.
    if (row.metric == MetricName::error) {
      return;
    }
    carts_[row.cart].has_outcome |= row.metric == MetricName::rollback && row.counted;
    hear(row.cart, at.time_us);
  }

 private:
  struct Reporter {
    std::int64_t heard_us = 0;
    std::uint32_t stage = 0;
    bool is_targeted = false;
    bool is_linked = false;
    bool was_reached = false;  ///< heard of since it was targeted
    bool has_outcome = false;
    bool is_accepted = false;  ///< by a person's release
  };
  void hear(CartId id, std::int64_t now_us) {
    Reporter& cart = carts_[id];
    cart.heard_us = now_us;
    cart.was_reached = true;
  }
  bool is_silent(const Reporter& cart, std::int64_t now_us) const {
    return cart.was_reached && now_us - cart.heard_us > silent_after_us_;
  }
  void judge(const Record& at, const Stage& row) {
    std::uint64_t targeted = 0, silent = 0, of_stage = 0, unknown = 0;
    carts_.each([&](CartId, const Reporter& cart) {
      if (!cart.is_targeted || cart.is_accepted) {
        return;
      }
      ++targeted;
      silent += is_silent(cart, at.time_us) ? 1U : 0U;
      if (cart.stage == row.stage) {
        ++of_stage;
        unknown += cart.has_outcome || is_silent(cart, at.time_us) ? 0U : 1U;
      }
    });
    tally_.premise();
    if (silent > 1 && silent * silent_of > targeted) {
      tally_.violate(at, no_cart, "stage {} was left while {} of {} targeted carts were silent",
                     texts_.text(row.stage_name), silent, targeted);
    } else if (unknown > 1 && unknown * unknown_of > of_stage) {
      tally_.violate(at, no_cart, "stage {} was left while {} of its {} carts had no outcome",
                     texts_.text(row.stage_name), unknown, of_stage);
    }
  }

  std::int64_t silent_after_us_;
  const TextTable& texts_;
  CartTable<Reporter> carts_;
  bool is_released_ = false;
};

}  // namespace

CheckPointer make_missing_data_is_not_health(const CheckParameters& parameters,
                                             const TextTable& texts) {
  return std::make_unique<MissingDataIsNotHealth>(parameters, texts);
}

}  // namespace cartstorm::report

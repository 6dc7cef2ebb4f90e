#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "reports/check/check_of.hpp"
#include "reports/check/checks.hpp"
#include "reports/trace/print.hpp"

namespace cartstorm::report {
namespace {

/// F2: stages start one after the other, each after the one before soaked and completed or a person
/// said so, and no stage's denominator changes once it started. While a person has paused the
/// rollout nothing starts, completes or is queued, and the time of it is no soak time.
class StageOrder final : public CheckOf<StageOrder, Stage, Target, HaltEval> {
 public:
  StageOrder(const CheckParameters& parameters, const TextTable& texts)
      : CheckOf{"stage_order"},
        soak_us_{parameters.stage_soak_us},
        superseding_soak_us_{parameters.superseding_soak_us},
        texts_{texts} {}

  void see(const Record&, const HaltEval& row) {
    if (has_started_ && row.stage == current_) {
      verdicts_[row.rule] = row.verdict;
    }
  }
  void see(const Record& at, const Target& row) {
    if (paused_us_ && row.event == TargetEvent::queued) {
      tally_.violate(at, row.cart, "a cart was queued while a person had paused the rollout");
    }
  }
  void see(const Record& at, const Stage& row) {
    if (row.event == StageEvent::requested) {
      begin_anew();
    } else if (row.event == StageEvent::pause) {
      tally_.premise();
      paused_us_ = at.time_us;
    } else if (row.event == StageEvent::resume) {
      resume(at);
    }
    if (row.event == StageEvent::start) {
      start(at, row);
      return;
    }
    if (!has_started_ || row.stage != current_) {
      return;
    }
    if (row.carts != 0 && row.carts != carts_) {
      tally_.violate(at, no_cart, "stage {} started with {} carts and now counts {}",
                     texts_.text(row.stage_name), carts_, row.carts);
    }
    if (row.event == StageEvent::complete) {
      complete(at, row);
    } else if (row.event == StageEvent::release && is_person(texts_.text(row.actor))) {
      is_released_ = true;
    }
  }

 private:
  /// A newer rollout takes the other's place, and has its own first stage.
  void begin_anew() {
    if (std::exchange(was_requested_, true)) {
      soak_us_ = superseding_soak_us_;
    }
    has_started_ = false;
    paused_us_.reset();
  }
  void start(const Record& at, const Stage& row) {
    tally_.premise();
    if (has_started_ && row.stage != current_ + 1) {
      tally_.violate(at, no_cart, "stage {} (number {}) started after stage number {}",
                     texts_.text(row.stage_name), row.stage, current_);
    } else if (has_started_ && !is_complete_ && !is_released_) {
      tally_.violate(at, no_cart, "stage {} started before the one before it was complete",
                     texts_.text(row.stage_name));
    }
    if (paused_us_) {
      tally_.violate(at, no_cart, "stage {} started while a person had paused the rollout",
                     texts_.text(row.stage_name));
    }
    if (!has_started_) {
      first_ = row.stage;
    }
    has_started_ = true;
    is_complete_ = false;
    is_released_ = false;
    current_ = row.stage;
    carts_ = row.carts;
    started_us_ = at.time_us;
    stood_still_us_ = 0;
    verdicts_.clear();
  }
  /// Undecided is not go: a stage is left by the system only if a rule said so and none objected.
  bool has_go() const {
    bool says_go = false;
    for (const auto& [rule, verdict] : verdicts_) {
      if (verdict == Verdict::hold) {
        return false;
      }
      says_go = says_go || verdict == Verdict::go;
    }
    return says_go;
  }
  void resume(const Record& at) {
    if (paused_us_) {
      stood_still_us_ += at.time_us - std::max(*paused_us_, started_us_);
    }
    paused_us_.reset();
  }
  void complete(const Record& at, const Stage& row) {
    tally_.premise();
    is_complete_ = true;
    if (paused_us_ && !is_released_) {
      tally_.violate(at, no_cart, "stage {} was complete while a person had paused the rollout",
                     texts_.text(row.stage_name));
    }
    const std::size_t place = row.stage - first_;
    const std::int64_t soaked_us = at.time_us - started_us_ - stood_still_us_;
    if (place < soak_us_.size() && soaked_us < soak_us_[place] && !is_released_) {
      tally_.violate(at, no_cart, "stage {} was complete after {}, its soak time is {}",
                     texts_.text(row.stage_name), span_text(soaked_us), span_text(soak_us_[place]));
    }
    if (!is_released_ && !has_go()) {
      tally_.violate(at, no_cart, "stage {} was left although no rule said go",
                     texts_.text(row.stage_name));
    }
  }

  std::vector<std::int64_t> soak_us_, superseding_soak_us_;
  std::map<TextId, Verdict> verdicts_;  ///< last word of each rule in the current stage
  const TextTable& texts_;
  bool was_requested_ = false;
  bool has_started_ = false;
  bool is_complete_ = false;
  bool is_released_ = false;
  std::uint32_t first_ = 0;
  std::uint32_t current_ = 0;
  std::uint32_t carts_ = 0;
  std::int64_t started_us_ = 0;
  std::int64_t stood_still_us_ = 0;        ///< of the current stage, in pauses that are over
  std::optional<std::int64_t> paused_us_;  ///< begin of the pause that lasts
};

}  // namespace

CheckPointer make_stage_order(const CheckParameters& parameters, const TextTable& texts) {
  return std::make_unique<StageOrder>(parameters, texts);
}

}  // namespace cartstorm::report

#include <optional>

#include "reports/check/check_of.hpp"
#include "reports/check/checks.hpp"
#include "reports/check/elapsed.hpp"
#include "reports/check/error_window.hpp"
#include "reports/check/releases.hpp"
#include "reports/trace/print.hpp"

namespace cartstorm::report {
namespace {

/// F3 and F4: the halt rule is computed anew from the exposure minutes. Once met, no stage starts
/// later than T_detect without a person's release after it; and after any hold nothing starts
/// before a release that names that hold. The controller's own verdicts are not consulted.
class HaltHolds final : public CheckOf<HaltHolds, Cart, Image, Exposure, Stage> {
 public:
  HaltHolds(const CheckParameters& parameters, const TextTable& texts)
      : CheckOf{"halt_holds"},
        parameters_{parameters},
        texts_{texts},
        window_{parameters.halt_window_us / minute_us} {}

  void see(const Record&, const Cart& row) { releases_.see(row); }
  void see(const Record&, const Image& row) { releases_.see(row); }
  void see(const Record&, const Exposure& row) {
    if (!window_.is_empty() && row.minute > window_.last_minute()) {
      judge_window();
    }
    const Image* const target = releases_.target();
    const bool is_new = target != nullptr && row.version == target->version;
    if (is_new || row.version == releases_.base()) {
      window_.add(row.minute, is_new, row.device_ms, row.errors);
    }
  }
  void see(const Record& at, const Stage& row) {
    if (!window_.is_empty()) {
      judge_window();
    }
    if (row.event == StageEvent::requested) {
      open_hold_.reset();
      exceeded_us_.reset();
      has_started_ = false;
    } else if (row.event == StageEvent::start) {
      start(at, row);
    } else if (row.event == StageEvent::hold) {
      tally_.premise();
      open_hold_ = row.hold_id;
    } else if (row.event == StageEvent::release) {
      release(at, row);
    }
  }

 private:
  /// The window that ends now; it counts only if it began after the rollout and the last release.
  void judge_window() {
    const bool is_whole = has_started_ && window_.first_minute() * minute_us >= judged_from_us_;
    if (exceeded_us_ || !is_whole ||
        !exceeds(window_.sum(), parameters_.halt_ratio, parameters_.halt_min_expected)) {
      return;
    }
    tally_.premise();
    exceeded_us_ = (window_.last_minute() + 1) * minute_us;
    exceeded_ = window_.sum();
  }
  void start(const Record& at, const Stage& row) {
    if (open_hold_) {
      tally_.violate(at, no_cart, "stage {} started while hold {} was not released",
                     texts_.text(row.stage_name), *open_hold_);
    } else if (exceeded_us_ && at.time_us > *exceeded_us_ + parameters_.halt_detect_us) {
      tally_.violate(at, no_cart,
                     "stage {} started although the rule was met at {} ({} new errors in {} s, {} "
                     "old in {} s) and nobody released it",
                     texts_.text(row.stage_name), moment_text(*exceeded_us_), exceeded_.x,
                     exceeded_.e_new_ms / 1000, exceeded_.y, exceeded_.e_old_ms / 1000);
    }
    if (!has_started_) {
      has_started_ = true;
      judged_from_us_ = at.time_us;
    }
  }
  void release(const Record& at, const Stage& row) {
    if (!open_hold_ || *open_hold_ != row.hold_id) {
      tally_.violate(at, no_cart, "hold {} was released, but it is not the hold in force",
                     row.hold_id);
    } else if (!is_person(texts_.text(row.actor))) {
      tally_.violate(at, no_cart, "hold {} was released by no person", row.hold_id);
    } else {
      open_hold_.reset();
      exceeded_us_.reset();
      judged_from_us_ = at.time_us;
    }
  }

  CheckParameters parameters_;
  const TextTable& texts_;
  Releases releases_;
  ErrorWindow window_;
  ErrorWindow::Arms exceeded_;
  std::optional<std::int64_t> exceeded_us_;
  std::optional<std::uint32_t> open_hold_;
  std::int64_t judged_from_us_ = 0;
  bool has_started_ = false;
};

}  // namespace

CheckPointer make_halt_holds(const CheckParameters& parameters, const TextTable& texts) {
  return std::make_unique<HaltHolds>(parameters, texts);
}

}  // namespace cartstorm::report

#include <optional>

#include "reports/check/check_of.hpp"
#include "reports/check/checks.hpp"

namespace cartstorm::report {
namespace {

/// F4: a hold lasts until a person releases it or aborts. Neither a restart of the controller nor
/// metrics that recover nor time lead out of it: until then nothing starts, completes or ends, no
/// cart is targeted and no execution queued, and no other hold takes its place.
class HaltIsSticky final : public CheckOf<HaltIsSticky, Stage, Target, JobRx> {
 public:
  explicit HaltIsSticky(const TextTable& texts) : CheckOf{"halt_is_sticky"}, texts_{texts} {}

  void see(const Record& at, const Stage& row) {
    switch (row.event) {
      case StageEvent::hold:
        tally_.premise();
        if (open_) {
          tally_.violate(at, no_cart, "hold {} began although hold {} was never released",
                         row.hold_id, *open_);
        }
        open_ = row.hold_id;
        return;
      case StageEvent::release:
      case StageEvent::abort:
        if (is_person(texts_.text(row.actor))) {
          open_.reset();
        }
        return;
      case StageEvent::start:
      case StageEvent::complete:
      case StageEvent::end:
        judge(at, no_cart, name(row.event));
        return;
      case StageEvent::requested:
      case StageEvent::refused:
      case StageEvent::pause:
      case StageEvent::resume:  // of a pause beside the hold, which stays
        return;
    }
  }
  void see(const Record& at, const Target& row) {
    if (row.event == TargetEvent::queued) {
      judge(at, row.cart, "target");
    }
  }
  void see(const Record& at, const JobRx& row) {
    if (row.accepted && row.status == JobStatus::queued) {
      judge(at, row.cart, "new execution");
    }
  }

 private:
  void judge(const Record& at, CartId cart, std::string_view what) {
    if (open_) {
      tally_.violate(at, cart, "a {} of the rollout while hold {} was not released", what, *open_);
    }
  }

  const TextTable& texts_;
  std::optional<std::uint32_t> open_;
};

}  // namespace

CheckPointer make_halt_is_sticky(const CheckParameters&, const TextTable& texts) {
  return std::make_unique<HaltIsSticky>(texts);
}

}  // namespace cartstorm::report

#include <algorithm>
#include <optional>

#include "reports/check/cart_table.hpp"
#include "reports/check/check_of.hpp"
#include "reports/check/checks.hpp"
#include "reports/check/releases.hpp"
#include "reports/trace/print.hpp"

namespace cartstorm::report {
namespace {

/// F10: when the first stage starts, every cart that the rollout will ever target has acknowledged
/// the anchor its image needs, and it still has it when its own stage comes.
class CaPrereq final : public CheckOf<CaPrereq, Cart, Image, Anchor, Stage, Target> {
 public:
  CaPrereq() : CheckOf{"ca_prereq"} {}

  void see(const Record&, const Cart& row) { releases_.see(row); }
  void see(const Record&, const Image& row) { releases_.see(row); }
  void see(const Record& at, const Anchor& row) {
    // All anchors are kept: an acknowledgement may come before the image that needs it is known.
    Holding& holding = carts_[row.cart].of(row.anchor);
    if (row.event == AnchorEvent::ack) {
      holding.has_it = true;
      holding.first_ack_us = std::min(holding.first_ack_us, at.time_us);
    } else if (row.event == AnchorEvent::removed || row.event == AnchorEvent::expired) {
      holding.has_it = false;
    }
  }
  void see(const Record& at, const Stage& row) {
    if (row.event == StageEvent::start && !first_start_us_) {
      first_start_us_ = at.time_us;
    }
  }
  void see(const Record& at, const Target& row) {
    const Image* const target = releases_.target();
    if (row.event != TargetEvent::queued || target == nullptr || target->requires_ca == 0) {
      return;
    }
    tally_.premise();
    const Holding& holding = carts_[row.cart].of(target->requires_ca);
    if (!holding.has_it) {
      tally_.violate(at, row.cart,
                     "targeted by stage {} without having acknowledged anchor {:016x}", row.stage,
                     target->requires_ca);
    } else if (first_start_us_ && holding.first_ack_us > *first_start_us_) {
      tally_.violate(at, row.cart, "anchor {:016x} was acknowledged at {}, after the first stage",
                     target->requires_ca, moment_text(holding.first_ack_us));
    }
  }

 private:
  struct Holding {
    std::uint64_t anchor;
    std::int64_t first_ack_us = INT64_MAX;
    bool has_it = false;
  };
  struct Holder {
    std::vector<Holding> anchors;  ///< few: a cart's trust store has four places
    Holding& of(std::uint64_t anchor) {
      for (Holding& holding : anchors) {
        if (holding.anchor == anchor) {
          return holding;
        }
      }
      return anchors.emplace_back(Holding{.anchor = anchor});
    }
  };

  Releases releases_;
  std::optional<std::int64_t> first_start_us_;
  CartTable<Holder> carts_;
};

}  // namespace

CheckPointer make_ca_prereq(const CheckParameters&, const TextTable&) {
  return std::make_unique<CaPrereq>();
}

}  // namespace cartstorm::report

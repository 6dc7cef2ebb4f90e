#include <algorithm>

#include "reports/check/cart_table.hpp"
#include "reports/check/check_of.hpp"
#include "reports/check/checks.hpp"
#include "reports/check/elapsed.hpp"
#include "reports/trace/print.hpp"

namespace cartstorm::report {
namespace {

/// Connected this long with an open telemetry channel, a cart must have got its report through:
/// longer than the longest pause between two tries (one hour).
constexpr std::int64_t report_within_us = 65LL * 60'000'000;

bool holds_up_reports(std::string_view fault) {
  return fault.starts_with("metric_lost") || fault.starts_with("metric_delayed") ||
         fault.starts_with("metric_reordered");
}

/// D19: every occurrence is counted exactly once as soon as the cart had connectivity, and the cart
/// forgets it only after it was counted.
class RollbackReportedOnce final : public CheckOf<RollbackReportedOnce, Run, Power, Transport,
                                                  Fault, Rollback, MetricRx, RollbackCleared> {
 public:
  explicit RollbackReportedOnce(const TextTable& texts)
      : CheckOf{"rollback_reported_once"}, texts_{texts} {}

  void see(const Record&, const Run& row) { quiet_from_us_ = row.quiet_from_us; }
  void see(const Record& at, const Power& row) {
    if (!row.on) {
      set_link(row.cart, false, at.time_us);
    }
  }
  void see(const Record& at, const Transport& row) {
    set_link(row.cart, row.event == LinkEvent::connect, at.time_us);
  }
  void see(const Record& at, const Fault& row) {
    // While a fault eats reports or holds them up, time does not count against the cart.
    if (row.cart != no_cart && holds_up_reports(texts_.text(row.fault))) {
      Reporter& cart = carts_[row.cart];
      cart.is_muted = row.event != FaultEvent::clear;
      cart.reachable.set(cart.is_linked && !cart.is_muted, at.time_us);
    }
  }
  void see(const Record& at, const Rollback& row) {
    Reporter& cart = carts_[row.cart];
    cart.occurrences.push_back(
        {row.occurrence, at.seq, at.time_us, 0, cart.reachable.total_us(at.time_us)});
  }
  void see(const Record& at, const MetricRx& row) {
    if (row.metric != MetricName::rollback || !row.counted) {
      return;
    }
    tally_.premise();
    Occurrence* const occurrence = find(row.cart, row.key);
    if (occurrence == nullptr) {
      tally_.violate(at, row.cart, "the cloud counted occurrence {:016x}, which never happened",
                     row.key);
    } else if (++occurrence->counted > 1) {
      tally_.violate(at, row.cart, "occurrence {:016x} was counted {} times", row.key,
                     occurrence->counted);
    }
  }
  void see(const Record& at, const RollbackCleared& row) {
    const Occurrence* const occurrence = find(row.cart, row.occurrence);
    if (occurrence == nullptr || occurrence->counted == 0) {
      tally_.violate(at, row.cart, "occurrence {:016x} was cleared before the cloud counted it",
                     row.occurrence);
    }
  }
  void conclude(std::int64_t ends_us) {
    carts_.each([&](CartId id, Reporter& cart) {
      if (cart.is_linked && cart.is_muted && quiet_from_us_ < ends_us) {
        cart.reachable.set(true, std::max(quiet_from_us_, cart.linked_since_us));
      }
      for (const Occurrence& occurrence : cart.occurrences) {
        judge_open(id, cart, occurrence, ends_us);
      }
    });
  }

 private:
  struct Occurrence {
    std::uint64_t key;
    std::uint64_t seq;
    std::int64_t time_us;
    std::uint32_t counted;
    std::int64_t reachable_before_us;
  };
  struct Reporter {
    std::vector<Occurrence> occurrences;
    Elapsed reachable;  ///< linked and not muted by a fault
    std::int64_t linked_since_us = 0;
    bool is_linked = false;
    bool is_muted = false;
  };

  void set_link(CartId id, bool is_linked, std::int64_t now_us) {
    Reporter& cart = carts_[id];
    if (is_linked && !cart.is_linked) {
      cart.linked_since_us = now_us;
    }
    cart.is_linked = is_linked;
    // No fault outlives the start of the quiet end, even if its clearing left no record.
    cart.is_muted = cart.is_muted && now_us < quiet_from_us_;
    cart.reachable.set(is_linked && !cart.is_muted, now_us);
  }
  Occurrence* find(CartId id, std::uint64_t key) {
    for (Occurrence& occurrence : carts_[id].occurrences) {
      if (occurrence.key == key) {
        return &occurrence;
      }
    }
    return nullptr;
  }
  void judge_open(CartId id, const Reporter& cart, const Occurrence& open, std::int64_t ends_us) {
    const std::int64_t reachable_us = cart.reachable.total_us(ends_us) - open.reachable_before_us;
    if (open.counted == 0 && reachable_us >= report_within_us) {
      tally_.premise();
      tally_.violate({open.seq, open.time_us}, id,
                     "occurrence {:016x} was never counted in {} of connection", open.key,
                     span_text(reachable_us));
    }
  }

  const TextTable& texts_;
  std::int64_t quiet_from_us_ = INT64_MAX;
  CartTable<Reporter> carts_;
};

}  // namespace

CheckPointer make_rollback_reported_once(const CheckParameters&, const TextTable& texts) {
  return std::make_unique<RollbackReportedOnce>(texts);
}

}  // namespace cartstorm::report

#include <algorithm>

#include "reports/check/cart_table.hpp"
#include "reports/check/check_of.hpp"
#include "reports/check/checks.hpp"

namespace cartstorm::report {
namespace {

/// F19: firmware_rollback_count{target_version} is the number of distinct occurrences. Of what the
/// cloud received, the first message of an occurrence counts and every repetition does not.
class CountsExact final : public CheckOf<CountsExact, MetricRx> {
 public:
  CountsExact() : CheckOf{"counts_exact"} {}

  void see(const Record& at, const MetricRx& row) {
    if (row.metric != MetricName::rollback) {
      return;
    }
    tally_.premise();
    auto& seen = carts_[row.cart];
    const bool is_known = std::find(seen.begin(), seen.end(), row.key) != seen.end();
    if (is_known && row.counted) {
      tally_.violate(at, row.cart, "occurrence {:016x} was counted again", row.key);
    } else if (!is_known && !row.counted) {
      tally_.violate(at, row.cart, "occurrence {:016x} is new and was taken for a repetition",
                     row.key);
    }
    if (!is_known) {
      seen.push_back(row.key);
    }
  }

 private:
  CartTable<std::vector<std::uint64_t>> carts_;
};

}  // namespace

CheckPointer make_counts_exact(const CheckParameters&, const TextTable&) {
  return std::make_unique<CountsExact>();
}

}  // namespace cartstorm::report

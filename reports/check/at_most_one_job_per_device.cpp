#include <algorithm>

#include "reports/check/cart_table.hpp"
#include "reports/check/check_of.hpp"
#include "reports/check/checks.hpp"

namespace cartstorm::report {
namespace {

/// F15: no cart has two executions that are not over. A newer rollout cancels the older one's
/// execution before it queues its own.
class AtMostOneJobPerDevice final : public CheckOf<AtMostOneJobPerDevice, JobRx> {
 public:
  explicit AtMostOneJobPerDevice(const TextTable& texts)
      : CheckOf{"at_most_one_job_per_device"}, texts_{texts} {}

  void see(const Record& at, const JobRx& row) {
    if (!row.accepted) {
      return;
    }
    auto& open = carts_[row.cart];
    const Execution execution{row.job, row.execution};
    const auto known = std::find(open.begin(), open.end(), execution);
    if (is_terminal(row.status)) {
      if (known != open.end()) {
        open.erase(known);
      }
      return;
    }
    if (known != open.end()) {
      return;
    }
    tally_.premise();
    if (!open.empty()) {
      tally_.violate(at, row.cart, "job {} is {} while {} is not over", texts_.text(row.job),
                     name(row.status), texts_.text(open.front().job));
    }
    open.push_back(execution);
  }

 private:
  struct Execution {
    TextId job;
    std::uint32_t number;
    bool operator==(const Execution&) const = default;
  };

  const TextTable& texts_;
  CartTable<std::vector<Execution>> carts_;
};

}  // namespace

CheckPointer make_at_most_one_job_per_device(const CheckParameters&, const TextTable& texts) {
  return std::make_unique<AtMostOneJobPerDevice>(texts);
}

}  // namespace cartstorm::report

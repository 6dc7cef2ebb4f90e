#include <algorithm>

#include "reports/check/cart_table.hpp"
#include "reports/check/check_of.hpp"
#include "reports/check/checks.hpp"
#include "reports/trace/print.hpp"

namespace cartstorm::report {
namespace {

/// D21: at most R install attempts per cart and version within W, and a pause before the third and
/// every later one. A verdict begins an attempt. A cart that merely goes on with an unfinished
/// attempt (same execution, after a reset or a pause) judges its manifest again without trying
/// again.
class BoundedRetries final
    : public CheckOf<BoundedRetries, Reset, ManifestVerdict, Rollback, JobTx> {
 public:
  explicit BoundedRetries(const CheckParameters& parameters)
      : CheckOf{"bounded_retries"},
        most_{parameters.attempts_per_window},
        window_us_{parameters.attempts_window_us},
        backoff_us_{parameters.attempt_backoff_us} {}

  void see(const Record&, const Reset& row) { carts_[row.cart].was_reset = true; }
  void see(const Record&, const Rollback& row) { carts_[row.cart].is_open = false; }
  void see(const Record&, const JobTx& row) {
    if (is_terminal(row.status)) {
      carts_[row.cart].is_open = false;
    }
  }
  void see(const Record& at, const ManifestVerdict& row) {
    Attempts& cart = carts_[row.cart];
    const bool goes_on = cart.is_open && cart.version == row.version && cart.job == row.job &&
                         cart.execution == row.execution &&
                         (cart.was_reset || at.time_us - cart.last_us >= backoff_us_);
    if (!goes_on) {
      begin(at, row, cart);
    }
    cart.last_us = at.time_us;
    cart.is_open = row.accepted;
    cart.was_reset = false;
  }

 private:
  struct Attempts {
    std::vector<std::int64_t> times_us;  ///< of the last R attempts at `version`, oldest first
    std::int64_t last_us = 0;
    std::uint64_t count = 0;
    Version version{};
    TextId job{};
    std::uint32_t execution = 0;
    bool is_open = false;
    bool was_reset = false;
  };

  void begin(const Record& at, const ManifestVerdict& row, Attempts& cart) {
    if (cart.version != row.version) {
      cart = Attempts{};
      cart.version = row.version;
    }
    cart.job = row.job;
    cart.execution = row.execution;
    tally_.premise();
    ++cart.count;
    if (cart.times_us.size() >= most_ && at.time_us - cart.times_us.front() < window_us_) {
      tally_.violate(at, row.cart, "attempt {} at {} is one more than {} within {}", cart.count,
                     version_text(row.version), most_, span_text(window_us_));
    } else if (cart.count >= 3 && at.time_us - cart.last_us < backoff_us_) {
      tally_.violate(at, row.cart, "attempt {} at {} came {} after the one before", cart.count,
                     version_text(row.version), span_text(at.time_us - cart.last_us));
    }
    if (!cart.times_us.empty() && cart.times_us.size() >= most_) {
      std::rotate(cart.times_us.begin(), cart.times_us.begin() + 1, cart.times_us.end());
      cart.times_us.pop_back();
    }
    cart.times_us.push_back(at.time_us);
  }

  std::uint32_t most_;
  std::int64_t window_us_;
  std::int64_t backoff_us_;
  CartTable<Attempts> carts_;
};

}  // namespace

CheckPointer make_bounded_retries(const CheckParameters& parameters, const TextTable&) {
  return std::make_unique<BoundedRetries>(parameters);
}

}  // namespace cartstorm::report

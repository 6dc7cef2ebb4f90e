#include <map>

#include "reports/check/cart_table.hpp"
#include "reports/check/check_of.hpp"
#include "reports/check/checks.hpp"
#include "reports/check/releases.hpp"
#include "reports/trace/print.hpp"

namespace cartstorm::report {
namespace {

/// The server's answer is a little older than the verdict made from it.
constexpr std::int64_t challenge_age_s = 120;
/// A clock off by less is not what makes a self test fail.
constexpr std::int64_t skewed_from_s = 600;

/// D13 as a trace can show it: a verdict on the validity of an image agrees with true server time,
/// however wrong the cart's clock is; and no self test fails on carts with a wrong clock only.
class ClockIndependentVerdict final : public CheckOf<ClockIndependentVerdict, Run, Cart, Image,
                                                     Jump, SelfTest, Clock, ManifestVerdict> {
 public:
  ClockIndependentVerdict() : CheckOf{"clock_independent_verdict"} {}

  void see(const Record&, const Run& row) { epoch_unix_s_ = row.epoch_unix_s; }
  void see(const Record&, const Cart& row) { releases_.see(row); }
  void see(const Record&, const Image& row) { releases_.see(row); }
  void see(const Record&, const Clock& row) { carts_[row.cart].offset_s = row.offset_s; }
  void see(const Record&, const Jump& row) { carts_[row.cart].running = row.version; }

  void see(const Record& at, const ManifestVerdict& row) {
    if (row.clock_offset_s == 0) {
      return;
    }
    tally_.premise();
    const Image* const image = releases_.find(row.version);
    if (image == nullptr) {
      return;  // a version nobody published: refused for other reasons
    }
    const std::int64_t now_s = epoch_unix_s_ + at.time_us / 1'000'000;
    const bool is_refused_by_time =
        !row.accepted && (row.reason == Reason::not_yet_valid || row.reason == Reason::expired);
    const bool is_surely_valid =
        now_s - challenge_age_s >= image->valid_from_unix_s && now_s < image->valid_until_unix_s;
    const bool is_surely_invalid =
        now_s < image->valid_from_unix_s || now_s - challenge_age_s > image->valid_until_unix_s;
    if (is_refused_by_time && is_surely_valid) {
      tally_.violate(at, row.cart, "clock off by {} s: refused {} as {} while it is valid",
                     row.clock_offset_s, version_text(row.version), name(row.reason));
    } else if (row.accepted && is_surely_invalid) {
      tally_.violate(at, row.cart, "clock off by {} s: accepted {} outside its validity",
                     row.clock_offset_s, version_text(row.version));
    }
  }
  void see(const Record& at, const SelfTest& row) {
    const State& cart = carts_[row.cart];
    SelfTests& tests = tests_[cart.running];
    const bool is_skewed = cart.offset_s > skewed_from_s || cart.offset_s < -skewed_from_s;
    if (!is_skewed) {
      ++(row.passed ? tests.passed_right : tests.failed_right);
      return;
    }
    ++tests.skewed;
    if (!row.passed) {
      tests.failed_skewed.push_back({at.seq, at.time_us, row.cart, cart.offset_s});
    }
  }
  void conclude(std::int64_t) {
    for (const auto& [version, tests] : tests_) {
      if (tests.failed_right > 0 || tests.passed_right == 0) {
        continue;  // nothing to compare with, or the test fails with a right clock too
      }
      tally_.premise(tests.skewed);
      for (const Failure& failure : tests.failed_skewed) {
        tally_.violate({failure.seq, failure.time_us}, failure.cart,
                       "self test of {} failed with a clock off by {} s and never with a right one",
                       version_text(version), failure.offset_s);
      }
    }
  }

 private:
  struct State {
    std::int64_t offset_s = 0;
    Version running{};
  };
  struct Failure {
    std::uint64_t seq;
    std::int64_t time_us;
    CartId cart;
    std::int64_t offset_s;
  };
  struct SelfTests {
    std::uint64_t passed_right = 0;
    std::uint64_t failed_right = 0;
    std::uint64_t skewed = 0;
    std::vector<Failure> failed_skewed;
  };

  std::int64_t epoch_unix_s_ = 0;
  Releases releases_;
  CartTable<State> carts_;
  std::map<Version, SelfTests> tests_;
};

}  // namespace

CheckPointer make_clock_independent_verdict(const CheckParameters&, const TextTable&) {
  return std::make_unique<ClockIndependentVerdict>();
}

}  // namespace cartstorm::report

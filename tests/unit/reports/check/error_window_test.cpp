#include "reports/check/error_window.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <vector>

namespace cartstorm::report {
namespace {

TEST(ErrorWindow, ForgetsWhatIsOlder) {
  ErrorWindow window{30};
  window.add(0, true, 100, 7);
  window.add(29, true, 100, 1);
  EXPECT_EQ(window.sum().x, 8);
  EXPECT_EQ(window.first_minute(), 0);
  window.add(30, false, 50, 2);
  EXPECT_EQ(window.sum().x, 1);
  EXPECT_EQ(window.sum().e_new_ms, 100);
  EXPECT_EQ(window.sum().y, 2);
}

struct Bin {
  std::int64_t minute;
  bool is_new;
  std::uint32_t errors;
};

RC_GTEST_PROP(ErrorWindow, SumsLikeAPlainLoop, ()) {
  const auto gaps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 9));
  std::vector<Bin> bins;
  ErrorWindow window{10};
  std::int64_t minute = -20;
  for (const int gap : gaps) {
    minute += gap;
    bins.push_back({minute, *rc::gen::arbitrary<bool>(), *rc::gen::inRange(0U, 50U)});
    window.add(bins.back().minute, bins.back().is_new, 60'000, bins.back().errors);
    std::uint64_t x = 0, e_old_ms = 0;
    for (const Bin& bin : bins) {
      const bool is_inside = bin.minute > minute - 10;
      x += is_inside && bin.is_new ? bin.errors : 0;
      e_old_ms += is_inside && !bin.is_new ? 60'000 : 0;
    }
    RC_ASSERT(window.sum().x == x);
    RC_ASSERT(window.sum().e_old_ms == e_old_ms);
  }
}

TEST(Exceeds, IsStrictAndNeedsEnough) {
  EXPECT_FALSE(exceeds({150, 100, 1000, 1000}, 1.5, 90));  // exactly the ratio
  EXPECT_TRUE(exceeds({151, 100, 1000, 1000}, 1.5, 90));
  EXPECT_FALSE(exceeds({151, 89, 1000, 1000}, 1.5, 90));    // 89 expected
  EXPECT_FALSE(exceeds({999, 50, 10'000, 1000}, 1.5, 90));  // 500 expected from 50 seen
}
TEST(Exceeds, NoDataIsNoVerdict) {
  EXPECT_FALSE(exceeds({0, 100, 1000, 1000}, 1.5, 0));
  EXPECT_FALSE(exceeds({9, 0, 0, 1000}, 1.5, 0));
  EXPECT_FALSE(exceeds({9, 0, 1000, 0}, 1.5, 0));
}
TEST(Exceeds, LiterallyOneErrorAgainstNoneIsMore) {
  EXPECT_TRUE(exceeds({1, 0, 1, 1000}, 1.5, 0));
  EXPECT_FALSE(exceeds({1, 0, 1, 1000}, 1.5, 90));
}

}  // namespace
}  // namespace cartstorm::report

#include "broker-mock/rollout/e_process.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "broker-mock/base/exact_math.hpp"
#include "tests/unit/broker-mock/support/close.hpp"

namespace cartstorm::broker::rollout {
namespace {

using telemetry::Counts;
using test::close_to;

const std::vector<double> grid = {1.25, 1.5, 2, 3, 5, 10};

/// The table of halt-rule.md 3.6; digits beyond the printed ones by mpmath 1.2.1.
TEST(EProcess, EvidenceOfTheReferenceWithAConcurrentControl) {
  struct Row {
    Counts tested, base;
    double e;
  };
  const Row rows[] = {{{0, 10}, {0, 990}, 1},
                      {{3, 10}, {100, 990}, 2.0419891866010622},
                      {{5, 10}, {100, 990}, 18.515710611289511},
                      {{12, 10}, {700, 990}, 1.6690633936399131},
                      {{30, 100}, {20, 100}, 1.1403251063463113},
                      {{2, 10}, {0, 990}, 20.605998702063611},
                      {{10, 10}, {100, 9990}, 623100300.6714421},
                      {{40, 100}, {2000, 9900}, 363.92868216056428}};
  for (const Row& row : rows) {
    EProcess process{grid};
    process.add(row.tested, row.base);
    EXPECT_THAT(e_to(process.ln_e()), close_to(row.e)) << row.tested.errors;
  }
}

TEST(EProcess, EvidenceOfTheReferenceWithAKnownBaseline) {
  struct Row {
    std::uint64_t x;
    double expected, e;
  };
  const Row rows[] = {{0, 1, 0.31783086931415236},
                      {3, 1, 2.0963481829841681},
                      {5, 1, 20.203086908542899},
                      {8, 2.4, 19.117961429721841},
                      {20, 10, 14.052937086098957}};
  for (const Row& row : rows) {
    EProcess process{grid};
    process.add_known(row.x, row.expected);
    EXPECT_THAT(e_to(process.ln_e()), close_to(row.e)) << row.x;
  }
}

TEST(EProcess, ASpanWithoutExposureInAnArmSaysNothing) {
  EProcess process{grid};
  process.add({9, 0}, {9, 990});
  process.add({9, 10}, {9, 0});
  EXPECT_EQ(process.ln_e(), 0);
}

TEST(EProcess, ClearInnocenceIsNoEvidence) {
  EProcess process{grid}, waiting{grid, 2};
  process.add_known(0, 1e6);
  waiting.add_known(0, 1e6);
  EXPECT_THAT(process.ln_e(), close_to(-0.25e6 - 1.7917594692280550008));
  EXPECT_THAT(e_to(waiting.ln_e()), close_to(0.5));
}

TEST(EProcess, DoesNotOverflow) {
  EProcess process{grid};
  for (int i = 0; i < 100; ++i) process.add({10'000, 10}, {1'000, 990});
  EXPECT_GT(process.ln_e(), 1e6);
  EXPECT_LT(process.ln_e(), 1e7);
}

/// Three processes: the second begins with the second span; the third never does and counts 1.
TEST(EProcess, IsTheMeanOfProcessesBegunOneAfterAnother) {
  EProcess process{grid, 3};
  process.add({3, 10}, {100, 990});
  EXPECT_THAT(e_to(process.ln_e()), close_to((2.0419891866010622 + 1 + 1) / 3));
  process.begin_another();
  EXPECT_THAT(e_to(process.ln_e()), close_to((2.0419891866010622 + 1 + 1) / 3));
  process.add({5, 10}, {100, 990});
  EProcess both{grid};
  both.add({8, 10}, {200, 990});
  EXPECT_THAT(e_to(process.ln_e()), close_to((e_to(both.ln_e()) + 18.515710611289511 + 1) / 3));
}

TEST(EProcess, NoMoreBeginThanWereAnnounced) {
  EProcess process{grid, 2};
  for (int i = 0; i < 5; ++i) process.begin_another();
  process.add({5, 10}, {100, 990});
  EXPECT_THAT(e_to(process.ln_e()), close_to(18.515710611289511));
}

std::uint64_t below(std::uint64_t end) { return *rc::gen::inRange<std::uint64_t>(0, end); }

RC_GTEST_PROP(EProcess, SplittingASpanLeavesItUnchangedInEitherOrder, ()) {
  const std::uint64_t e_new = 1 + below(1'000), e_old = 1 + below(100'000);
  const Counts tested{below(50), e_new}, base{below(500), e_old};
  const Counts more_tested{below(50), 3 * e_new}, more_base{below(500), 3 * e_old};
  EProcess whole{grid}, split{grid}, reversed{grid};
  whole.add({tested.errors + more_tested.errors, 4 * e_new},
            {base.errors + more_base.errors, 4 * e_old});
  split.add(tested, base);
  split.add(more_tested, more_base);
  reversed.add(more_tested, more_base);
  reversed.add(tested, base);
  const double off = split.ln_e() - whole.ln_e(), turned = reversed.ln_e() - whole.ln_e();
  RC_ASSERT(off * off < 1e-20);
  RC_ASSERT(turned * turned < 1e-20);
}

RC_GTEST_PROP(EProcess, TwiceTheCartsAtHalfTheRateAreTheSameKnownEvidence, ()) {
  const std::uint64_t device_ms = 1 + below(1'000'000'000), x = below(100);
  const double rate = static_cast<double>(1 + below(1'000'000)) / 1e7;
  EProcess one{grid}, other{grid};
  one.add_known(x, rate * static_cast<double>(device_ms));
  other.add_known(x, rate / 2 * static_cast<double>(2 * device_ms));
  RC_ASSERT(one.ln_e() == other.ln_e());
}

}  // namespace
}  // namespace cartstorm::broker::rollout

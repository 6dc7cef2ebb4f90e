#include <gmock/gmock.h>

#include "reports/check/fleet.hpp"
#include "reports/check/reconcile.hpp"
#include "reports/check/releases.hpp"
#include "tests/unit/reports/tape.hpp"

/// A fleet that does not all come with the base: what the checks take for the old version.
namespace cartstorm::report {
namespace {

using enum CheckVerdict;

constexpr Version v1_6{0x00010600};
constexpr Version target_2_1{0x00020100};

Image image(Version version) { return {version, 1, 1024, 1, 0, 0, 1}; }

TEST(TheBase, IsTheFirstImageWhateverTheFirstCartHas) {
  Releases releases;
  releases.see(image(v1_8));
  releases.see(image(v1_6));
  releases.see(image(v2_0));
  releases.see(Cart{cart_7, {}, {}, {}, {}, {}, 1, v1_6});
  EXPECT_EQ(releases.base(), v1_8);
  ASSERT_NE(releases.target(), nullptr);
  EXPECT_EQ(releases.target()->version, v2_0);
  EXPECT_TRUE(releases.is_earlier(v1_6));
  EXPECT_FALSE(releases.is_earlier(v1_8));
  EXPECT_FALSE(releases.is_earlier(v2_0));
  EXPECT_FALSE(releases.is_earlier(target_2_1)) << "nobody released it";
}

TEST(TheBase, IsWhatTheFirstCartHasWhereNoImageCameBefore) {
  Releases releases;
  releases.see(Cart{cart_7, {}, {}, {}, {}, {}, 1, v1_8});
  releases.see(image(v2_0));
  EXPECT_EQ(releases.base(), v1_8);
  EXPECT_EQ(releases.target()->version, v2_0);
}

/// Cart 7 comes with 1.6.0 and has a job that brings 2.0.0.
class ACartOfAnOlderBase : public testing::Test {
 protected:
  ACartOfAnOlderBase() : tape{"jobs_metric_reconcile"} {
    tape.run(20 * day, 21 * day);
    tape.add(0, image(v1_8)).add(0, image(v1_6)).add(0, image(v2_0));
    tape.add(0, Cart{cart_7, {}, {}, {}, {}, {}, 1, v1_6}).cart(cart_8);
    tape.add(0, Transport{cart_7, LinkEvent::connect, {}});
    tape.stage(0, 0, StageEvent::requested).stage(0, 0, StageEvent::start, "system", 0, 1);
    tape.add(0, Target{{}, 0, cart_7, TargetEvent::queued, {}});
    jobs(JobStatus::queued, 0);
    says(v1_6, minute);
    jobs(JobStatus::in_progress, 2 * minute);
  }
  void jobs(JobStatus status, std::int64_t t) {
    tape.add(t, JobRx{cart_7, tape.text("r1-canary"), 1, status, 1, true, Reason::none});
  }
  void says(Version version, std::int64_t t) {
    tape.add(t, MetricRx{cart_7, MetricName::heartbeat, version, 0, true});
  }
  std::uint32_t carts(Reconciled row) const {
    return tape.check().reconciliation()->counts()[static_cast<std::size_t>(row)].carts;
  }
  Tape tape;
};
TEST_F(ACartOfAnOlderBase, IsExplained) {
  EXPECT_THAT(tape.finish(20 * hour), Is(pass, 1, 0));
  EXPECT_EQ(carts(Reconciled::unexplained), 0U);
  EXPECT_EQ(carts(Reconciled::under_way), 1U);
}
TEST_F(ACartOfAnOlderBase, ShipsLikeAnyOther) {
  jobs(JobStatus::succeeded, hour);
  says(v2_0, hour);
  EXPECT_THAT(tape.finish(20 * hour), Is(pass, 1, 0));
  EXPECT_EQ(carts(Reconciled::shipped), 1U);
}
TEST_F(ACartOfAnOlderBase, IsSeenToFallBackToIt) {
  jobs(JobStatus::succeeded, hour);
  says(v2_0, hour);
  says(v1_6, 2 * hour);
  EXPECT_THAT(tape.finish(30 * hour), Is(fail, 1, 1));
  EXPECT_EQ(carts(Reconciled::silent_revert), 1U);
}
TEST_F(ACartOfAnOlderBase, MayNotRunWhatNobodyReleased) {
  says(target_2_1, hour);
  EXPECT_THAT(tape.finish(20 * hour), Is(fail, 1, 1));
  EXPECT_EQ(carts(Reconciled::unexplained), 1U);
}

}  // namespace
}  // namespace cartstorm::report

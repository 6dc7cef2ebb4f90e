#include "broker-mock/rollout/cart_ledger.hpp"

#include <gtest/gtest.h>

namespace cartstorm::broker::rollout {
namespace {

constexpr Version target{0x00020000};
constexpr JobIndex job = 4;
constexpr std::int64_t hour_ms = 3'600'000;

/// Carts 0 to 3 are targeted by stage 0 and connected; cart 4 is not in it.
class FourTargets : public ::testing::Test {
 protected:
  FourTargets() {
    for (std::uint32_t i = 0; i < 4; ++i) ledger.target(ThingId{i}, 0, job, true, {0});
  }
  void end(std::uint32_t cart, JobStatus status, std::string_view reason = "") {
    ledger.execution_changed(ThingId{cart}, job, status, reason);
  }
  CartLedger ledger{target, 30 * hour_ms};
};

TEST_F(FourTargets, ACartIsGoodWhenItSucceededAndReportsTheVersion) {
  end(0, JobStatus::succeeded);
  EXPECT_EQ(ledger.stage(0).good, 0U);
  ledger.reported_version(ThingId{0}, target);
  EXPECT_EQ(ledger.stage(0).good, 1U);
  ledger.reported_version(ThingId{0}, {0x00010800});
  EXPECT_EQ(ledger.stage(0).good, 0U);
}

TEST_F(FourTargets, ACartIsBadOnceForAllItsReasons) {
  end(0, JobStatus::failed);
  ledger.rolled_back(ThingId{0}, target);
  ledger.rolled_back(ThingId{0}, target);
  end(1, JobStatus::timed_out);
  EXPECT_EQ(ledger.bad(), 2U);
  EXPECT_EQ(ledger.bad(Bad::failed), 1U);
  EXPECT_EQ(ledger.bad(Bad::rolled_back), 1U);
  EXPECT_EQ(ledger.bad(Bad::timed_out), 1U);
  EXPECT_EQ(ledger.stage(0).carts, 4U);
}

TEST_F(FourTargets, OthersAreNotCounted) {
  ledger.execution_changed(ThingId{4}, job, JobStatus::failed, "");
  ledger.execution_changed(ThingId{0}, JobIndex{3}, JobStatus::failed, "");
  ledger.rolled_back(ThingId{4}, target);
  ledger.rolled_back(ThingId{0}, {0x00010900});
  EXPECT_EQ(ledger.bad(), 0U);
  EXPECT_EQ(ledger.targeted(), 4U);
}

TEST_F(FourTargets, ACancelledExecutionIsNeitherGoodNorBad) {
  end(0, JobStatus::canceled);
  EXPECT_EQ(ledger.bad(), 0U);
  ledger.retarget(ThingId{0}, JobIndex{9});
  ledger.execution_changed(ThingId{0}, JobIndex{9}, JobStatus::failed, "");
  EXPECT_EQ(ledger.bad(), 1U);
}

TEST_F(FourTargets, SilenceIsJudgedByTheLastSign) {
  ledger.seen(ThingId{1}, {10 * hour_ms});
  ledger.find_silent({30 * hour_ms - 1});
  EXPECT_EQ(ledger.bad(), 0U);
  ledger.find_silent({30 * hour_ms});
  EXPECT_EQ(ledger.bad(Bad::silent), 3U);
  ledger.find_silent({40 * hour_ms});
  EXPECT_EQ(ledger.bad(Bad::silent), 4U);
}

TEST_F(FourTargets, ACartThatComesBackIsNotSilentAnyMore) {
  ledger.find_silent({30 * hour_ms});
  EXPECT_EQ(ledger.bad(), 4U);
  ledger.seen(ThingId{2}, {31 * hour_ms});
  EXPECT_EQ(ledger.bad(), 3U);
  ledger.find_silent({61 * hour_ms});
  EXPECT_EQ(ledger.bad(), 4U);
}

TEST_F(FourTargets, ACartThatNothingWasHeardOfIsNotSilent) {
  ledger.target(ThingId{4}, 1, job, false, {0});
  ledger.find_silent({1000 * hour_ms});
  EXPECT_EQ(ledger.bad(), 4U);
}

TEST_F(FourTargets, AcknowledgedCartsAreExcusedUntilTheyRecover) {
  end(0, JobStatus::failed);
  ledger.find_silent({30 * hour_ms});
  ledger.acknowledge_bad();
  EXPECT_EQ(ledger.bad(), 0U);
  EXPECT_EQ(ledger.stage(0).excused, 4U);
  ledger.rolled_back(ThingId{0}, target);
  EXPECT_EQ(ledger.bad(), 0U) << "the same cart";
  ledger.seen(ThingId{1}, {31 * hour_ms});
  EXPECT_EQ(ledger.stage(0).excused, 3U);
  end(1, JobStatus::failed);
  EXPECT_EQ(ledger.bad(), 1U) << "it had come back; this is new";
}

TEST_F(FourTargets, OptingOutExcuses) {
  end(0, JobStatus::rejected, "opted_out");
  end(1, JobStatus::rejected, "quarantined");
  EXPECT_EQ(ledger.bad(), 1U);
  EXPECT_EQ(ledger.stage(0).excused, 1U);
}

}  // namespace
}  // namespace cartstorm::broker::rollout

#include <gmock/gmock.h>

#include <algorithm>

#include "support/world.hpp"

namespace ota::test {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

class TrialOfVersionTwo : public ::testing::Test {
 protected:
  TrialOfVersionTwo() { offer(good_image(v2), "fw-2-0-0"); }

  void offer(const Image& image, const std::string& job) {
    world.cloud.offer(job, image);
    world.store.object = image.bytes;
  }
  void boot_and_run() {
    world.boot();
    world.run();
  }
  std::string status() const { return world.cloud.executions.back().status; }
  std::string final_report() const {
    return world.cloud.other_uplinks.empty() ? "" : world.cloud.other_uplinks.back().payload;
  }

  World world;
};

TEST_F(TrialOfVersionTwo, ConfirmsOnlyAfterSelfTestAndCheckInOfThisBoot) {
  world.boot();
  ASSERT_TRUE(world.run_to(State::armed));
  world.link = false;
  ASSERT_TRUE(world.run_to(State::trial));
  world.deliver(event::SelfTestFinished{true});
  EXPECT_EQ(world.agent.state(), State::trial);
  EXPECT_EQ(world.boot_record().trial, Trial::b);
  world.link = true;
  world.deliver(event::LinkUp{});
  world.run();
  EXPECT_EQ(status(), "SUCCEEDED");
  const BootRecord record = world.boot_record();
  EXPECT_EQ(record.active, Slot::b);
  EXPECT_EQ(record.confirmed_mask, 3);
  EXPECT_EQ(record.probation_left, 3);
  EXPECT_EQ(record.check_ins_left, 3);
  EXPECT_EQ(record.security_floor, 1u);
}

TEST_F(TrialOfVersionTwo, SuccessIsSaidOnlyAfterTheConfirmIsDurable) {
  boot_and_run();
  const auto& lines = world.board.witness.lines;
  const auto durable = std::ranges::find(lines, "confirm b 2.0.0 durable");
  const auto said = std::ranges::find_if(
      lines, [](const std::string& line) { return line.starts_with("job fw-2-0-0 SUCCEEDED"); });
  ASSERT_NE(durable, lines.end());
  ASSERT_NE(said, lines.end());
  EXPECT_LT(durable - lines.begin(), said - lines.begin());
}

TEST_F(TrialOfVersionTwo, WithoutACheckInTheWindowEndsInAReboot) {
  world.boot();
  ASSERT_TRUE(world.run_to(State::armed));
  world.link = false;
  ASSERT_TRUE(world.run_to(State::trial));
  EXPECT_EQ(world.agent.deadline(), Uptime{600'000});
  for (int i = 0; i < 40 && world.agent.running_version() == v2; ++i) {
    ASSERT_TRUE(world.advance());
  }
  EXPECT_EQ(world.agent.running_version(), v1);
  EXPECT_EQ(world.boots, 5);  // the download, three attempts, the old image
  EXPECT_EQ(world.boot_record().rollback.reason, RollbackReason::attempts_spent);
}

TEST_F(TrialOfVersionTwo, APolicyWithoutCheckInConfirmsOffline) {
  world.tuning.confirm_needs_check_in = false;
  world.boot();
  ASSERT_TRUE(world.run_to(State::armed));
  world.link = false;
  ASSERT_TRUE(world.run_to(State::reporting));
  EXPECT_EQ(world.boot_record().active, Slot::b);
}

TEST_F(TrialOfVersionTwo, AFailedSelfTestRollsBackAtOnce) {
  world.self_test_fails.insert(v2.value);
  boot_and_run();
  EXPECT_EQ(status(), "FAILED");
  EXPECT_THAT(final_report(), HasSubstr(R"("reason":"rolled_back")"));
  EXPECT_EQ(world.boots, 3);
  ASSERT_EQ(world.cloud.rollback_payloads.size(), 1u);
  EXPECT_THAT(world.cloud.rollback_payloads[0],
              HasSubstr(R"("target":"2.0.0","running":"1.8.0","reason":"self_test_failed")"));
  EXPECT_EQ(world.counters().of(v2).rollbacks, 1);
  EXPECT_EQ(world.counters().of(v2).attempts, 1);
}

TEST_F(TrialOfVersionTwo, ACrashLoopSpendsItsAttemptsAndIsReportedOnce) {
  world.crashes.insert(v2.value);
  boot_and_run();
  EXPECT_EQ(world.boots, 5);
  EXPECT_EQ(world.cloud.rollbacks.size(), 1u);
  EXPECT_THAT(world.cloud.rollback_payloads[0], HasSubstr(R"("reason":"attempts_spent")"));
  EXPECT_FALSE(world.boot_record().rollback.is_pending);
  EXPECT_EQ(world.board.witness.count("boot b trial"), 3u);
}

TEST_F(TrialOfVersionTwo, AnUnacknowledgedRollbackIsRepeatedWithBackOffAndAtEachConnect) {
  world.crashes.insert(v2.value);
  world.cloud.acknowledges_rollbacks = false;
  boot_and_run();
  EXPECT_EQ(status(), "FAILED");
  world.run_for(3 * 3'600'000);
  const std::size_t heard = world.cloud.rollback_payloads.size();
  EXPECT_GE(heard, 5u);
  EXPECT_LE(heard, 16u);
  EXPECT_EQ(world.cloud.rollbacks.size(), 1u);
  world.deliver(event::LinkUp{});
  EXPECT_EQ(world.cloud.rollback_payloads.size(), heard + 1);
  world.boot();
  world.cloud.acknowledges_rollbacks = true;
  world.run_for(1000);
  EXPECT_EQ(world.cloud.rollbacks.size(), 1u);
  EXPECT_FALSE(world.boot_record().rollback.is_pending);
  EXPECT_EQ(world.counters().of(v2).rollbacks, 1);
}

TEST_F(TrialOfVersionTwo, AnAcknowledgementOfAnotherOccurrenceClearsNothing) {
  world.crashes.insert(v2.value);
  world.cloud.acknowledges_rollbacks = false;
  boot_and_run();
  const std::string other = R"({"occurrence":"00000000000000ff"})";
  world.deliver(event::Received{"carts/cart-00042/rollback/ack", std::as_bytes(std::span{other})});
  EXPECT_TRUE(world.boot_record().rollback.is_pending);
}

TEST_F(TrialOfVersionTwo, NoNewTrialIsArmedWhileARollbackIsUnacknowledged) {
  world.crashes.insert(v2.value);
  world.cloud.acknowledges_rollbacks = false;
  boot_and_run();
  offer(good_image(v3), "fw-2-1-0");
  world.run_for(30 * 3'600'000);
  EXPECT_EQ(world.agent.state(), State::staged);
  world.cloud.acknowledges_rollbacks = true;
  world.run();
  EXPECT_EQ(world.agent.running_version(), v3);
  EXPECT_EQ(world.cloud.rollbacks.size(), 1u);
}

TEST_F(TrialOfVersionTwo, TheSecondTryWaitsAndTheThirdIsRefused) {
  world.crashes.insert(v2.value);
  boot_and_run();
  offer(good_image(v2), "fw-2-0-0-again");
  const std::uint64_t before = world.elapsed_ms + world.now.ms;
  world.boot();
  world.run();
  EXPECT_EQ(status(), "FAILED");
  EXPECT_GE(world.elapsed_ms + world.now.ms - before, 30'000u);
  EXPECT_TRUE(world.counters().of(v2).is_quarantined);
  EXPECT_THAT(world.board.witness.lines, Contains("quarantined 2.0.0"));
  offer(good_image(v2), "fw-2-0-0-once-more");
  world.boot();
  world.run();
  EXPECT_EQ(status(), "REJECTED");
  EXPECT_THAT(final_report(), HasSubstr(R"("reason":"quarantined")"));
  EXPECT_EQ(world.cloud.rollbacks.size(), 2u);
}

TEST_F(TrialOfVersionTwo, ThreeHealthyCheckInsEndTheProbation) {
  boot_and_run();
  world.run_for(37 * 3'600'000);
  const BootRecord record = world.boot_record();
  EXPECT_EQ(record.probation_left, 0);
  EXPECT_EQ(record.security_floor, 1u);  // 1.8.0 in the other slot must stay bootable
}

TEST_F(TrialOfVersionTwo, ABurstOfRequestsIsOneCheckIn) {
  boot_and_run();
  for (int i = 0; i < 10; ++i) {
    world.deliver(event::LinkUp{});
    world.run_for(10);
  }
  EXPECT_EQ(world.boot_record().check_ins_left, 3);
  world.boot();
  world.run_for(10);
  EXPECT_EQ(world.boot_record().check_ins_left, 2);
}

TEST_F(TrialOfVersionTwo, TheFloorRisesOnceNoOlderImageCanBoot) {
  boot_and_run();
  world.run_for(37 * 3'600'000);
  offer(good_image(v3), "fw-2-1-0");
  world.boot();
  world.run();
  world.run_for(37 * 3'600'000);
  EXPECT_EQ(world.agent.running_version(), v3);
  EXPECT_EQ(world.boot_record().security_floor, 2u);
}

TEST_F(TrialOfVersionTwo, CrashesDuringTheProbationRollBackAfterSuccess) {
  boot_and_run();
  EXPECT_EQ(status(), "SUCCEEDED");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(world.agent.running_version(), v2);
    world.boot(ResetCause::watchdog);
  }
  world.run_for(1000);
  EXPECT_EQ(world.agent.running_version(), v1);
  ASSERT_EQ(world.cloud.rollback_payloads.size(), 1u);
  EXPECT_THAT(world.cloud.rollback_payloads[0], HasSubstr(R"("reason":"after_confirm")"));
  EXPECT_EQ(world.counters().of(v2).rollbacks, 1);
}

TEST_F(TrialOfVersionTwo, SuccessThatWasNotAcceptedInTimeBecomesTheTruth) {
  world.boot();
  ASSERT_TRUE(world.run_to(State::armed));
  ASSERT_TRUE(world.run_to(State::trial));
  world.cloud.replies_to_drop = 0;
  ASSERT_TRUE(world.run_to(State::reporting));
  world.link = false;
  EXPECT_EQ(world.journal().outcome, Outcome::succeeded);
  for (int i = 0; i < 3; ++i) {
    world.boot(ResetCause::panic);
  }
  EXPECT_EQ(world.agent.running_version(), v1);
  EXPECT_EQ(world.journal().outcome, Outcome::failed);
  EXPECT_EQ(world.journal().reason, Reason::rolled_back);
}

TEST_F(TrialOfVersionTwo, SuccessIsNotSaidWhenTheConfirmedImageWasLostBeforeItCouldBe) {
  world.tuning.confirm_needs_check_in = false;
  world.boot();
  ASSERT_TRUE(world.run_to(State::armed));
  world.link = false;
  ASSERT_TRUE(world.run_to(State::reporting));
  EXPECT_EQ(world.journal().outcome, Outcome::succeeded);
  world.board.flash.flip_bit(Region::slot_b, 77, 1);
  world.link = true;
  world.boot();
  EXPECT_EQ(world.decision.reason, BootReason::fallback);
  world.run();
  EXPECT_EQ(status(), "FAILED");
  EXPECT_THAT(final_report(), HasSubstr(R"("reason":"rolled_back")"));
}

TEST_F(TrialOfVersionTwo, ATrialThatCannotBeStartedIsDisarmedBeforeItIsReported) {
  world.boot();
  ASSERT_TRUE(world.run_to(State::armed));
  // The copy that the bootloader has to write is bad; the one that holds the trial is not.
  RecordPlace place;
  BootRecord record;
  ASSERT_EQ(load(world.board.flash, record, place), Status::ok);
  world.board.flash.break_sector(Region::boot_record, place.winner == 0 ? 1024 : 0);
  world.run_for(24 * 3'600'000);
  EXPECT_EQ(world.agent.running_version(), v1);
  EXPECT_EQ(world.agent.state(), State::armed);
  EXPECT_EQ(status(), "IN_PROGRESS");
}

TEST_F(TrialOfVersionTwo, ADamagedFactorySlotIsNoticedAtBootAndTheUpdateRepairsIt) {
  boot_and_run();
  world.board.flash.flip_bit(Region::slot_b, 77, 1);
  world.boot();
  EXPECT_EQ(world.agent.running_version(), v1);
  EXPECT_EQ(world.decision.reason, BootReason::fallback);
  offer(good_image(v3), "fw-2-1-0");
  world.run();
  EXPECT_EQ(world.agent.running_version(), v3);
}

TEST_F(TrialOfVersionTwo, RecoveryAnnouncesItselfAndTakesAnImage) {
  world.cloud.executions.clear();
  world.board.flash.flip_bit(Region::slot_a, 77, 1);
  world.boot();
  world.run();
  EXPECT_EQ(world.agent.state(), State::recovery);
  EXPECT_THAT(world.cloud.heartbeats.back(),
              HasSubstr(R"({"version":"0.0.0","slot":"a","state":"recovery")"));
  offer(good_image(v2), "fw-2-0-0");
  world.run();
  EXPECT_EQ(world.agent.running_version(), v2);
  EXPECT_EQ(world.agent.state(), State::idle);
  EXPECT_EQ(status(), "SUCCEEDED");
}

TEST_F(TrialOfVersionTwo, RecoveryIsAnnouncedAtEveryConnectWhateverTheJobDoes) {
  world.board.flash.flip_bit(Region::slot_a, 77, 1);
  world.boot();
  for (const State state : {State::downloading, State::staged}) {
    ASSERT_TRUE(world.run_to(state));
    world.deliver(event::LinkDown{});
    world.deliver(event::LinkUp{});
    EXPECT_THAT(world.cloud.heartbeats.back(), HasSubstr(R"("state":"recovery")"));
  }
}

TEST_F(TrialOfVersionTwo, SuccessIsNotSaidInRecovery) {
  world.cloud.executions.clear();
  offer(good_image(v1), "fw-again");
  world.boot();
  ASSERT_TRUE(world.run_to(State::reporting));
  world.cloud.executions.back().status = "IN_PROGRESS";  // the report was lost
  world.cloud.executions.back().version = 1;
  world.board.flash.flip_bit(Region::slot_a, 77, 1);
  boot_and_run();
  EXPECT_EQ(world.agent.state(), State::recovery);
  EXPECT_EQ(status(), "FAILED");
}

/// A flash on which the boot record cannot be written for a while.
class StubbornRecord final : public Flash {
 public:
  explicit StubbornRecord(host::RamFlash& flash) : flash_(flash) {}

  FlashGeometry geometry() const override { return flash_.geometry(); }
  Status read(Region region, std::uint32_t offset, MutableBytes out) override {
    return flash_.read(region, offset, out);
  }
  Status program(Region region, std::uint32_t offset, Bytes content) override {
    return refuses(region) ? Status::io_error : flash_.program(region, offset, content);
  }
  Status erase(Region region, std::uint32_t offset) override {
    return refuses(region) ? Status::io_error : flash_.erase(region, offset);
  }

  bool is_stubborn = true;

 private:
  bool refuses(Region region) const { return is_stubborn && region == Region::boot_record; }

  host::RamFlash& flash_;
};

/// The bootloader cannot spend the attempt, so the old image runs with a trial armed. What is asked
/// of the cloud meanwhile must not end the pauses between the tries to disarm it.
TEST_F(TrialOfVersionTwo, ATrialThatCouldNotBeginIsDisarmedOnceTheRecordCanBeWritten) {
  world.reboots = false;
  world.boot();
  ASSERT_TRUE(world.run_to(State::armed));
  world.reboots = true;
  StubbornRecord flash{world.board.flash};
  world.board.watched_flash = &flash;
  world.boot(ResetCause::commanded);
  EXPECT_EQ(world.agent.running_version(), v1);
  world.run_for(5 * 60'000);
  EXPECT_EQ(world.agent.state(), State::armed);
  EXPECT_EQ(status(), "IN_PROGRESS");
  flash.is_stubborn = false;
  world.run_for(3'600'000);
  EXPECT_EQ(world.boot_record().trial, Trial::none);
  EXPECT_EQ(status(), "FAILED");
  EXPECT_THAT(final_report(), HasSubstr(R"("reason":"record_failed")"));
}

}  // namespace
}  // namespace ota::test

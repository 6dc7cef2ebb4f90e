#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/render/summary.hpp"
#include "tests/unit/reports/tape.hpp"

namespace cartstorm::report {
namespace {

/// Five carts in one stage: on new, rolled back, failed, in progress, silent.
class OneOfEach : public testing::Test {
 protected:
  OneOfEach() {
    input.scenario = "one_of_each";
    input.file = "scenarios/one_of_each.yaml";
    input.seed = 7;
    input.ends_us = day;
  }
  void play(Stream& stream) {
    stream.emit(
        0,
        report::Run{{}, {}, stream.texts().intern("virtual"), {}, 7, 0, epoch_s, 20 * hour, day});
    for (std::uint32_t cart = 0; cart < 5; ++cart) {
      stream.emit(0, Cart{CartId{cart}, {}, {}, {}, {}, {}, 1, v1_8});
    }
    stream.emit(0, Image{v1_8, old_digest, 1024, 1, 0, 0, 0});
    stream.emit(0, Image{v2_0, new_digest, 1024, 1, 0, 0, 0});
    const TextId canary = stream.texts().intern("canary");
    const TextId system = stream.texts().intern("system");
    stream.emit(hour, Stage{{}, 0, canary, StageEvent::start, system, {}, 0, 5});
    for (std::uint32_t cart = 0; cart < 5; ++cart) {
      stream.emit(hour, Target{{}, 0, CartId{cart}, TargetEvent::queued, {}});
      stream.emit(hour, JobRx{CartId{cart}, {}, 1, JobStatus::queued, 1, true, Reason::none});
    }
    stream.emit(hour, Confirm{CartId{0}, SlotName::b, v2_0, Phase::durable});
    stream.emit(hour, Rollback{CartId{1}, v2_0, v1_8, RollbackReason::self_test_failed, 1});
    stream.emit(hour, JobRx{CartId{2}, {}, 1, JobStatus::rejected, 2, true, Reason::expired});
    stream.emit(hour, JobRx{CartId{3}, {}, 1, JobStatus::in_progress, 2, true, Reason::none});
  }
  JudgeInput input;
};

TEST_F(OneOfEach, ACartWhoseJobWasTakenBackIsCancelledNotSilent) {
  Stream stream;
  Judge judge{input, stream};
  play(stream);
  stream.emit(2 * hour, JobRx{CartId{4}, {}, 1, JobStatus::canceled, 2, true, Reason::none});
  const StageRow row = judge.finish(false, "", 99).stages.at(0);
  EXPECT_EQ(row.cancelled, 1);
  EXPECT_EQ(row.silent, 0);
}

/// The newer rollout updates carts 2 to 4; the older one took the job of cart 4 back.
TEST_F(OneOfEach, ARowOfASupersededRolloutShowsHowItLeftItsCarts) {
  Stream stream;
  Judge judge{input, stream};
  const TextId stage = stream.texts().intern("again");
  const TextId person = stream.texts().intern("bo");
  stream.emit(0, Stage{{}, 0, {}, StageEvent::requested, person, {}, 0, 0});
  play(stream);
  stream.emit(hour, JobRx{CartId{4}, {}, 1, JobStatus::canceled, 2, true, Reason::none});
  stream.emit(2 * hour, Stage{{}, 0, {}, StageEvent::requested, person, {}, 0, 0});
  stream.emit(2 * hour, Stage{{}, 0, stage, StageEvent::start, person, {}, 0, 5});
  for (std::uint32_t cart = 0; cart < 5; ++cart) {
    stream.emit(2 * hour, Target{{}, 0, CartId{cart}, TargetEvent::queued, {}});
  }
  for (std::uint32_t cart = 2; cart < 5; ++cart) {
    stream.emit(3 * hour, Confirm{CartId{cart}, SlotName::b, v2_0, Phase::durable});
  }
  const Summary summary = judge.finish(false, "", 99);
  ASSERT_EQ(summary.stages.size(), 2);
  const StageRow& older = summary.stages[0];
  EXPECT_EQ(older.on_new, 1);
  EXPECT_EQ(older.rolled_back, 1);
  EXPECT_EQ(older.failed, 1);
  EXPECT_EQ(older.in_progress, 1);
  EXPECT_EQ(older.cancelled, 1);
  EXPECT_EQ(older.silent, 0);
  const StageRow& newer = summary.stages[1];
  EXPECT_EQ(newer.on_new, 4);
  EXPECT_EQ(newer.rolled_back, 0) << "that was for the older one";
  EXPECT_EQ(newer.silent, 1);
}

TEST_F(OneOfEach, EveryCartIsInOneColumnOfItsStage) {
  Stream stream;
  Judge judge{input, stream};
  play(stream);
  const Summary summary = judge.finish(false, "", 99);
  ASSERT_EQ(summary.stages.size(), 1);
  const StageRow& row = summary.stages[0];
  EXPECT_EQ(row.name, "canary");
  EXPECT_EQ(row.carts, 5);
  EXPECT_EQ(row.on_new, 1);
  EXPECT_EQ(row.rolled_back, 1);
  EXPECT_EQ(row.failed, 1);
  EXPECT_EQ(row.in_progress, 1);
  EXPECT_EQ(row.silent, 1);
  EXPECT_EQ(summary.carts, 5);
  EXPECT_EQ(summary.on_new, 1);
  EXPECT_EQ(summary.on_old, 4);
  EXPECT_EQ(summary.driver, "virtual");
  EXPECT_EQ(summary.kernel_events, 99);
  EXPECT_EQ(summary.repeat_command, "./cartstorm run scenarios/one_of_each.yaml --seed 7");
  ASSERT_EQ(summary.rollback_reasons.size(), 1);
  EXPECT_EQ(summary.rollback_reasons[0].reason, "self_test_failed");
  ASSERT_EQ(summary.rejection_reasons.size(), 1);
  EXPECT_EQ(summary.rejection_reasons[0].reason, "expired");
}

TEST_F(OneOfEach, JudgesWithAllChecksAndTheirHash) {
  Stream stream;
  Judge judge{input, stream};
  play(stream);
  const Summary summary = judge.finish(false, "", 0);
  EXPECT_EQ(summary.checks.size(), all_checks().size());
  EXPECT_EQ(summary.trace_hash, stream.hash());
  EXPECT_EQ(summary.records, 23);
}

TEST_F(OneOfEach, AnInterruptedRunEndsAtItsLastRecord) {
  Stream stream;
  Judge judge{input, stream};
  play(stream);
  const Summary summary = judge.finish(true, "", 0);
  EXPECT_EQ(summary.ends_us, hour);
  EXPECT_EQ(summary.verdict, ScenarioVerdict::inconclusive);
  EXPECT_EQ(summary.verdict_reason, "interrupted at d0 01:00:00");
}

TEST_F(OneOfEach, AnArmedFaultThatNeverFiredIsNoProof) {
  Stream stream;
  Judge judge{input, stream};
  play(stream);
  const TextId fault = stream.texts().intern("power_cut");
  stream.emit(hour, Fault{CartId{0}, fault, FaultEvent::arm, 0});
  EXPECT_EQ(judge.finish(false, "", 0).verdict_reason, "the fault never struck: power_cut");
}

TEST_F(OneOfEach, AFaultThatStruckOneOfItsCartsIsFine) {
  Stream stream;
  Judge judge{input, stream};
  play(stream);
  const TextId fault = stream.texts().intern("power_cut");
  stream.emit(hour, Fault{CartId{0}, fault, FaultEvent::arm, 0});
  stream.emit(hour, Fault{CartId{1}, fault, FaultEvent::arm, 0});
  stream.emit(hour, Fault{CartId{1}, fault, FaultEvent::fire, 0});
  EXPECT_EQ(judge.finish(false, "", 0).verdict, ScenarioVerdict::pass);
}

TEST_F(OneOfEach, AViolationFlagsItsCart) {
  struct Listener : Sink {
    void on(const Record&) override {}
    void flagged(CartId cart) override { carts.push_back(cart); }
    std::vector<CartId> carts;
  } listener;
  Stream stream;
  stream.attach(listener);
  Judge judge{input, stream};
  play(stream);
  stream.emit(2 * hour, AfterPowerLoss{CartId{4}, 65});
  EXPECT_THAT(listener.carts, testing::ElementsAre(CartId{4}));
  const Summary summary = judge.finish(false, "", 0);
  EXPECT_EQ(summary.verdict, ScenarioVerdict::fail);
  EXPECT_EQ(summary.verdict_reason,
            "power_lost_respected is broken: cart 4 at d0 02:00:00: 65 hardware calls after power "
            "was lost, allowed are 64");
}

}  // namespace
}  // namespace cartstorm::report

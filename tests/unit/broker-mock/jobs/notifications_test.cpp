#include "tests/unit/broker-mock/support/jobs_bench.hpp"

/// Every row of the reference's table 1.9, with the order on the wire.
namespace cartstorm::broker::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class IdleThing : public JobsBench {};

TEST_F(IdleThing, FirstJobGivesNotifyThenNotifyNext) {
  create("fw-1", {cart});
  EXPECT_THAT(sent(),
              ElementsAre(R"(notify {"timestamp":1710072000,"jobs":{"QUEUED":[{"jobId":"fw-1",)"
                          R"("queuedAt":1710072000,"lastUpdatedAt":1710072000,"versionNumber":1,)"
                          R"("executionNumber":1}]}})",
                          R"(notify-next {"timestamp":1710072000,"execution":{"jobId":"fw-1",)"
                          R"("thingName":"cart-0001","status":"QUEUED","queuedAt":1710072000,)"
                          R"("lastUpdatedAt":1710072000,"versionNumber":1,"executionNumber":1,)"
                          R"("jobDocument":{"v":"2","url":"https://minted/1/fw/2.bin"}}})"));
}

TEST_F(IdleThing, NothingGoesToAThingThatIsNotSubscribed) {
  engine.subscribe(cart, false, false);
  create("fw-1", {cart});
  EXPECT_THAT(topics(), IsEmpty());
}

TEST_F(IdleThing, OnlyNotifyNextGoesToACart) {
  engine.subscribe(cart, false, true);
  create("fw-1", {cart});
  EXPECT_THAT(topics(), ElementsAre("notify-next"));
}

TEST_F(IdleThing, NothingIsMintedForAThingThatIsNotConnected) {
  things.set_connected(cart, false);
  create("fw-1", {cart});
  EXPECT_THAT(topics(), IsEmpty());
  EXPECT_EQ(minter.minted, 0);
}

TEST_F(IdleThing, ReconnectingReplaysNothing) {
  things.set_connected(cart, false);
  create("fw-1", {cart});
  things.set_connected(cart, true);
  EXPECT_THAT(topics(), IsEmpty());
}

class OneJobQueued : public JobsBench {
 protected:
  void SetUp() override {
    create("fw-1", {cart});
    outbox.take();
  }
};

TEST_F(OneJobQueued, AJobQueuedBehindGivesNotifyOnly) {
  create("fw-2", {cart}, 1);
  EXPECT_THAT(topics(), ElementsAre("notify"));
}

TEST_F(OneJobQueued, StartingTheFrontGivesNoNotification) {
  ask("start-next", "{}");
  EXPECT_THAT(topics(), ElementsAre("start-next/accepted"));
}

TEST_F(OneJobQueued, ProgressGivesNoNotification) {
  ask("start-next", "{}");
  outbox.take();
  ask("fw-1/update", R"({"status":"IN_PROGRESS"})");
  EXPECT_THAT(topics(), ElementsAre("fw-1/update/accepted"));
}

TEST_F(OneJobQueued, TheEndOfTheFrontGivesAcceptedThenNotifyThenNotifyNext) {
  ask("fw-1/update", R"({"status":"SUCCEEDED","clientToken":"t"})", 600);
  EXPECT_THAT(sent(),
              ElementsAre(R"(fw-1/update/accepted {"clientToken":"t","timestamp":1710072600})",
                          R"(notify {"timestamp":1710072600,"jobs":{}})",
                          R"(notify-next {"timestamp":1710072600})"));
}

TEST_F(OneJobQueued, CancellingTheFrontGivesBoth) {
  EXPECT_EQ(engine.cancel("fw-1", false, at(5)).message, "");
  EXPECT_THAT(topics(), ElementsAre("notify", "notify-next"));
}

TEST_F(OneJobQueued, DeletingTheFrontGivesBoth) {
  EXPECT_EQ(engine.remove("fw-1", true, at(5)).message, "");
  EXPECT_THAT(topics(), ElementsAre("notify", "notify-next"));
}

TEST_F(JobsBench, TimingOutTheFrontGivesBoth) {
  create("fw-1", {cart}, 0, 20);
  ask("start-next", "{}", 0);
  outbox.take();
  EXPECT_EQ(engine.deadline(), at(1200));
  engine.advance(at(1200));
  EXPECT_THAT(sent(), ElementsAre(R"(notify {"timestamp":1710073200,"jobs":{}})",
                                  R"(notify-next {"timestamp":1710073200})"));
  EXPECT_EQ(log.lines.back(), "0 fw-1 #1 timed_out v3");
  EXPECT_EQ(engine.deadline(), never);
}

class TwoJobsQueued : public JobsBench {
 protected:
  void SetUp() override {
    create("fw-1", {cart});
    create("fw-2", {cart}, 1);
    outbox.take();
  }
};

TEST_F(TwoJobsQueued, StartingTheSecondMakesItTheFront) {
  ask("fw-2/update", R"({"status":"IN_PROGRESS"})");
  EXPECT_THAT(
      sent(),
      ElementsAre(
          StartsWith("fw-2/update/accepted"),
          StartsWith(R"(notify-next {"timestamp":1710072010,"execution":{"jobId":"fw-2")")));
}

TEST_F(TwoJobsQueued, TheEndOfTheSecondGivesNotifyOnly) {
  ask("fw-2/update", R"({"status":"REJECTED"})");
  EXPECT_THAT(topics(), ElementsAre("fw-2/update/accepted", "notify"));
}

TEST_F(TwoJobsQueued, CancellingTheSecondGivesNotifyOnly) {
  EXPECT_EQ(engine.cancel("fw-2", false, at(5)).message, "");
  EXPECT_THAT(topics(), ElementsAre("notify"));
}

TEST_F(TwoJobsQueued, DeletingTheSecondGivesNotifyOnly) {
  EXPECT_EQ(engine.remove_execution("fw-2", cart, 1, false, at(5)).message, "");
  EXPECT_THAT(topics(), ElementsAre("notify"));
}

TEST_F(TwoJobsQueued, TheEndOfTheFrontNamesTheNextOne) {
  ask("fw-1/update", R"({"status":"FAILED"})");
  EXPECT_THAT(
      sent(),
      ElementsAre(
          StartsWith("fw-1/update/accepted"), StartsWith("notify {"),
          StartsWith(R"(notify-next {"timestamp":1710072010,"execution":{"jobId":"fw-2")")));
}

TEST_F(TwoJobsQueued, ListsGroupByStatusAndLeaveEmptyGroupsOut) {
  ask("fw-2/update", R"({"status":"IN_PROGRESS"})");
  outbox.take();
  create("fw-3", {cart}, 20);
  EXPECT_THAT(
      sent(),
      ElementsAre(R"(notify {"timestamp":1710072020,"jobs":{"IN_PROGRESS":[{"jobId":"fw-2",)"
                  R"("queuedAt":1710072001,"startedAt":1710072010,"lastUpdatedAt":1710072010,)"
                  R"("versionNumber":2,"executionNumber":1}],"QUEUED":[{"jobId":"fw-1",)"
                  R"("queuedAt":1710072000,"lastUpdatedAt":1710072000,"versionNumber":1,)"
                  R"("executionNumber":1},{"jobId":"fw-3","queuedAt":1710072020,)"
                  R"("lastUpdatedAt":1710072020,"versionNumber":1,"executionNumber":1}]}})"));
}

TEST_F(JobsBench, AListHoldsTenExecutions) {
  for (int i = 0; i < 11; ++i) create("fw-" + std::to_string(i), {cart}, i);
  const std::string list = reply("get", "{}", 60);
  EXPECT_NE(list.find("\"fw-9\""), std::string::npos);
  EXPECT_EQ(list.find("\"fw-10\""), std::string::npos);
}

}  // namespace
}  // namespace cartstorm::broker::test

#include "tests/unit/broker-mock/support/iot_bench.hpp"

/// Targets that come and go.
namespace cartstorm::broker::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr const char* continuous = R"("targetSelection":"CONTINUOUS")";

class Continuous : public IotBench {
 protected:
  Continuous() {
    carts(4);
    group_of("all", 2);
  }
  void leave(std::string_view group, std::string_view thing) {
    ASSERT_EQ(ask("PUT", "/thing-groups/removeThingFromThingGroup",
                  fmt::format(R"({{"thingGroupName":"{}","thingName":"{}"}})", group, thing)),
              "200 {}");
  }
  std::vector<std::string> sent() {
    std::vector<std::string> topics;
    for (const Delivery& delivery : outbox.take()) topics.emplace_back(delivery.topic);
    return topics;
  }
};

TEST_F(Continuous, ALateJoinerGetsAnExecutionAtOnceWhateverTheRate) {
  create("fw", "thinggroup/all",
         std::string{continuous} + R"(,"jobExecutionsRolloutConfig":{"maximumPerMinute":1})");
  EXPECT_EQ(count("fw", JobStatus::queued), 1U);
  outbox.take();
  join("all", "cart-3");
  EXPECT_EQ(count("fw", JobStatus::queued), 2U);
  EXPECT_THAT(sent(), ElementsAre("$aws/things/cart-3/jobs/notify-next"));
  go_to(60);
  EXPECT_EQ(count("fw", JobStatus::queued), 3U);
}

TEST_F(Continuous, ASnapshotIgnoresLateJoinersAndThoseWhoLeave) {
  create("fw", "thinggroup/all");
  join("all", "cart-3");
  leave("all", "cart-0");
  EXPECT_EQ(count("fw", JobStatus::queued), 2U);
}

TEST_F(Continuous, NeverCompletes) {
  create("fw", "thinggroup/all", continuous);
  update("cart-0", "fw", "SUCCEEDED");
  update("cart-1", "fw", "SUCCEEDED");
  EXPECT_EQ(state("fw"), "IN_PROGRESS");
}

TEST_F(Continuous, WhoLeavesIsRemovedAndToldSo) {
  create("fw", "thinggroup/all", continuous);
  update("cart-0", "fw", "IN_PROGRESS");
  update("cart-1", "fw", "SUCCEEDED");
  outbox.take();
  event_log.lines.clear();
  leave("all", "cart-0");
  leave("all", "cart-1");
  EXPECT_THAT(ask("GET", "/things/cart-0/jobs/fw"),
              AllOf(HasSubstr(R"("status":"REMOVED")"), HasSubstr(R"("versionNumber":3)")));
  EXPECT_THAT(ask("GET", "/things/cart-1/jobs/fw"), HasSubstr("SUCCEEDED"));
  EXPECT_THAT(sent(), ElementsAre("$aws/things/cart-0/jobs/notify-next"));
  EXPECT_THAT(update("cart-0", "fw", "SUCCEEDED"),
              StartsWith("409 InvalidStateTransitionException"));
  EXPECT_THAT(event_log.topics(),
              ElementsAre("thingGroupMembership/thingGroup/all/thing/cart-0/removed",
                          "jobExecution/fw/removed",
                          "thingGroupMembership/thingGroup/all/thing/cart-1/removed"));
}

TEST_F(Continuous, WhoComesBackStartsAnewWithAllRetries) {
  create("fw", "thinggroup/all",
         std::string{continuous} +
             R"(,"jobExecutionsRetryConfig":{"criteriaList":[{"failureType":"ALL",)"
             R"("numberOfRetries":1}]})");
  update("cart-0", "fw", "FAILED");
  update("cart-0", "fw", "FAILED");  // the one retry is spent
  EXPECT_THAT(ask("GET", "/things/cart-0/jobs/fw"), HasSubstr(R"("executionNumber":2)"));
  leave("all", "cart-0");
  join("all", "cart-0");
  EXPECT_THAT(ask("GET", "/things/cart-0/jobs/fw"),
              AllOf(HasSubstr(R"("status":"QUEUED")"), HasSubstr(R"("executionNumber":3)")));
  update("cart-0", "fw", "FAILED");
  EXPECT_THAT(ask("GET", "/things/cart-0/jobs/fw"),
              AllOf(HasSubstr(R"("status":"QUEUED")"), HasSubstr(R"("executionNumber":4)")));
  update("cart-0", "fw", "FAILED");
  EXPECT_THAT(ask("GET", "/things/cart-0/jobs/fw"),
              AllOf(HasSubstr(R"("status":"FAILED")"), HasSubstr(R"("executionNumber":4)")));
}

TEST_F(Continuous, OneWhoWaitsForItsMinuteAndLeavesGetsNothing) {
  create("fw", "thinggroup/all",
         std::string{continuous} + R"(,"jobExecutionsRolloutConfig":{"maximumPerMinute":1})");
  leave("all", "cart-1");
  go_to(600);
  EXPECT_EQ(engine.job("fw")->executions.size(), 1U);
}

TEST_F(Continuous, ChildGroupsCount) {
  ask("POST", "/thing-groups/child", R"({"parentGroupName":"all"})");
  create("fw", "thinggroup/all", continuous);
  join("child", "cart-2");
  EXPECT_EQ(count("fw", JobStatus::queued), 3U);
  leave("child", "cart-2");
  EXPECT_EQ(count("fw", JobStatus::removed), 1U);
}

TEST_F(Continuous, ATargetOfTwoKindsStaysWhileOneOfThemHolds) {
  ask("POST", "/thing-groups/other", "{}");
  join("other", "cart-0");
  ask("PUT", "/jobs/fw",
      R"({"targets":["arn:aws:iot:us-east-1:123456789012:thinggroup/all",)"
      R"("arn:aws:iot:us-east-1:123456789012:thinggroup/other",)"
      R"("arn:aws:iot:us-east-1:123456789012:thing/cart-1"],"document":"{}",)"
      R"("targetSelection":"CONTINUOUS"})");
  EXPECT_EQ(count("fw", JobStatus::queued), 2U);
  leave("all", "cart-0");
  leave("all", "cart-1");
  EXPECT_EQ(count("fw", JobStatus::queued), 2U);
  leave("other", "cart-0");
  EXPECT_EQ(count("fw", JobStatus::removed), 1U);
  update("cart-1", "fw", "SUCCEEDED");
  join("other", "cart-1");  // a target of its own right has had its turn
  EXPECT_EQ(engine.job("fw")->executions.size(), 2U);
}

TEST_F(Continuous, TargetsAreAssociatedLater) {
  create("fw", "thinggroup/all", continuous);
  EXPECT_EQ(
      ask("POST", "/jobs/fw/targets",
          R"({"targets":["arn:aws:iot:us-east-1:123456789012:thing/cart-3"],"comment":"late"})"),
      R"(200 {"jobArn":"arn:aws:iot:us-east-1:123456789012:job/fw","jobId":"fw"})");
  EXPECT_EQ(count("fw", JobStatus::queued), 3U);
  EXPECT_THAT(ask("GET", "/jobs/fw"),
              AllOf(HasSubstr(R"("comment":"late")"), HasSubstr(R"(thing/cart-3"])")));
  ask("POST", "/thing-groups/more", "{}");
  join("more", "cart-2");
  ask("POST", "/jobs/fw/targets",
      R"({"targets":["arn:aws:iot:us-east-1:123456789012:thinggroup/more"]})");
  EXPECT_EQ(count("fw", JobStatus::queued), 4U);
}

TEST_F(Continuous, AHundredTargetsAreTheLimit) {
  create("fw", "thinggroup/all", continuous);
  std::string targets;
  for (int i = 0; i < 100; ++i) {
    ask("POST", fmt::format("/thing-groups/g-{}", i), "{}");
    targets += fmt::format(R"({}"{}thinggroup/g-{}")", i == 0 ? "" : ",", arn_front, i);
  }
  EXPECT_THAT(ask("POST", "/jobs/fw/targets", R"({"targets":[)" + targets + "]}"),
              StartsWith("410 LimitExceededException"));
}

TEST_F(Continuous, ADeletedThingLeavesEveryJob) {
  create("cont", "thinggroup/all", continuous);
  create("snap", "thinggroup/all");
  update("cart-0", "cont", "IN_PROGRESS");
  outbox.take();
  EXPECT_EQ(ask("DELETE", "/things/cart-0"), "200 {}");
  EXPECT_EQ(count("cont", JobStatus::removed), 1U);
  EXPECT_EQ(count("snap", JobStatus::removed), 1U);
  EXPECT_THAT(sent(), ElementsAre("$aws/things/cart-0/jobs/notify-next"));
  update("cart-1", "snap", "SUCCEEDED");
  EXPECT_EQ(state("snap"), "COMPLETED");
  EXPECT_THAT(create("more", "thing/cart-0"), StartsWith("404"));
}

TEST_F(Continuous, ADeletedGroupTakesItsMembersAlong) {
  create("fw", "thinggroup/all", continuous);
  EXPECT_EQ(ask("DELETE", "/thing-groups/all"), "200 {}");
  EXPECT_EQ(count("fw", JobStatus::removed), 2U);
  EXPECT_THAT(sent(), ::testing::Contains("$aws/things/cart-0/jobs/notify-next"));
}

TEST_F(Continuous, AnEmptySnapshotIsCompleteAtOnce) {
  ask("POST", "/thing-groups/none", "{}");
  create("fw", "thinggroup/none");
  EXPECT_EQ(state("fw"), "COMPLETED");
}

}  // namespace
}  // namespace cartstorm::broker::test

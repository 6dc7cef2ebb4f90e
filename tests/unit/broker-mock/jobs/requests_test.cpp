#include "tests/unit/broker-mock/support/jobs_bench.hpp"

namespace cartstorm::broker::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class AskingCart : public JobsBench {
 protected:
  void SetUp() override {
    create("fw-1", {cart});
    outbox.take();
  }
};

TEST_F(AskingCart, GetsItsPendingExecutions) {
  EXPECT_EQ(reply("get", R"({"clientToken":"t1"})"),
            R"(get/accepted {"clientToken":"t1","timestamp":1710072010,"inProgressJobs":[],)"
            R"("queuedJobs":[{"jobId":"fw-1","queuedAt":1710072000,"lastUpdatedAt":1710072000,)"
            R"("versionNumber":1,"executionNumber":1}]})");
}

TEST_F(AskingCart, AnEmptyPayloadIsAnEmptyObject) {
  EXPECT_THAT(reply("get", ""), HasSubstr(R"({"timestamp":1710072010,"inProgressJobs":[])"));
}

TEST_F(AskingCart, StartsTheFrontWithDetailsAndDocument) {
  EXPECT_EQ(reply("start-next", R"({"statusDetails":{"state":"offered"}})"),
            R"(start-next/accepted {"timestamp":1710072010,"execution":{"jobId":"fw-1",)"
            R"("thingName":"cart-0001","status":"IN_PROGRESS","statusDetails":{"state":"offered"},)"
            R"("queuedAt":1710072000,"startedAt":1710072010,"lastUpdatedAt":1710072010,)"
            R"("versionNumber":2,"executionNumber":1,"jobDocument":{"v":"2",)"
            R"("url":"https://minted/2/fw/2.bin"}}})");
}

TEST_F(AskingCart, StartingAgainAfterARebootChangesNothingButTheUrl) {
  ask("start-next", R"({"statusDetails":{"state":"offered"}})");
  EXPECT_EQ(reply("start-next", R"({"statusDetails":{"state":"other"}})", 99),
            R"(start-next/accepted {"timestamp":1710072099,"execution":{"jobId":"fw-1",)"
            R"("thingName":"cart-0001","status":"IN_PROGRESS","statusDetails":{"state":"offered"},)"
            R"("queuedAt":1710072000,"startedAt":1710072010,"lastUpdatedAt":1710072010,)"
            R"("versionNumber":2,"executionNumber":1,"jobDocument":{"v":"2",)"
            R"("url":"https://minted/3/fw/2.bin"}}})");
}

TEST_F(AskingCart, WithNothingPendingGetsNoExecutionMember) {
  engine.cancel("fw-1", false, at(1));
  EXPECT_EQ(reply("start-next", R"({"clientToken":"x"})"),
            R"(start-next/accepted {"clientToken":"x","timestamp":1710072010})");
  EXPECT_EQ(reply("$next/get", "{}"), R"($next/get/accepted {"timestamp":1710072010})");
}

TEST_F(AskingCart, DescribesTheNextOneUnderTheTopicItAskedOn) {
  EXPECT_THAT(reply("$next/get", R"({"includeJobDocument":false})"),
              R"($next/get/accepted {"timestamp":1710072010,"execution":{"jobId":"fw-1",)"
              R"("thingName":"cart-0001","status":"QUEUED","queuedAt":1710072000,)"
              R"("lastUpdatedAt":1710072000,"versionNumber":1,"executionNumber":1}})");
  EXPECT_THAT(reply("$next/get", "{}"), HasSubstr(R"("url":"https://minted/2/fw/2.bin")"));
  EXPECT_THAT(reply("fw-1/get", "{}"), HasSubstr(R"("url":"https://minted/3/fw/2.bin")"));
}

TEST_F(AskingCart, DescribesByExecutionNumber) {
  EXPECT_THAT(reply("fw-1/get", R"({"executionNumber":1})"), HasSubstr("get/accepted"));
  EXPECT_EQ(reply("fw-1/get", R"({"executionNumber":2,"clientToken":"c"})"),
            R"(fw-1/get/rejected {"code":"ResourceNotFound","message":"No such job execution",)"
            R"("timestamp":1710072010,"clientToken":"c"})");
  EXPECT_THAT(reply("$next/get", R"({"executionNumber":2})"), HasSubstr("ResourceNotFound"));
}

TEST_F(AskingCart, CannotDescribeATerminalExecution) {
  ask("fw-1/update", R"({"status":"SUCCEEDED"})");
  EXPECT_EQ(reply("fw-1/get", "{}"),
            R"(fw-1/get/rejected {"code":"TerminalStateReached",)"
            R"("message":"The job execution is in a terminal state","timestamp":1710072010})");
}

TEST_F(AskingCart, IsToldWhatItGotWrong) {
  EXPECT_THAT(
      reply("fw-1/frobnicate", R"({"clientToken":"c"})"),
      R"(fw-1/frobnicate/rejected {"code":"InvalidTopic","message":"No API maps to this topic",)"
      R"("timestamp":1710072010,"clientToken":"c"})");
  EXPECT_THAT(reply("$next/update", "{}"), HasSubstr("InvalidTopic"));
  EXPECT_THAT(reply("bad.id/get", "{}"), HasSubstr("InvalidTopic"));
  EXPECT_EQ(reply("get", R"([{"clientToken":"c"}])"),
            R"(get/rejected {"code":"InvalidJson","message":"The payload is not a JSON object",)"
            R"("timestamp":1710072010})");
  EXPECT_THAT(reply("get", "{\"clientToken\":\"\xff\"}"), HasSubstr("InvalidJson"));
  EXPECT_THAT(reply("get", R"({"clientToken":7})"), HasSubstr("InvalidRequest"));
  EXPECT_THAT(reply("$next/get", R"({"includeJobDocument":"yes"})"), HasSubstr("InvalidRequest"));
  EXPECT_THAT(reply("start-next", R"({"stepTimeoutInMinutes":0})"), HasSubstr("InvalidRequest"));
  EXPECT_THAT(reply("start-next", R"({"stepTimeoutInMinutes":10081})"), HasSubstr("1..10080"));
  EXPECT_THAT(reply("start-next", R"({"statusDetails":[]})"), HasSubstr("InvalidRequest"));
}

TEST_F(AskingCart, PublishingToAServiceTopicIsNotAnswered) {
  EXPECT_EQ(ask("notify-next", "{}"), jobs::Handled::unroutable);
  EXPECT_EQ(ask("fw-1/update/accepted", "{}"), jobs::Handled::unroutable);
  EXPECT_THAT(topics(), IsEmpty());
}

TEST_F(AskingCart, CannotReachTheJobOfAnotherThing) {
  create("fw-9", {other});
  EXPECT_THAT(reply("fw-9/get", "{}"), HasSubstr("ResourceNotFound"));
}

TEST_F(AskingCart, ThingLevelTopicsWinOverAJobOfThatName) {
  create("get", {cart}, 5);
  EXPECT_THAT(reply("get", "{}"), HasSubstr("queuedJobs"));
  EXPECT_THAT(reply("get/get", "{}"), HasSubstr(R"("jobId":"get")"));
}

TEST_F(AskingCart, ADeletedJobIsNotFoundAndItsIdIsFreeAgain) {
  EXPECT_EQ(engine.remove("fw-1", false, at(5)).message,
            "job fw-1 still runs; cancel it first or delete it with force");
  EXPECT_EQ(engine.remove("fw-1", true, at(5)).message, "");
  EXPECT_THAT(reply("fw-1/get", "{}"), HasSubstr("ResourceNotFound"));
  EXPECT_THAT(reply("fw-1/update", R"({"status":"SUCCEEDED"})"), HasSubstr("ResourceNotFound"));
  EXPECT_EQ(create("fw-1", {cart}, 9), "");
}

TEST_F(AskingCart, RepliesReachOnlyTheRequester) {
  create("fw-2", {other});
  outbox.take();
  ask("get", "{}");
  const auto deliveries = outbox.take();
  ASSERT_EQ(deliveries.size(), 1U);
  EXPECT_EQ(deliveries[0].thing, cart);
  EXPECT_EQ(deliveries[0].topic, "$aws/things/cart-0001/jobs/get/accepted");
}

TEST_F(JobsBench, RefusesJobsThatCannotBe) {
  jobs::JobNumber number{};
  const auto error = [&](auto change) {
    jobs::JobSpec spec;
    spec.id = "fw-1";
    spec.document = "{}";
    spec.targets = {cart};
    change(spec);
    return engine.create(spec, at(0), number).message;
  };
  EXPECT_THAT(error([](auto& s) { s.id = "a/b"; }), HasSubstr("[a-zA-Z0-9_-]{1,64}"));
  EXPECT_THAT(error([](auto& s) { s.targets.clear(); }), HasSubstr("no target"));
  EXPECT_THAT(error([](auto& s) { s.targets = {ThingId{77}}; }), HasSubstr("not registered"));
  EXPECT_THAT(error([](auto& s) { s.document = "[]"; }), HasSubstr("not a JSON object"));
  EXPECT_THAT(error([](auto& s) { s.document = std::string(32'769, ' '); }), HasSubstr("32768"));
  EXPECT_THAT(
      error([](auto& s) { s.document = R"({"u":"${aws:iot:s3-presigned-url-v2:ftp://x}"})"; }),
      HasSubstr("not an S3 address: ftp://x"));
  EXPECT_THAT(error([](auto& s) { s.url_expires_s = 59; }), HasSubstr("60..3600"));
  EXPECT_THAT(error([](auto& s) { s.in_progress_timeout_min = 10'081; }), HasSubstr("1..10080"));
  EXPECT_EQ(error([](auto&) {}), "");
  EXPECT_THAT(error([](auto&) {}), HasSubstr("exists already"));
}

TEST_F(JobsBench, ReplacesBothFormsOfThePlaceholder) {
  jobs::JobSpec spec;
  spec.id = "fw-1";
  spec.document =
      R"({"a":"${aws:iot:s3-presigned-url:https://s3.eu-west-1.amazonaws.com/fw/a/b.bin}",)"
      R"("b":"${aws:iot:s3-presigned-url-v2:https://carts.s3.us-east-1.amazonaws.com/c.bin}",)"
      R"("c":1})";
  spec.targets = {cart};
  jobs::JobNumber number{};
  ASSERT_EQ(engine.create(spec, at(0), number).message, "");
  EXPECT_THAT(
      reply("$next/get", "{}"),
      HasSubstr(
          R"("jobDocument":{"a":"https://minted/3/fw/a/b.bin","b":"https://minted/4/carts/c.bin",)"
          R"("c":1})"));
}

}  // namespace
}  // namespace cartstorm::broker::test

#include "sim/faults/legacy_policy.hpp"

#include <gtest/gtest.h>

namespace cartstorm::sim {
namespace {

Image image_with(std::vector<ImageQuirk> quirks) {
  Image image;
  image.quirks = std::move(quirks);
  return image;
}

constexpr auto describe_topic = "$aws/things/cart-00001/jobs/$next/get/accepted";
constexpr auto describe_reply =
    R"({"clientToken":"aa","timestamp":1000,"execution":{"jobId":"j","executionNumber":1,"status":"QUEUED"}})";
constexpr auto update_topic = "$aws/things/cart-00001/jobs/j/update";

TEST(LegacyPolicy, LeavesAnImageWithoutQuirksAlone) {
  const Image image = image_with({});
  LegacyPolicy policy{image};
  EXPECT_FALSE(policy.is_active());
  EXPECT_EQ(LegacyPolicy::tuning(image).backoff_base_ms, ota::Tuning{}.backoff_base_ms);
}

TEST(LegacyPolicy, RestsNotHoweverOftenItTried) {
  const Image image = image_with({ImageQuirk::retry_without_backoff});
  EXPECT_EQ(LegacyPolicy::tuning(image).attempt_window_s, 0u);
}

TEST(LegacyPolicy, JudgesByTheLocalClock) {
  const Image image = image_with({ImageQuirk::local_clock_validity});
  LegacyPolicy policy{image};
  WireMessage reply{"$aws/things/c/jobs/j/update/accepted",
                    R"({"clientToken":"t","timestamp":100000})"};
  ASSERT_TRUE(policy.on_downlink(reply, -46'800));
  EXPECT_EQ(reply.payload, R"({"clientToken":"t","timestamp":53200})");
}

TEST(LegacyPolicy, WithoutTheAnchorChannelNeitherAsksNorTakes) {
  const Image image = image_with({ImageQuirk::no_anchor_channel});
  LegacyPolicy policy{image};
  EXPECT_FALSE(policy.on_uplink("carts/c/ca/request", "{}", 0).is_sent);
  WireMessage install{"carts/c/ca/install", "{}"};
  EXPECT_FALSE(policy.on_downlink(install, 0));
  EXPECT_TRUE(policy.on_uplink("carts/c/heartbeat", "{}", 0).is_sent);
}

TEST(LegacyPolicy, TriesARejectedJobAgainFromItsOwnCopy) {
  const Image image = image_with({ImageQuirk::retry_without_backoff});
  LegacyPolicy policy{image};
  WireMessage reply{describe_topic, describe_reply};
  ASSERT_TRUE(policy.on_downlink(reply, 0));

  const auto failed = policy.on_uplink(
      update_topic,
      R"({"status":"FAILED","statusDetails":{"reason":"not_yet_valid"},"clientToken":"b"})", 0);
  EXPECT_TRUE(failed.is_sent);
  EXPECT_EQ(failed.retry_in_us, 30'000'000);

  const auto retry = policy.retry("cart-00001");
  ASSERT_TRUE(retry);
  EXPECT_EQ(retry->topic, "$aws/things/cart-00001/jobs/notify-next");

  const auto describe =
      policy.on_uplink("$aws/things/cart-00001/jobs/$next/get", R"({"clientToken":"cc"})", 77);
  EXPECT_FALSE(describe.is_sent);
  ASSERT_TRUE(describe.answer);
  EXPECT_EQ(
      describe.answer->payload,
      R"({"clientToken":"cc","timestamp":77,"execution":{"jobId":"j","executionNumber":2,"status":"QUEUED"}})");

  WireMessage refusal{"$aws/things/cart-00001/jobs/j/update/rejected",
                      R"({"code":"InvalidStateTransition","timestamp":88,"clientToken":"dd"})"};
  ASSERT_TRUE(policy.on_downlink(refusal, 0));
  EXPECT_EQ(refusal.topic, "$aws/things/cart-00001/jobs/j/update/accepted");
  EXPECT_EQ(refusal.payload, R"({"clientToken":"dd","timestamp":88})");
}

TEST(LegacyPolicy, SaysNothingToJobsAfterARollbackAndTakesTheExecutionAgain) {
  const Image image = image_with({ImageQuirk::retry_without_backoff});
  LegacyPolicy policy{image};
  const auto failed = policy.on_uplink(
      update_topic,
      R"({"status":"FAILED","statusDetails":{"reason":"rolled_back"},"clientToken":"b"})", 5);
  EXPECT_FALSE(failed.is_sent);
  EXPECT_EQ(failed.retry_in_us, 120'000'000);
  ASSERT_TRUE(failed.answer);
  EXPECT_EQ(failed.answer->topic, "$aws/things/cart-00001/jobs/j/update/accepted");
  EXPECT_EQ(failed.answer->payload, R"({"clientToken":"b","timestamp":5})");
}

}  // namespace
}  // namespace cartstorm::sim

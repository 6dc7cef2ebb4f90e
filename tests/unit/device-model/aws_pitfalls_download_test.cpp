#include <fmt/format.h>
#include <gmock/gmock.h>

#include "support/pitfall.hpp"

// What devices get wrong about presigned URLs, S3 and an MQTT link, by the rows of the same list as
// in aws_pitfalls_test.cpp.
namespace ota::test {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* expired_body =
    "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>";

TEST_F(Pitfall, Row16UrlExpiryAfterALostConnectionAsksAndGoesOnAtTheOffset) {
  world.store.cut_body_after = 3000;
  work_until(State::downloading);
  ASSERT_TRUE(world.run_to(State::backing_off));
  world.store.cut_body_after = 0xffffffff;
  world.store.statuses = {403};
  world.store.error_body = expired_body;
  world.run();
  expect_updated();
  EXPECT_THAT(world.store.firsts, ElementsAre(0u, 3000u, 3000u));
  EXPECT_EQ(world.journal().retries, 0);
}

TEST_F(Pitfall, Row16AFreshUrlDoesNotHideAnotherObject) {
  world.store.cut_body_after = 3000;
  work_until(State::downloading);
  ASSERT_TRUE(world.run_to(State::backing_off));
  world.store.cut_body_after = 0xffffffff;
  world.store.etag = "\"etag-2\"";  // If-Match with the first ETag: 412
  world.run();
  expect_updated();
  EXPECT_THAT(world.store.firsts, ElementsAre(0u, 3000u, 0u));
}

TEST_F(Pitfall, Row17StaleUrlOfANotificationIsNeverFetched) {
  boot_and_run();
  offer(good_image(v2));
  std::string& document = world.cloud.executions.back().document;
  const std::string fresh = document;
  document.replace(document.find("Signature=00"), 12, "Signature=aa");
  notify();
  document = fresh;
  world.run();
  expect_updated();
  EXPECT_THAT(world.store.urls, Each(HasSubstr("Signature=00")));
}

TEST_F(Pitfall, Row17AUrlFromBeforeAResetIsNeverFetched) {
  work_until(State::downloading);
  std::string& document = world.cloud.executions.back().document;
  document.replace(document.find("Signature=00"), 12, "Signature=bb");
  boot_and_run();
  expect_updated();
  EXPECT_THAT(world.store.urls.back(), HasSubstr("Signature=bb"));
}

TEST_F(Pitfall, Row18SwapObjectBetweenRangesIsNeverSpliced) {
  world.store.cut_body_after = 3000;
  work_until(State::downloading);
  ASSERT_TRUE(world.run_to(State::backing_off));
  world.store.object[10] ^= std::byte{1};  // another object, and a server that forgot its ETag
  world.store.etag.clear();
  world.store.cut_body_after = 0xffffffff;
  world.run();
  EXPECT_EQ(status(), "FAILED") << "the digest of the whole sees it, twice";
  EXPECT_EQ(world.agent.running_version(), v1);
}

TEST_F(Pitfall, Row19IgnoreRangeNeverAppendsTheWholeBody) {
  world.store.cut_body_after = 3000;
  world.store.ignores_range = true;
  work_until(State::downloading);
  ASSERT_TRUE(world.run_to(State::backing_off));
  world.store.cut_body_after = 0xffffffff;
  world.run();
  expect_updated();
  EXPECT_THAT(world.store.firsts, ElementsAre(0u, 3000u, 0u));
}

TEST_F(Pitfall, Row19ARangeThatWasNotAskedForIsNotWritten) {
  world.store.cut_body_after = 3000;
  work_until(State::downloading);
  ASSERT_TRUE(world.run_to(State::backing_off));
  for (int i = 0; i < 3000 && world.store.gets < 2; ++i) {
    world.advance();
  }
  const std::uint64_t before = world.board.flash.changes(Region::slot_b);
  world.deliver(event::HttpHead{206, 2000, 6000, "\"etag-1\"", 0});
  EXPECT_EQ(world.agent.state(), State::backing_off);
  EXPECT_EQ(world.board.flash.changes(Region::slot_b), before);
}

TEST_F(Pitfall, Row20ResumeAtEndVerifiesInsteadOfFetchingNothing) {
  work_until(State::verifying);
  ASSERT_EQ(world.journal().watermark, 6000u);
  boot_and_run();
  expect_updated();
  EXPECT_THAT(world.store.firsts, ElementsAre(0u));
}

TEST_F(Pitfall, Row21CutAtAnyByteResumesThere) {
  for (const std::uint32_t at : {1u, 7u, 8u, 9u, 1023u, 1024u, 1025u, 4095u, 4096u, 5999u}) {
    SCOPED_TRACE(at);
    World fresh;
    fresh.cloud.offer("fw", good_image(v2));
    fresh.store.object = good_image(v2).bytes;
    fresh.store.cut_body_after = at;
    fresh.boot();
    ASSERT_TRUE(fresh.run_to(State::backing_off));
    fresh.store.cut_body_after = 0xffffffff;
    fresh.run();
    EXPECT_EQ(fresh.cloud.executions.back().status, "SUCCEEDED");
    EXPECT_EQ(fresh.store.firsts, (std::vector<std::uint32_t>{0, at / 8 * 8}));
  }
}

TEST_F(Pitfall, Row21StallAfterEveryHeadIsLeftAndEndsInFailed) {
  world.store.goes_silent = true;
  offer(good_image(v2));
  boot_and_run();
  EXPECT_EQ(status(), "FAILED");
  EXPECT_EQ(world.store.gets, 9);
  EXPECT_GT(world.elapsed_ms + world.now.ms, 9u * 60'000u);
}

TEST_F(Pitfall, Row21AWrongContentLengthIsNotBelieved) {
  offer(good_image(v2));
  world.store.object.resize(5000);
  boot_and_run();
  EXPECT_EQ(status(), "FAILED");
  EXPECT_EQ(world.board.flash.changes(Region::slot_b), 0u);
}

TEST_F(Pitfall, Row22SlowdownBurstIsSpreadByJitter) {
  std::set<std::uint64_t> pauses;
  for (std::uint64_t cart = 0; cart < 10; ++cart) {
    World fresh;
    fresh.board.random_draws = cart * 1000;
    fresh.cloud.offer("fw", good_image(v2));
    fresh.store.object = good_image(v2).bytes;
    fresh.store.statuses = {503};
    fresh.boot();
    ASSERT_TRUE(fresh.run_to(State::backing_off));
    const std::uint64_t pause = fresh.agent.deadline().ms - fresh.now.ms;
    EXPECT_GE(pause, 15'000u);
    EXPECT_LE(pause, 30'000u);
    pauses.insert(pause);
    fresh.run();
    EXPECT_EQ(fresh.cloud.executions.back().status, "SUCCEEDED");
  }
  EXPECT_GE(pauses.size(), 8u);
}

TEST_F(Pitfall, Row23ThrottleOnAnyRequestIsAnsweredByANewTokenAfterAPause) {
  work_until(State::offered);
  const std::string first = member(uplinks.back().payload, "clientToken");
  world.boot();
  world.cloud.reject_next_with = "RequestThrottled";
  world.run();
  expect_updated();
  std::set<std::string> tokens;
  std::size_t requests = 0;
  for (const Message& message : uplinks) {
    const std::string token = member(message.payload, "clientToken");
    requests += token.empty() ? 0 : 1;
    tokens.insert(token);
  }
  tokens.erase("");
  EXPECT_EQ(tokens.size(), requests);
  EXPECT_TRUE(tokens.contains(first));
}

TEST_F(Pitfall, Row23ThrottledReportsDoNotTouchTheConfirm) {
  work_until(State::trial);
  ASSERT_TRUE(world.run_to(State::reporting));
  EXPECT_EQ(world.boot_record().active, Slot::b);
  world.boot();
  throttles = true;
  for (int i = 0; i < 20; ++i) {
    world.run_for(7'200'000);
    ASSERT_EQ(world.agent.state(), State::reporting);
    ASSERT_EQ(world.boot_record().active, Slot::b);
  }
  throttles = false;
  world.cloud.reject_next_with.clear();
  world.run();
  expect_updated();
}

TEST_F(Pitfall, Row25CloneIdThatKicksTheLinkAsksOncePerConnectAndLosesNothing) {
  offer(good_image(v2));
  world.boot();
  world.run_to(State::downloading);
  uplinks.clear();
  for (int i = 0; i < 50; ++i) {
    lose_the_link();
    find_the_link();
  }
  EXPECT_EQ(uplinks_to("$next/get"), 50u);
  EXPECT_EQ(uplinks.size(), 100u) << "and one heartbeat each";
  world.run();
  expect_updated();
  EXPECT_EQ(verdicts(), 1u);
}

TEST_F(Pitfall, Row26LateSubackMayLoseEveryNotificationOfTheConnect) {
  offer(good_image(v2));
  boot_and_run();  // nothing ever notifies this cart
  expect_updated();
}

TEST_F(Pitfall, Row31LongUrlUpToTheBufferIsUsedWhole) {
  for (const std::size_t length : {1900u, 2047u, 2048u, 2049u}) {
    SCOPED_TRACE(length);
    World fresh;
    fresh.cloud.offer("fw", good_image(v2));
    fresh.store.object = good_image(v2).bytes;
    std::string& document = fresh.cloud.executions.back().document;
    const std::size_t from = document.find("https://");
    const std::size_t size = document.find('"', from) - from;
    document.insert(from + size, std::string(length - size, 'x'));
    const std::string url = document.substr(from, length);
    fresh.boot();
    fresh.run();
    EXPECT_EQ(fresh.overflows, 0);
    if (length <= 2048) {
      EXPECT_EQ(fresh.cloud.executions.back().status, "SUCCEEDED");
      EXPECT_THAT(fresh.store.urls, Each(url));
    } else {
      EXPECT_EQ(fresh.cloud.executions.back().status, "REJECTED");
      EXPECT_THAT(fresh.cloud.other_uplinks.back().payload, HasSubstr("document_too_large"));
    }
  }
}

TEST_F(Pitfall, Row31ADocumentOf32KilobytesIsRefusedAndTheNextJobIsDone) {
  offer(good_image(v2), "fw-fat");
  world.cloud.executions.back().document.insert(
      1, fmt::format(R"("notes":"{}",)", std::string(32 * 1024, 'n')));
  offer(good_image(v2));
  boot_and_run();
  EXPECT_THAT(world.cloud.executions.front().status, ::testing::AnyOf("REJECTED", "SUCCEEDED"));
  EXPECT_EQ(world.cloud.executions.back().status, "SUCCEEDED");
  EXPECT_EQ(world.overflows, 0);
}

TEST_F(Pitfall, Row35DropConnAtAnyEventIsSurvived) {
  for (int nth = 0; nth < 60; nth += 2) {
    SCOPED_TRACE(nth);
    World fresh;
    fresh.cloud.offer("fw", good_image(v2));
    fresh.store.object = good_image(v2).bytes;
    fresh.boot();
    for (int i = 0; i < nth && !fresh.is_settled(); ++i) {
      fresh.advance();
    }
    fresh.link = false;
    fresh.deliver(event::LinkDown{});
    fresh.run_for(90'000);
    fresh.link = true;
    fresh.deliver(event::LinkUp{});
    fresh.run();
    EXPECT_EQ(fresh.cloud.executions.back().status, "SUCCEEDED");
    EXPECT_EQ(fresh.board.witness.count("manifest accept"), 1u);
  }
}

TEST_F(Pitfall, Row36SessionReplayOfOldNotificationsChangesNothing) {
  boot_and_run();
  std::vector<std::string> stored;
  for (int i = 0; i < 40; ++i) {  // jobs that are long over, in any order
    MiniCloud past;
    past.now_s -= 100 * i;
    if (i % 3 != 0) {
      past.offer(fmt::format("fw-old-{}", i), good_image(i % 2 == 0 ? v2 : v3));
    }
    stored.push_back(past.notification());
  }
  offer(good_image(v2));
  ASSERT_TRUE([&] {
    notify();
    return world.run_to(State::downloading);
  }());
  uplinks.clear();
  for (const std::string& payload : stored) {
    receive("$aws/things/cart-00042/jobs/notify-next", payload);
  }
  EXPECT_LE(uplinks_to("$next/get"), 1u) << "one question at a time";
  world.run();
  expect_updated();
  EXPECT_LE(uplinks_to("$next/get"), 6u);
  EXPECT_EQ(verdicts(), 1u);
  EXPECT_EQ(world.store.gets, 1);
}

}  // namespace
}  // namespace ota::test

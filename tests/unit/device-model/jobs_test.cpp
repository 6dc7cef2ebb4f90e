#include <fmt/format.h>
#include <gmock/gmock.h>

#include "support/idle_cart.hpp"

namespace ota::test {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;

TEST_F(IdleCart, ANotificationIsAnsweredAfterAJitterWithAFreshRequest) {
  boot_and_run();
  offer(good_image(v2));
  notify();
  EXPECT_GT(world.agent.deadline().ms, 0u);
  EXPECT_LE(world.agent.deadline().ms, 60'000u);
  notify();  // delivered twice, done once
  world.run();
  EXPECT_EQ(status(), "SUCCEEDED");
  EXPECT_EQ(world.board.witness.count("manifest accept"), 1u);
}

TEST_F(IdleCart, ANotificationThatWasLostIsMadeUpForByTheHeartbeat) {
  boot_and_run();
  offer(good_image(v2));
  world.run();
  EXPECT_EQ(status(), "SUCCEEDED");
  EXPECT_GE(world.elapsed_ms, 4u * 3'600'000u);
}

TEST_F(IdleCart, AJobForTheConfirmedVersionSucceedsWithoutAnyWrite) {
  offer(good_image(v1), "fw-again");
  boot_and_run();
  EXPECT_EQ(status(), "SUCCEEDED");
  EXPECT_EQ(world.store.gets, 0);
  EXPECT_EQ(world.board.flash.changes(Region::slot_b), 0u);
}

TEST_F(IdleCart, WhatDoesNotFitIsRejected) {
  struct Row {
    const char* reason;
    const char* status;
    std::function<void(Manifest&)> change;
  };
  const Row rows[] = {
      {"unknown_flag", "REJECTED", [](Manifest& m) { m.flags = 4; }},
      {"wrong_hardware", "REJECTED", [](Manifest& m) { m.hardware_mask = 0xfffffff7; }},
      {"wrong_layout", "REJECTED", [](Manifest& m) { m.layout = 8; }},
      {"older_security_version", "REJECTED", [](Manifest& m) { m.security_version = 0; }},
      {"downgrade", "REJECTED", [](Manifest& m) { m.version = {0x000107ff}; }},
      {"image_too_large", "FAILED", [](Manifest& m) { m.image_size = 14 * 1024 + 1; }},
      {"not_yet_valid", "FAILED", [](Manifest& m) { m.issued = {1'750'000'001}; }},
      {"expired", "FAILED", [](Manifest& m) { m.expires = {1'750'000'000}; }},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.reason);
    World fresh;
    fresh.cloud.offer("fw-2-0-0", changed(row.change));
    fresh.boot();
    fresh.run();
    EXPECT_EQ(fresh.cloud.executions.back().status, row.status);
    EXPECT_THAT(fresh.cloud.other_uplinks.back().payload,
                HasSubstr(fmt::format(R"("reason":"{}")", row.reason)));
    EXPECT_EQ(fresh.store.gets, 0);
    EXPECT_EQ(fresh.board.witness.count(fmt::format("manifest reject {}", row.reason)), 1u);
  }
}

TEST_F(IdleCart, TheFirstAndTheLastSecondOfTheDatesAreJudgedByServerTime) {
  offer(changed([](Manifest& m) {
    m.issued = {1'750'000'000};
    m.expires = {1'750'000'001};
  }));
  boot_and_run();
  EXPECT_EQ(status(), "SUCCEEDED");
}

TEST_F(IdleCart, ABadSignatureFails) {
  Image image = good_image(v2);
  image.trailer[130] ^= std::byte{1};
  offer(image);
  boot_and_run();
  expect_end("FAILED", "bad_signature");
}

TEST_F(IdleCart, ADocumentThatContradictsTheManifestIsRejected) {
  offer(good_image(v2));
  std::string& document = world.cloud.executions.back().document;
  document.replace(document.find("\"size\":6000"), 11, "\"size\":6001");
  boot_and_run();
  expect_end("REJECTED", "document_mismatch");
}

TEST_F(IdleCart, AUrlMayBeWrittenWithEscapes) {
  offer(good_image(v2));
  std::string& document = world.cloud.executions.back().document;
  const std::string plain = "https://s3";
  document.replace(document.find(plain), plain.size(), R"(https:\/\u002fs\u0033)");
  boot_and_run();
  EXPECT_EQ(status(), "SUCCEEDED");
  EXPECT_THAT(world.store.urls, Each(HasSubstr(plain)));
}

TEST_F(IdleCart, MalformedDocumentsAreRejected) {
  const std::string good = world.cloud.document_for(good_image(v2));
  const auto without = [&](const char* from, const char* to) {
    std::string text = good;
    text.replace(text.find(from), std::string{from}.size(), to);
    return text;
  };
  const std::pair<std::string, const char*> rows[] = {
      {"{}", "malformed_document"},
      {"{\"url\":{}}", "malformed_document"},
      {without("firmware_update", "reboot"), "malformed_document"},
      {without("\"version\":\"2.0.0\"", "\"version\":2"), "malformed_document"},
      {without("\"version\":\"2.0.0\"", "\"version\":\"2.0\""), "malformed_document"},
      {without("\"size\":6000", "\"size\":-1"), "malformed_document"},
      {without("\"size\":6000", "\"size\":6000,\"size\":6000"), "malformed_document"},
      {without("\"sha256\":\"", "\"sha256\":\"00"), "malformed_document"},
      {without("https://s3", "https://s 3"), "malformed_document"},
      {without("https://s3", "https://s\\r\\nHost:3"), "malformed_document"},
      {without("https://s3", "https://s\\u000a3"), "malformed_document"},
      {without("https://s3", "https://s\\u00203"), "malformed_document"},
      {without("https://s3", "https://s\\u00e93"), "malformed_document"},
      {without("\"manifest\":\"", "\"manifest\":\"A"), "malformed_manifest"},
      {without("\"manifest\":\"Q1", "\"manifest\":\"Q2"), "malformed_manifest"},
      {without("X-Amz-Signature=00", (std::string(3000, 'x')).c_str()), "document_too_large"},
  };
  for (const auto& [document, reason] : rows) {
    SCOPED_TRACE(document.substr(0, 200));
    World fresh;
    fresh.cloud.offer("fw-2-0-0", good_image(v2)).document = document;
    fresh.boot();
    fresh.run();
    EXPECT_EQ(fresh.cloud.executions.back().status, "REJECTED");
    EXPECT_THAT(fresh.cloud.other_uplinks.back().payload,
                HasSubstr(fmt::format(R"("reason":"{}")", reason)));
    EXPECT_EQ(fresh.overflows, 0);
  }
}

TEST_F(IdleCart, ADocumentWithTooManyMembersIsRejectedByItsHead) {
  offer(good_image(v2));
  std::string junk = "{";
  for (int i = 0; i < 100; ++i) {
    junk += fmt::format("\"k{}\":{},", i, i);
  }
  std::string& document = world.cloud.executions.back().document;
  document = junk + document.substr(1);
  boot_and_run();
  expect_end("REJECTED", "document_too_large");
}

TEST_F(IdleCart, AReplyCutAtAnyByteIsDroppedAndAskedForAgain) {
  offer(good_image(v2));
  world.link = false;
  world.boot();
  const std::string whole =
      fmt::format(R"({{"clientToken":"0000000000000000",{})", world.cloud.notification().substr(1));
  world.deliver(event::LinkUp{});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    receive("$aws/things/cart-00042/jobs/$next/get/accepted", whole.substr(0, size));
    ASSERT_EQ(world.agent.state(), State::idle);
  }
  receive("$aws/things/cart-00042/jobs/$next/get/accepted", whole);  // the token is not ours
  EXPECT_EQ(world.agent.state(), State::idle);
  world.link = true;
  world.run();
  EXPECT_EQ(status(), "SUCCEEDED");
}

TEST_F(IdleCart, LostRepliesAreAskedForAgainWithBackOff) {
  offer(good_image(v2));
  world.cloud.replies_to_drop = 3;
  boot_and_run();
  EXPECT_EQ(status(), "SUCCEEDED");
  EXPECT_GT(world.elapsed_ms, 100'000u);
}

TEST_F(IdleCart, EveryLostReplyOfAnUpdateIsSurvived) {
  for (int lost = 0; lost < 10; ++lost) {
    World fresh;
    const Image image = good_image(v2);
    fresh.cloud.offer("fw-2-0-0", image);
    fresh.store.object = image.bytes;
    fresh.boot();
    int seen = 0;
    for (int i = 0; i < 3000 && !fresh.is_settled(); ++i) {
      if (seen++ == lost * 7) {
        fresh.cloud.replies_to_drop = 1;
      }
      fresh.advance();
    }
    EXPECT_EQ(fresh.cloud.executions.back().status, "SUCCEEDED") << lost;
  }
}

TEST_F(IdleCart, AnAcceptedUpdateWhoseReplyWasLostEndsInAVersionConflictThatIsAdopted) {
  offer(good_image(v2));
  world.boot();
  ASSERT_TRUE(world.run_to(State::offered));
  world.cloud.executions.back().version = 5;  // moved on behind our back
  world.run();
  EXPECT_EQ(status(), "SUCCEEDED");
}

// After many lost replies the conflict is answered after a pause, and with the new number too.
TEST_F(IdleCart, AVersionConflictAfterManyLostRepliesIsAdoptedAsWell) {
  offer(good_image(v2));
  world.boot();
  ASSERT_TRUE(world.run_to(State::offered));
  world.cloud.executions.back().version = 5;
  world.link = false;  // the updates go nowhere, the cart does not know
  for (int i = 0; i < 8; ++i) {
    world.advance();
  }
  world.link = true;
  world.run_for(3 * 3'600'000);
  EXPECT_EQ(world.agent.running_version(), v2);
}

TEST_F(IdleCart, AVersionConflictWithoutANumberIsReadAgain) {
  offer(good_image(v2));
  world.boot();
  ASSERT_TRUE(world.run_to(State::offered));
  world.cloud.executions.back().version = 5;
  world.boot();
  world.cloud.answers_updates = false;
  ASSERT_TRUE(world.run_to(State::offered));
  world.cloud.answers_updates = true;
  receive("$aws/things/cart-00042/jobs/fw-2-0-0/update/rejected",
          fmt::format(R"({{"code":"VersionMismatch","clientToken":"{}"}})",
                      member(world.cloud.updates.back().payload, "clientToken")));
  world.run_for(3 * 3'600'000);
  EXPECT_EQ(world.agent.running_version(), v2);
}

TEST_F(IdleCart, AThrottledRequestIsRepeatedWithANewToken) {
  offer(good_image(v2));
  world.cloud.reject_next_with = "RequestThrottled";
  boot_and_run();
  EXPECT_EQ(status(), "SUCCEEDED");
}

TEST_F(IdleCart, AJobThatTheCloudForgotWhileItWasAcceptedIsDropped) {
  offer(good_image(v2));
  world.boot();
  ASSERT_TRUE(world.run_to(State::offered));
  world.cloud.executions.clear();
  world.run();
  EXPECT_EQ(world.agent.state(), State::idle);
  EXPECT_EQ(world.journal().phase, JobPhase::none);
}

TEST_F(IdleCart, AnotherJobInFrontReplacesTheOpenOne) {
  offer(good_image(v2));
  world.boot();
  ASSERT_TRUE(world.run_to(State::downloading));
  world.cloud.executions.back().status = "CANCELED";
  offer(good_image(v3), "fw-2-1-0");
  notify();
  world.run();
  EXPECT_EQ(world.agent.running_version(), v3);
  EXPECT_EQ(world.board.flash.defects(), 0u);
}

TEST_F(IdleCart, ANewExecutionOfTheSameJobIsCarriedOn) {
  offer(good_image(v2));
  world.boot();
  ASSERT_TRUE(world.run_to(State::downloading));
  Execution& execution = world.cloud.executions.back();
  execution.number = 2;
  execution.version = 1;
  execution.status = "QUEUED";
  world.boot();
  world.run();
  EXPECT_EQ(status(), "SUCCEEDED");
  EXPECT_EQ(world.board.witness.count("manifest accept"), 1u);
}

}  // namespace
}  // namespace ota::test

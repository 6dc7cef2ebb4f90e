#include <gmock/gmock.h>

#include <algorithm>

#include "support/world.hpp"

namespace ota::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* expired_body =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>AccessDenied</Code>"
    "<Message>Request has expired</Message></Error>";
constexpr const char* wrong_signature_body =
    "<Error><Code>SignatureDoesNotMatch</Code><Message>no</Message></Error>";

class OfferedVersionTwo : public ::testing::Test {
 protected:
  OfferedVersionTwo() {
    world.cloud.offer("fw-2-0-0", image);
    world.store.object = image.bytes;
    world.tuning.journal_every_bytes = 1024;
  }
  void boot_and_run() {
    world.boot();
    world.run();
  }
  std::string status() const { return world.cloud.executions.back().status; }
  std::string final_report() const {
    return world.cloud.other_uplinks.empty() ? "" : world.cloud.other_uplinks.back().payload;
  }
  void expect_success() {
    EXPECT_EQ(status(), "SUCCEEDED");
    EXPECT_EQ(world.agent.running_version(), v2);
    EXPECT_EQ(world.board.flash.defects(), 0u);
    EXPECT_EQ(world.overflows, 0);
  }
  void expect_failure(const char* reason) {
    EXPECT_EQ(status(), "FAILED");
    EXPECT_THAT(final_report(), HasSubstr(std::string{"\"reason\":\""} + reason + "\""));
    EXPECT_EQ(world.agent.running_version(), v1);
    EXPECT_EQ(world.boots, 1);
    EXPECT_EQ(world.boot_record().trial, Trial::none);
  }

  Image image = good_image(v2);
  World world;
};

TEST_F(OfferedVersionTwo, PiecesOfAnySizeGiveTheSameSlot) {
  for (const std::uint32_t piece : {1u, 7u, 8u, 100u, 1000u, 4096u}) {
    World w;
    w.cloud.offer("fw-2-0-0", image);
    w.store.object = image.bytes;
    w.store.piece = piece;
    w.boot();
    w.run(20000);
    EXPECT_EQ(w.cloud.executions.back().status, "SUCCEEDED") << piece;
    EXPECT_EQ(w.board.flash.defects(), 0u) << piece;
  }
}

TEST_F(OfferedVersionTwo, AnImageThatFillsItsSlotToTheLastByteFits) {
  std::vector<std::byte> bytes = image_bytes(v2, 14 * 1024);
  const Manifest fields = fields_for(v2, bytes);
  const Image full = signed_image(fields, bytes);
  world.cloud.executions.back().document = world.cloud.document_for(full);
  world.store.object = full.bytes;
  boot_and_run();
  expect_success();
}

TEST_F(OfferedVersionTwo, ABrokenConnectionIsResumedWhereItBroke) {
  world.store.cut_body_after = 2500;
  boot_and_run();
  expect_success();
  // The driver hands over whole pieces: sectors of 1,024 bytes, and 452 of which 448 are whole
  // program units.
  EXPECT_THAT(world.store.firsts, ElementsAre(0, 2496, 4992));
}

TEST_F(OfferedVersionTwo, AnExpiredUrlIsReplacedAtOnceAndCostsNoRetry) {
  world.store.statuses = {403};
  world.store.error_body = expired_body;
  world.boot();
  ASSERT_TRUE(world.run_to(State::downloading));
  while (world.store.gets < 2) {
    ASSERT_TRUE(world.advance());
  }
  EXPECT_EQ(world.now.ms, 0u);
  EXPECT_EQ(world.journal().retries, 0);
  world.run();
  expect_success();
}

TEST_F(OfferedVersionTwo, UrlsThatAreAlwaysExpiredAreAskedForWithAPause) {
  world.store.statuses.assign(6, 403);
  world.store.error_body = expired_body;
  boot_and_run();
  expect_success();
  EXPECT_GT(world.elapsed_ms, 200'000u);
}

TEST_F(OfferedVersionTwo, AWrongSignatureIsRetriedWithBackOffAndThenFails) {
  world.store.statuses.assign(20, 403);
  world.store.error_body = wrong_signature_body;
  boot_and_run();
  expect_failure("download_failed");
  EXPECT_EQ(world.store.gets, 9);  // the first try and eight retries
}

TEST_F(OfferedVersionTwo, AMissingObjectIsRetriedAndThenFails) {
  world.store.statuses.assign(20, 404);
  boot_and_run();
  expect_failure("download_failed");
}

TEST_F(OfferedVersionTwo, ASlowDownIsWaitedForAsLongAsTheServerSays) {
  world.store.statuses = {503};
  world.store.retry_after_s = 900;
  world.boot();
  while (world.store.gets < 2) {
    ASSERT_TRUE(world.advance());
  }
  EXPECT_GE(world.now.ms, 900'000u);
  world.run();
  expect_success();
}

TEST_F(OfferedVersionTwo, ARetryAfterOfAYearIsCapped) {
  world.store.statuses = {429};
  world.store.retry_after_s = 0xffffffff;
  world.boot();
  while (world.store.gets < 2) {
    ASSERT_TRUE(world.advance());
  }
  EXPECT_LE(world.now.ms, 3'600'000u);
}

TEST_F(OfferedVersionTwo, ASilentServerIsLeftAfterTheTimeout) {
  world.store.goes_silent = true;
  world.boot();
  ASSERT_TRUE(world.run_to(State::backing_off));
  EXPECT_EQ(world.now.ms, 60'000u);
  world.store.goes_silent = false;
  world.run();
  expect_success();
}

TEST_F(OfferedVersionTwo, AServerThatIgnoresTheRangeStartsOver) {
  world.store.cut_body_after = 3000;
  world.store.ignores_range = true;
  world.boot();
  ASSERT_TRUE(world.run_to(State::backing_off));
  world.store.cut_body_after = 0xffffffff;
  world.run();
  expect_success();
  EXPECT_THAT(world.store.firsts, ElementsAre(0, 3000, 0));
}

TEST_F(OfferedVersionTwo, StartingOverIsBoundedThoughEachTimeMakesProgress) {
  world.store.cut_body_after = 3000;
  world.store.ignores_range = true;
  boot_and_run();
  expect_failure("download_failed");
  EXPECT_EQ(world.store.gets, 18);  // nine times from zero, each broken and asked to go on
}

TEST_F(OfferedVersionTwo, AnObjectThatChangedUnderItsKeyStartsOver) {
  world.store.cut_body_after = 3000;
  world.boot();
  ASSERT_TRUE(world.run_to(State::backing_off));
  world.store.cut_body_after = 0xffffffff;
  world.store.etag = "\"etag-2\"";
  world.run();
  expect_success();
  EXPECT_THAT(world.store.firsts, ElementsAre(0, 3000, 0));
}

TEST_F(OfferedVersionTwo, AnEndlessBodyIsStoppedAtTheSizeOfTheManifest) {
  world.store.is_endless = true;
  boot_and_run();
  expect_success();
}

TEST_F(OfferedVersionTwo, AnObjectOfAnotherSizeIsNotWritten) {
  world.store.object.push_back(std::byte{1});
  boot_and_run();
  expect_failure("download_failed");
  EXPECT_EQ(world.board.flash.changes(Region::slot_b), 0u);
}

TEST_F(OfferedVersionTwo, AWrongByteIsFoundInFlashFetchedOnceMoreAndThenFails) {
  world.store.object[4321] ^= std::byte{1};
  boot_and_run();
  expect_failure("digest_mismatch");
  EXPECT_EQ(world.store.gets, 2);
}

TEST_F(OfferedVersionTwo, AWrongByteOnTheFirstTryOnlyIsRepaired) {
  world.store.object[4321] ^= std::byte{1};
  world.boot();
  ASSERT_TRUE(world.run_to(State::verifying));
  ASSERT_TRUE(world.run_to(State::backing_off));
  world.store.object = image.bytes;
  world.run();
  expect_success();
}

TEST_F(OfferedVersionTwo, WhatFlashHoldsIsJudgedAndNotWhatWasSent) {
  world.boot();
  ASSERT_TRUE(world.run_to(State::verifying));
  world.board.flash.flip_bit(Region::slot_b, 100, 0);
  ASSERT_TRUE(world.run_to(State::backing_off));
  world.run();
  expect_success();
}

TEST_F(OfferedVersionTwo, ABadSectorFailsTheJobAndNothingElse) {
  world.board.flash.break_sector(Region::slot_b, 2048);
  boot_and_run();
  expect_failure("flash_failed");
}

TEST_F(OfferedVersionTwo, ABadTrailerSectorFailsTheJobAndNothingElse) {
  world.board.flash.break_sector(Region::slot_b, small_part.slot_size - small_part.sector_size);
  boot_and_run();
  expect_failure("flash_failed");
}

TEST_F(OfferedVersionTwo, TheSlotIsInvalidBeforeItsFirstErase) {
  world.boot();
  world.run();  // 2.0.0 is confirmed in B; A still holds 1.8.0, confirmed
  EXPECT_EQ(world.boot_record().confirmed_mask, 3);
  const Image third = good_image(v3);
  world.cloud.offer("fw-2-1-0", third);
  world.store.object = third.bytes;
  const std::uint64_t before = world.board.flash.changes(Region::slot_a);
  const std::string notification = world.cloud.notification();
  world.deliver(event::Received{"$aws/things/cart-00042/jobs/notify-next",
                                std::as_bytes(std::span{notification})});
  while (world.board.flash.changes(Region::slot_a) == before) {
    if (world.agent.state() == State::downloading) {
      EXPECT_EQ(world.boot_record().invalid_mask & 1, 1);
      EXPECT_EQ(world.boot_record().confirmed_mask, 2);
    }
    ASSERT_TRUE(world.advance());
  }
  world.run();
  EXPECT_EQ(world.agent.running_version(), v3);
}

TEST_F(OfferedVersionTwo, ACutWhileDownloadingResumesAtTheWatermark) {
  world.boot();
  while (world.journal().watermark < 3072) {
    ASSERT_TRUE(world.advance());
  }
  world.boot();
  world.run();
  expect_success();
  EXPECT_THAT(world.store.firsts, ElementsAre(0, 3072));
}

TEST_F(OfferedVersionTwo, AnObjectThatChangedWhileTheCartWasOffStartsOver) {
  world.boot();
  while (world.journal().watermark < 3072) {
    ASSERT_TRUE(world.advance());
  }
  world.store.etag = "\"etag-2\"";
  world.boot();
  world.run();
  expect_success();
  EXPECT_THAT(world.store.firsts, ElementsAre(0, 3072, 0));
}

TEST_F(OfferedVersionTwo, RetriesAreNotGivenBackByAReboot) {
  world.store.statuses.assign(100, 404);
  world.boot();
  for (int i = 0; i < 4; ++i) {
    const int gets = world.store.gets;
    while (world.store.gets == gets) {
      ASSERT_TRUE(world.advance());
    }
  }
  ASSERT_TRUE(world.run_to(State::backing_off));
  EXPECT_EQ(world.journal().retries, 4);
  world.boot();
  world.run();
  EXPECT_EQ(status(), "FAILED");
  EXPECT_EQ(world.store.gets, 9);
}

TEST_F(OfferedVersionTwo, WithoutALinkNoRetryIsSpent) {
  world.boot();
  ASSERT_TRUE(world.run_to(State::downloading));
  world.link = false;
  world.deliver(event::LinkDown{});
  world.deliver(event::HttpEnded{false});
  world.deliver(event::HttpHead{0, 0, 0, {}, 0});
  EXPECT_EQ(world.agent.state(), State::backing_off);
  EXPECT_EQ(world.agent.deadline(), never);
  EXPECT_EQ(world.journal().retries, 0);
  world.link = true;
  world.deliver(event::LinkUp{});
  world.run();
  expect_success();
}

TEST_F(OfferedVersionTwo, LowSupplyPausesBetweenTwoErases) {
  world.boot();
  while (world.journal().watermark < 2048) {
    ASSERT_TRUE(world.advance());
  }
  world.board.has_power = false;
  ASSERT_TRUE(world.run_to(State::backing_off));
  const std::uint64_t before = world.board.flash.changes(Region::slot_b);
  for (int i = 0; i < 20; ++i) {
    world.advance();
  }
  EXPECT_EQ(world.board.flash.changes(Region::slot_b), before);
  EXPECT_EQ(world.journal().retries, 0);
  world.board.has_power = true;
  world.deliver(event::PowerChanged{});
  world.run();
  expect_success();
}

// The checks count writes of a slot by this fact: a start that has to wait must not swallow it.
class ResumptionThatWaits : public OfferedVersionTwo {
 protected:
  /// Goes on at the watermark after a reset, with something missing.
  void resume(bool has_power, bool lends_memory) {
    world.boot();
    while (world.journal().watermark < 2048) {
      ASSERT_TRUE(world.advance());
    }
    world.boot();
    world.board.witness.lines.clear();
    world.board.has_power = has_power;
    world.board.lends_memory = lends_memory;
    ASSERT_TRUE(world.run_to(State::backing_off));
    EXPECT_EQ(world.board.witness.count("slot_write"), 0u);
  }
  void expect_one_beginning() {
    ASSERT_TRUE(world.run_to(State::verifying));
    EXPECT_EQ(world.board.witness.count("slot_write b 2048 begin"), 1u);
    EXPECT_EQ(world.board.witness.count("slot_write"), 1u);
    world.run();
    expect_success();
  }
};

TEST_F(ResumptionThatWaits, ForTheSupplySaysItsBeginningWhenItBegins) {
  resume(false, true);
  world.board.has_power = true;
  world.deliver(event::PowerChanged{});
  expect_one_beginning();
}

TEST_F(ResumptionThatWaits, ForMemorySaysItsBeginningWhenItBegins) {
  resume(true, false);
  world.board.lends_memory = true;
  expect_one_beginning();
}

TEST_F(OfferedVersionTwo, APauseIsNoSecondBeginning) {
  world.store.statuses = {503, 503};
  boot_and_run();
  expect_success();
  EXPECT_EQ(world.board.witness.count("slot_write b 0 begin"), 1u);
}

TEST_F(OfferedVersionTwo, ProgressIsReportedByQuarters) {
  boot_and_run();
  EXPECT_EQ(world.board.witness.count("job fw-2-0-0 IN_PROGRESS"), 5u);
}

}  // namespace
}  // namespace ota::test

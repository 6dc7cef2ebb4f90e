#include <gtest/gtest.h>

#include <vector>

#include "tests/unit/sim/explore/story.hpp"

// Stories that differ in one remembered fact and in nothing else that is remembered.
namespace cartstorm::sim::explore::test {
namespace {

using ota::BootReason;

Story& arming(Story& story, std::string_view job, ota::Version version = v2) {
  return story.tell(seen::Arming{job, 1, version, Slot::b, 6000, trailer_at, 300});
}

TEST(PromisesPairs, TheActiveSlot) {
  Story a, b;
  for (Story* story : {&a, &b}) {
    story->record.confirmed_mask = 3;
    story->record.invalid_mask = 0;
    story->record.pin(Slot::b) = story->record.pin(Slot::a);
    story->record.rollback.is_pending = true;
  }
  b.record.active = Slot::b;
  EXPECT_NE(a.see().key(), b.see().key());
}

TEST(PromisesPairs, ASlotBelowTheFloor) {
  Story above, below;
  below.record.pin(Slot::b).security_version = 0;
  EXPECT_NE(above.see().key(), below.see().key());
}

TEST(PromisesPairs, TheAttemptThatARollbackCanBeOf) {
  Story same, next;
  same.describe().arm().start_trial();
  next.describe().arm().start_trial();
  same.record.trial = next.record.trial = Trial::none;
  ++next.record.attempt;
  EXPECT_NE(same.see().key(), next.see().key());
}

TEST(PromisesPairs, TheDistanceOfAnOpenRollback) {
  Story near, far;
  near.roll_back();
  far.roll_back().see();
  EXPECT_NE(near.key(), far.key());
}

TEST(PromisesPairs, TheDistanceOfAClosedRollback) {
  Story near, far;
  near.roll_back().report_rollback().clear_rollback();
  far.roll_back().report_rollback().clear_rollback().see();
  EXPECT_NE(near.key(), far.key());
}

TEST(PromisesPairs, AnAcknowledgedRollback) {
  Story open, acked;
  open.roll_back();
  acked.roll_back().tell(seen::RollbackAcked{acked.record.rollback.occurrence});
  EXPECT_NE(open.key(), acked.key());
}

TEST(PromisesPairs, ARecordThatWasChangedBeforeTheDecision) {
  Story quiet, changed;
  quiet.tell(seen::Reset{});
  changed.tell(seen::Reset{}).tell(seen::FlashChange{ota::Region::boot_record, 0, 1024, true});
  EXPECT_NE(quiet.key(), changed.key());
  quiet.verify(Slot::a).jump(Slot::a);
  changed.verify(Slot::a).jump(Slot::a);
  EXPECT_EQ(changed.promises.take_violation().promise, Promise::normal_power_cycling_harmless);
  EXPECT_EQ(changed.key(), quiet.key());
}

TEST(PromisesPairs, WhatWasReadWhenItsArmingWasTold) {
  Story before, after;
  before.describe().read(0, 6000).read(trailer_at, 300).content(Slot::b);
  arming(before, "fw").write(0);
  after.describe().read(0, 6000).read(trailer_at, 300).write(0).content(Slot::b);
  arming(after, "fw").write(trailer_at);
  before.write(trailer_at);
  EXPECT_NE(before.key(), after.key());
}

TEST(PromisesPairs, AnArmingThatIsAboutToCome) {
  Story told, quiet;
  for (Story* story : {&told, &quiet}) {
    story->describe().arm().write(0);
  }
  arming(told, "fw");
  EXPECT_NE(told.key(), quiet.key());
}

TEST(PromisesPairs, SilenceInRecovery) {
  Story silent, heard;
  for (Story* story : {&silent, &heard}) {
    story->tell(seen::Reset{}).jump(Slot::a, BootReason::recovery);
  }
  heard.tell(seen::Uplink{"carts/c/heartbeat", R"({"state":"recovery"})"});
  EXPECT_NE(silent.key(), heard.key());
}

TEST(PromisesPairs, TheRunningVersion) {
  Story one, two;
  one.tell(seen::Reset{}).jump(Slot::a);
  two.tell(seen::Reset{})
      .tell(fact::BootDecided{
          {Slot::a, BootReason::confirmed, ota::BootNote::none, v2, digest(1), 0, 0, two.newest}});
  EXPECT_NE(one.key(), two.key());
}

TEST(PromisesPairs, TheJobThatWasDescribed) {
  EXPECT_NE(Story{}.describe("fw").key(), Story{}.describe("other").key());
  EXPECT_NE(Story{}.describe("fw", 1).key(), Story{}.describe("fw", 2).key());
}

TEST(PromisesPairs, TheJobAndTheVersionThatWereArmed) {
  Story fw, other, older;
  arming(fw, "fw");
  arming(other, "other");
  EXPECT_NE(fw.key(), other.key());
  Story issued;
  arming(issued.issue(), "fw");
  arming(older.issue(), "fw", v1);
  EXPECT_NE(issued.key(), older.key());
}

}  // namespace
}  // namespace cartstorm::sim::explore::test

#include <gmock/gmock.h>

#include <functional>

#include "tests/unit/sim/explore/story.hpp"

// The key of what a checker remembers. What it judges is shown by
// tests/unit/device-model/planted_violations_test.cpp and by the storms next to it.
namespace cartstorm::sim::explore::test {
namespace {

TEST(PromisesKey, IsThatOfTheSameStory) {
  EXPECT_EQ(Story{}.boot().issue().describe().key(), Story{}.boot().issue().describe().key());
}

TEST(PromisesKey, DoesNotKnowHowOftenNothingHappened) {
  const Key once = Story{}.boot().key();
  EXPECT_EQ(Story{}.boot().boot().boot(ResetCause::brownout).key(), once);
  EXPECT_EQ(Story{}.boot().wait(86'400'000).boot().key(), once);
}

TEST(PromisesKey, DoesNotKnowInWhichPiecesASlotWasRead) {
  const Key whole = Story{}.read(0, 4096).key();
  EXPECT_EQ(Story{}.read(2048, 2048).read(0, 1024).read(1024, 1024).key(), whole);
  EXPECT_EQ(
      Story{}.read(0, 8192).write(4096, true).read(0, 16).write(5120).write(6144).write(7168).key(),
      whole);
}

TEST(PromisesKey, DoesNotKnowWhatWasReadInAnotherBoot) {
  EXPECT_EQ(Story{}.read(0, 4096).boot().key(), Story{}.boot().key());
}

TEST(PromisesKey, DoesNotKnowTheOrderInWhichVersionsWereTried) {
  EXPECT_EQ(Story{}.accept(v1).accept(v2).key(), Story{}.accept(v2).accept(v1).key());
}

TEST(PromisesKey, CountsNoFurtherThanItJudges) {
  EXPECT_EQ(Story{}.issue().describe().describe().key(),
            Story{}.issue().describe().describe().describe().key());
  Story twice, thrice;
  for (int i = 0; i < 3; ++i) {
    const fact::RolledBack f{v2, v1, ota::RollbackReason::attempts_spent, {77}};
    thrice.tell(f);
    if (i < 2) {
      twice.tell(f);
    }
  }
  EXPECT_EQ(twice.key(), thrice.key());
}

TEST(PromisesKey, DoesNotKnowWhatNoRecordCanUse) {
  Story spent, marked;
  spent.record.attempts_left = 1;    // of no trial
  marked.record.confirmed_mask = 3;  // and invalid all the same
  EXPECT_EQ(spent.see().key(), Story{}.key());
  EXPECT_EQ(marked.see().key(), Story{}.key());
}

TEST(PromisesKey, ForgetsTheJumpsOfATrialThatIsOver) {
  Story one, two;
  one.issue().describe().arm().start_trial().confirm();
  two.issue().describe().arm().start_trial().start_trial().confirm();
  EXPECT_EQ(one.key(), two.key());
  EXPECT_FALSE(two.promises.violation());
}

TEST(PromisesKey, KnowsTheWaitThatIsLeftAndNoTime) {
  const auto failed = [] {
    Story story;
    story.accept().tell(fact::JobUpdateSent{"fw", 1, "FAILED", ota::Reason::expired, v2, 1});
    return story;
  };
  Story late;
  late.wait(1'000'000'000'000).accept();
  late.tell(fact::JobUpdateSent{"fw", 1, "FAILED", ota::Reason::expired, v2, 1});
  EXPECT_EQ(late.key(), failed().key());
  EXPECT_EQ(late.wait(10'000).key(), failed().wait(10'000).key());
  EXPECT_NE(failed().wait(10'000).key(), failed().wait(10'001).key());
  EXPECT_EQ(failed().wait(30'000).key(), failed().wait(30'001).key());
  EXPECT_EQ(failed().wait(30'000).key(), Story{}.accept().key());
}

TEST(PromisesKey, ForgetsARollbackThatIsClosedWhenTheNextOneComes) {
  const auto round = [](Story& story) {
    story.describe().arm().start_trial().roll_back();
    story.tell(seen::Reset{}).verify(Slot::a).jump(Slot::a);
    story.report_rollback().clear_rollback();
  };
  Story two, three;
  for (Story* story : {&two, &three}) {
    story->issue("fw");
    round(*story);
    story->issue("fw");
    round(*story);
  }
  three.issue("fw");
  round(three);
  EXPECT_EQ(two.key(), three.key());
}

TEST(PromisesKey, StaysWhenAllThatOnlyGrowsIsShifted) {
  const auto update = [](Story story) {
    story.boot().issue().describe().answer().accept().write(0, true).arm().start_trial();
    const Key in_trial = story.key();
    story.roll_back();
    const Key rolled_back = story.key();
    story.tell(seen::Reset{}).verify(Slot::a).jump(Slot::a).report_rollback().clear_rollback();
    return std::vector{in_trial, rolled_back, story.key()};
  };
  const std::vector<Key> keys = update(Story{});
  EXPECT_EQ(update(Story{1}), keys);
  EXPECT_EQ(update(Story{1ull << 48}), keys);
  EXPECT_NE(keys[0], keys[1]);
  EXPECT_NE(keys[1], keys[2]);
}

TEST(PromisesKey, StaysWhenAnUnrelatedRecordMovesBothOn) {
  Story story;
  story.issue().describe().arm().start_trial();
  const Key before = story.key();
  story.see();  // the same record again, committed to the other copy
  EXPECT_EQ(story.key(), before);
}

/// One more fact each, after the same beginning; no two may be taken for each other.
const std::vector<std::function<void(Story&)>> different = {
    [](Story&) {},
    [](Story& s) { s.tell(seen::Reset{}); },
    [](Story& s) { s.tell(seen::Reset{ResetCause::panic}); },
    [](Story& s) { s.tell(seen::Reset{}).verify(Slot::a); },
    [](Story& s) {
      s.tell(seen::FlashChange{ota::Region::boot_record, 0, 8});
      s.boot();
      s.read(0, 1);
    },
    [](Story& s) {
      s.tell(seen::FlashChange{ota::Region::boot_record, 0, 8, false, ota::Status::power_lost});
    },
    [](Story& s) {
      s.tell(seen::FlashChange{ota::Region::boot_record, 1024, 8, false, ota::Status::power_lost});
    },
    [](Story& s) {
      s.tell(seen::FlashChange{ota::Region::boot_record, 216, 8, false, ota::Status::power_lost});
    },
    [](Story& s) { s.read(0, 100); },
    [](Story& s) { s.read(0, 101); },
    [](Story& s) { s.read(1, 100); },
    [](Story& s) { s.content(Slot::b); },
    [](Story& s) {
      s.tell(seen::SlotContent{Slot::b, digest(9), v2, 2, true});
    },
    [](Story& s) {
      s.tell(seen::SlotContent{Slot::b, digest(2), v1, 2, true});
    },
    [](Story& s) {
      s.tell(seen::SlotContent{Slot::b, digest(2), v2, 1, true});
    },
    [](Story& s) {
      s.tell(seen::SlotContent{Slot::b, digest(2), v2, 2, false});
    },
    [](Story& s) { s.tell(seen::Damage{}); },
    [](Story& s) { s.tell(fact::AnchorChanged{}); },
    [](Story& s) { s.tell(seen::SelfTest{true}); },
    [](Story& s) { s.tell(seen::Described{}); },
    [](Story& s) { s.describe(); },
    [](Story& s) { s.describe().describe(); },
    [](Story& s) { s.describe("fw", 2); },
    [](Story& s) { s.describe("other"); },
    [](Story& s) { s.issue("other"); },
    [](Story& s) { s.issue("fw", 2); },
    [](Story& s) {
      s.tell(seen::Issued{"fw", 1, {101}, {200}});
    },
    [](Story& s) {
      s.tell(seen::Issued{"fw", 1, {100}, {201}});
    },
    [](Story& s) { s.answer(50); },
    [](Story& s) { s.answer(150); },
    [](Story& s) { s.answer(250); },
    [](Story& s) { s.answer(150, true); },
    [](Story& s) {
      s.tell(seen::UpdateAnswered{"fw", 1, false, seen::Answer::conflict, 5, {}});
    },
    [](Story& s) {
      s.tell(seen::UpdateAnswered{"fw", 1, false, seen::Answer::conflict, 6, {}});
    },
    [](Story& s) {
      s.tell(seen::UpdateAnswered{"fw", 1, false, seen::Answer::conflict, 0, {}});
    },
    [](Story& s) {
      s.answer(150).tell(seen::Issued{"fw", 1, {101}, {200}});
    },
    [](Story& s) { s.accept(); },
    [](Story& s) { s.accept(v1); },
    [](Story& s) {
      s.tell(fact::RolledBack{v2, v1, {}, {1}});
    },
    [](Story& s) {
      s.tell(fact::RolledBack{v2, v1, {}, {1}}).tell(fact::RolledBack{v2, v1, {}, {2}});
    },
    [](Story& s) {
      s.tell(fact::RolledBack{v2, v1, {}, {1}}).wait(1);
    },
    [](Story& s) {
      s.tell(fact::RolledBack{v2, v1, {}, {1}}).wait(30'000);
    },
    [](Story& s) {
      s.tell(seen::Uplink{"carts/c/ca/request", "{}"});
    },
    [](Story& s) { s.tell(seen::Reset{}).jump(Slot::a, ota::BootReason::recovery); },
    [](Story& s) {
      s.record.security_floor = 2;
      s.see();
    },
    [](Story& s) {
      s.record.probation_left = 3;
      s.see();
    },
    [](Story& s) {
      s.record.confirmed_mask = 3;
      s.record.invalid_mask = 0;
      s.see();
    },
    [](Story& s) {
      s.record.pin(Slot::a).version = v2;
      s.see();
    },
    [](Story& s) {
      s.record.trial = Trial::a;
      s.see();
    },
    [](Story& s) { s.describe().arm(); },
    [](Story& s) { s.describe().arm().start_trial(); },
    [](Story& s) {
      s.describe().arm().start_trial();
      s.record.attempts_left = 3;
      s.see();
    },
    [](Story& s) {
      s.describe().arm().start_trial();
      ++s.record.attempt;
      s.see();
    },
    [](Story& s) { s.describe().arm().start_trial().start_trial(); },
    [](Story& s) { s.describe().arm().start_trial().tell(seen::SelfTest{true}); },
    [](Story& s) { s.describe().arm().start_trial().confirm(); },
    [](Story& s) { s.describe().arm().start_trial().roll_back(); },
    [](Story& s) { s.describe().arm().start_trial().roll_back().see(); },
    [](Story& s) { s.describe().arm().start_trial().roll_back().report_rollback(); },
    [](Story& s) {
      s.describe().arm().roll_back().tell(seen::RollbackAcked{s.record.rollback.occurrence});
    },
    [](Story& s) { s.describe().arm().start_trial().roll_back().clear_rollback(); },
};

TEST(PromisesKey, DiffersWithEveryFactThatIsJudged) {
  std::vector<Key> keys;
  for (std::size_t i = 0; i < different.size(); ++i) {
    Story story;
    story.boot().issue();
    different[i](story);
    for (std::size_t j = 0; j < keys.size(); ++j) {
      EXPECT_NE(story.key(), keys[j]) << "number " << i << " and number " << j;
    }
    keys.push_back(story.key());
  }
}

TEST(Promises, TooManyJobsAndVersionsMakeNoViolation) {
  Story story;
  story.boot();
  for (std::uint32_t i = 1; i <= 20; ++i) {
    const std::string job = "fw-" + std::to_string(i);
    story.issue(job).describe(job);
    story.tell(seen::UpdateAnswered{job, 1, false, seen::Answer::accepted, 2, {150}});
    story.tell(fact::ManifestJudged{job, 1, {i}, true, ota::Reason::none});
    story.tell(fact::JobUpdateSent{job, 1, "FAILED", ota::Reason::expired, {i}, 2});
    story.tell(seen::UpdateAnswered{job, 1, true, seen::Answer::accepted, 3, {150}});
  }
  story.tell(fact::JobUpdateSent{"fw-1", 1, "FAILED", ota::Reason::expired, {1}, 2});
  EXPECT_FALSE(story.promises.violation()) << story.promises.violation().what;
}

/// A cut may fall behind the record that confirms: what is not in it is not there.
TEST(Promises, AConfirmStartsTheProbationInTheSameRecord) {
  const auto confirmed = [](Story story) {
    story.boot().issue().describe().arm().start_trial().tell(seen::SelfTest{true}).describe();
    story.tell(fact::Confirmed{Slot::b, v2, fact::Confirmed::Phase::requested});
    story.record.trial = Trial::none;
    story.record.active = Slot::b;
    story.record.confirmed_mask = 3;
    return story.see().promises.violation();
  };
  EXPECT_EQ(confirmed(Story{}).promise, Promise::normal_power_cycling_harmless);
  Story careless;
  ota::Tuning tuning;
  tuning.probation_resets = 0;
  careless.promises = Promises{tuning, geometry};
  EXPECT_FALSE(confirmed(careless.see().content(Slot::a)));
}

TEST(Promises, TheFirstViolationStaysUntilItIsTaken) {
  Story story;
  story.tell(seen::ColdStart{false}).tell(seen::Copies{0});
  EXPECT_EQ(story.promises.violation().promise, Promise::always_bootable);
  EXPECT_TRUE(story.promises.take_violation());
  EXPECT_FALSE(story.promises.violation());
}

TEST(Promise, HasANameAndANumber) {
  EXPECT_STREQ(name(Promise::always_bootable), "always_bootable");
  EXPECT_STREQ(number(Promise::always_bootable), "D1");
  EXPECT_STREQ(name(Promise::recovery_reachable), "recovery_reachable");
  EXPECT_STREQ(number(Promise::recovery_reachable), "L6");
}

}  // namespace
}  // namespace cartstorm::sim::explore::test

#include <gtest/gtest.h>

#include "tests/unit/sim/explore/story.hpp"

// What a faulty part excuses, and that a part that works excuses none of it.
namespace cartstorm::sim::explore::test {
namespace {

class FaultyPart : public testing::TestWithParam<bool> {
 protected:
  bool is_faulty() const { return GetParam(); }
  void maybe_break(Story& story) const {
    if (is_faulty()) story.tell(seen::Damage{true});
  }
  /// The record that was written before the newest is found again.
  static void find_again(Story& story, const ota::BootRecord& older) {
    story.record = older;
    story.tell(seen::Record{older, story.newest - 1});
  }
  void expect(const Story& story, Promise broken) const {
    if (is_faulty()) {
      EXPECT_FALSE(story.promises.violation()) << story.promises.violation().what;
    } else {
      ASSERT_TRUE(story.promises.violation());
      EXPECT_EQ(story.promises.violation().promise, broken)
          << name(story.promises.violation().promise);
    }
  }
};
INSTANTIATE_TEST_SUITE_P(OrNot, FaultyPart, testing::Bool(), [](const auto& is_faulty) {
  return std::string{is_faulty.param ? "faulty" : "sound"};
});

TEST_P(FaultyPart, MayLoseTheRecordOfAnAttempt) {
  Story story;
  story.issue().describe().arm().start_trial().start_trial();
  const ota::BootRecord older = story.record;
  story.start_trial();
  maybe_break(story);
  find_again(story, older);
  ++story.newest;
  story.start_trial();
  expect(story, Promise::trial_bounded);
}

TEST_P(FaultyPart, MayLoseADecisionThatIsMadeAnew) {
  Story story;
  story.issue().describe().arm().start_trial();
  const ota::BootRecord older = story.record;
  story.roll_back();
  maybe_break(story);
  find_again(story, older);
  ++story.newest;
  story.boot().roll_back().report_rollback().clear_rollback();
  story.tell(seen::Rest{});
  expect(story, Promise::rollback_reported_once);
}

TEST_P(FaultyPart, MayLoseBothRecords) {
  Story story;
  story.issue().describe().arm().start_trial();
  maybe_break(story);
  story.tell(seen::Copies{0}).tell(seen::Reset{});
  story.record.trial = Trial::none;  // rebuilt from the slots
  story.record.active = Slot::b;
  story.record.confirmed_mask = 3;
  story.record.probation_left = 3;
  story.newest += 1'000'000;
  story.see();
  expect(story, Promise::bcb_one_good_copy);
}

TEST_P(FaultyPart, MayLoseTheJournal) {
  Story story;
  story.issue().describe().arm().start_trial().roll_back().report_rollback().clear_rollback();
  maybe_break(story);
  story.boot().describe().arm();
  expect(story, Promise::idempotent_delivery);
}

TEST_P(FaultyPart, DoesNotExcuseARollbackThatIsNeverReported) {
  Story story;
  story.issue().describe().arm().start_trial();
  maybe_break(story);
  story.roll_back();
  story.tell(seen::Rest{});
  ASSERT_TRUE(story.promises.violation());
  EXPECT_EQ(story.promises.violation().promise, Promise::rollback_reported_once);
}

TEST(AnEraseThatHadNotBegun, LeavesARecordWhole) {
  for (const bool has_begun : {false, true}) {
    Story story;
    seen::FlashChange cut{ota::Region::boot_record, 0, 1024, true, ota::Status::power_lost};
    cut.has_begun = has_begun;
    story.tell(cut).tell(seen::Reset{}).tell(seen::RestsOn{0});
    EXPECT_EQ(static_cast<bool>(story.promises.violation()), has_begun);
  }
}

}  // namespace
}  // namespace cartstorm::sim::explore::test

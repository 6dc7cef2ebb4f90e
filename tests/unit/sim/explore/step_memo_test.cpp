#include "sim/explore/step_memo.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/explore/explorer.hpp"
#include "tests/unit/sim/explore/broken_device.hpp"
#include "tests/unit/sim/explore/laboratory.hpp"

namespace cartstorm::sim::explore {
namespace {

// That nothing depends on whether steps are remembered: every number, every end, every address.

std::string text_of(const StoryResult& story) {
  std::string text = fmt::format(
      "{} {}: considered {}, executed {}, states {}, operations {}, erases {}, dead {}:",
      story.story, name(story.clean), story.considered, story.executed, story.states,
      story.operations, story.most_erases, story.claimed_dead_sectors);
  for (const std::uint64_t points : story.points) text += fmt::format(" {}", points);
  return text;
}

std::string text_of(const Finding& finding) {
  return fmt::format("{} {} {} {}", portable_text(finding.address), name(finding.outcome),
                     finding.violation ? finding.violation.what : "-", finding.violation.value);
}

std::vector<std::string> all_of(const ExploreResult& result) {
  std::vector<std::string> all = result.kinds;
  for (const StoryResult& story : result.stories) all.push_back(text_of(story));
  for (const Finding& finding : result.findings) all.push_back(text_of(finding));
  for (std::size_t i = 0; i < promise_count; ++i) {
    all.push_back(fmt::format("{} {}", name(static_cast<Promise>(i)), result.premises.counts[i]));
  }
  all.push_back(fmt::format("{}", result.violating_points));
  return all;
}

constexpr std::uint64_t small_memo = 1U << 18;  // bytes: forgotten again and again

void expect_the_same(const Exploration& exploration, ExploreOptions options) {
  options.most_findings = 1000;
  options.step_memo_bytes = 0;
  const std::vector<std::string> made = all_of(explore(exploration, options, {}));
  for (const std::uint64_t bytes : {ExploreOptions{}.step_memo_bytes, small_memo}) {
    options.step_memo_bytes = bytes;
    EXPECT_EQ(all_of(explore(exploration, options, {})), made) << bytes;
  }
}

struct Searched {
  const char* name;
  DeviceCode (*device)();
  Fate fate;
};
class RememberedSteps : public testing::TestWithParam<Searched> {};
INSTANTIATE_TEST_SUITE_P(
    Devices, RememberedSteps,
    testing::Values(
        Searched{"product", [] { return linked_device_code(); }, Fate::good},
        Searched{"product_crashing", [] { return linked_device_code(); }, Fate::crashes},
        Searched{"product_crashing_late", [] { return linked_device_code(); },
                 Fate::crashes_after_confirm},
        Searched{"confirms_without_check_in", test::confirms_without_check_in, Fate::good},
        Searched{"tries_too_often", test::tries_too_often, Fate::crashes},
        Searched{"sees_crashes_everywhere", test::sees_crashes_everywhere, Fate::good},
        Searched{"believes_every_self_test", test::believes_every_self_test, Fate::fails_self_test},
        Searched{"trusts_what_looks_erased", test::trusts_what_looks_erased, Fate::good},
        Searched{"reads_after_the_loss", test::reads_after_the_loss, Fate::good},
        Searched{"reads_dead_sectors", test::reads_dead_sectors, Fate::good},
        Searched{"never_rests", test::never_rests, Fate::good},
        Searched{"goes_back_in_silence", test::goes_back_in_silence, Fate::good},
        Searched{"runs_something_else", test::runs_something_else, Fate::good},
        Searched{"gives_no_decision", test::gives_no_decision, Fate::good},
        Searched{"says_failed", test::says_failed, Fate::good}),
    [](const auto& one) { return std::string(one.param.name); });

TEST_P(RememberedSteps, LeadWhereMadeOnesDo) {
  const DeviceCode device = GetParam().device();
  ExploreOptions options;
  options.device = &device;
  expect_the_same(test::tiny(GetParam().fate, 2), options);
  options.prunes = options.knows_dead_sectors = false;
  expect_the_same(test::tiny(GetParam().fate, 1), options);
}

class RememberedStepsOf : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Explorations, RememberedStepsOf,
                         testing::Values("aged", "broken_flash", "interrupted", "patch", "retried",
                                         "small"),
                         [](const auto& one) { return std::string(one.param); });

TEST_P(RememberedStepsOf, LeadWhereMadeOnesDo) {
  Exploration exploration = test::shipped(GetParam());
  exploration.search.depth = 1;
  expect_the_same(exploration, {});
}

/// With two cuts there is much to remember: sectors that were torn and lie ahead.
TEST(RememberedSteps, OfTwoCutsLeadWhereMadeOnesDo) {
  Exploration exploration = test::shipped("small");
  exploration.search.tears = {Tear::half, Tear::flips_to_new_5, Tear::watchdog};
  expect_the_same(exploration, {});
}

class Memo : public testing::Test {
 protected:
  static constexpr std::uint32_t first_of_b = 16;

  Memo() {
    flash.set(first_of_b + 3, pool.intern(bytes_of("what is looked at")), pool);
    for (std::uint32_t number = 0; number < 3; ++number) {
      StepMemo::Head head;
      head.core.lasting = 1 + number;
      memo.add(head);
    }
  }

  static ota::Bytes bytes_of(std::string_view text) { return std::as_bytes(std::span{text}); }

  /// A step that looks at one sector, and writes the next one anew.
  void learn(StepMemo::CoreId from, StepMemo::CoreId to) {
    memo.begin(flash, premises);
    memo.note_look(flash, first_of_b + 3, first_of_b + 3);
    memo.note_change(first_of_b + 4, true);
    memo.note_change(first_of_b + 4, false);
    memo.note_wear({WearEvent::Kind::erase, 4});
    FlashState after = flash;
    after.erase(first_of_b + 4, pool);
    after.set(first_of_b + 4, pool.intern(bytes_of("new")), pool);
    Premises judged = premises;
    judged.of(Promise::wear_budget) += 1;
    judged.of(Promise::confidential) += 2;
    StepMemo::Step step;
    step.next = to;
    memo.end(from, step, after, judged);
  }

  Part part{{8, 1024, 16 * 1024}, 256};
  ContentPool pool{1024};
  FlashState flash{part, pool};
  Premises premises;
  StepMemo memo{part, pool};
};

TEST_F(Memo, MakesAStepAgain) {
  learn(0, 1);
  const StepMemo::Step* known = memo.find(0, flash);
  ASSERT_NE(known, nullptr);
  EXPECT_EQ(known->next, 1u);
  Wear wear{part.geometry};
  memo.apply(*known, flash, wear, premises);
  EXPECT_EQ(flash.at(first_of_b + 4), pool.intern(bytes_of("new")));
  EXPECT_EQ(wear.most_erases(), 1);
  EXPECT_EQ(premises.of(Promise::wear_budget), 1u);
  EXPECT_EQ(premises.of(Promise::confidential), 2u);
}

TEST_F(Memo, KnowsAStepWhateverStandsWhereItDoesNotLook) {
  learn(0, 1);
  flash.set(first_of_b + 9, pool.intern(bytes_of("torn")), pool);
  flash.leave_torn({first_of_b + 4, 0, 8, erased_content, 0}, pool.intern(bytes_of("t")), pool);
  flash.mark_dead(first_of_b + 4, first_of_b + 12, pool);
  EXPECT_NE(memo.find(0, flash), nullptr);
}

TEST_F(Memo, DoesNotKnowAStepThatFindsSomethingElse) {
  learn(0, 1);
  flash.set(first_of_b + 3, erased_content, pool);
  EXPECT_EQ(memo.find(0, flash), nullptr);
  EXPECT_EQ(memo.find(1, flash), nullptr);
}

TEST_F(Memo, DoesNotKnowAStepThatLooksAtWhatIsNotPlain) {
  learn(0, 1);
  FlashState dead = flash;
  dead.mark_dead(first_of_b + 3, first_of_b + 4, pool);
  EXPECT_EQ(memo.find(0, dead), nullptr);
  flash.leave_torn({first_of_b + 3, 0, 8, erased_content, 1}, flash.at(first_of_b + 3), pool);
  EXPECT_EQ(memo.find(0, flash), nullptr);
}

TEST_F(Memo, DoesNotKeepAStepThatLooksAtWhatIsNotPlain) {
  flash.mark_dead(first_of_b + 3, first_of_b + 4, pool);
  learn(0, 1);
  EXPECT_EQ(memo.find(0, flash), nullptr);
}

TEST_F(Memo, KeepsStepsOfOneCoreThatFindDifferentThings) {
  learn(0, 1);
  flash.set(first_of_b + 3, erased_content, pool);
  learn(0, 2);
  EXPECT_EQ(memo.find(0, flash)->next, 2u);
  flash.set(first_of_b + 3, pool.intern(bytes_of("what is looked at")), pool);
  EXPECT_EQ(memo.find(0, flash)->next, 1u);
}

/// Of a long look the whole slot decides, which is more than is needed and never less.
TEST_F(Memo, ALongLookIsAtTheWholeSlot) {
  memo.begin(flash, premises);
  memo.note_look(flash, first_of_b, first_of_b + 9);
  memo.end(0, {}, flash, premises);
  EXPECT_NE(memo.find(0, flash), nullptr);
  FlashState other = flash;
  other.set(2, pool.intern(bytes_of("the other slot")), pool);
  EXPECT_NE(memo.find(0, other), nullptr);
  other.set(first_of_b + 15, pool.intern(bytes_of("behind it")), pool);
  EXPECT_EQ(memo.find(0, other), nullptr);
  other = flash;
  other.mark_dead(first_of_b + 9, first_of_b + 10, pool);
  EXPECT_EQ(memo.find(0, other), nullptr);
}

TEST_F(Memo, KnowsCoresByAllTheirParts) {
  StepMemo::Head head;
  head.core = {1, 2, 3, 4};
  const StepMemo::CoreId id = memo.add(head);
  EXPECT_EQ(memo.find(StepMemo::Core{1, 2, 3, 4}), id);
  for (const StepMemo::Core& other : {StepMemo::Core{2, 2, 3, 4}, StepMemo::Core{1, 1, 3, 4},
                                      StepMemo::Core{1, 2, 4, 4}, StepMemo::Core{1, 2, 3, 0}}) {
    EXPECT_EQ(memo.find(other), StepMemo::none);
  }
}

}  // namespace
}  // namespace cartstorm::sim::explore

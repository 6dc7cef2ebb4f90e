#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "tests/unit/sim/explore/story.hpp"

// Pruning rests on this: two checkers with the same key judge every future alike, whatever led to
// them. Told many short stories of the same few events, many end with the same key; then all that
// is told to one is told to the other.
namespace cartstorm::sim::explore::test {
namespace {

using Step = std::function<void(Story&)>;

/// What happens to a job and to its reports.
const std::vector<Step> job_steps = {
    [](Story& s) { s.boot(); },
    [](Story& s) { s.issue(); },
    [](Story& s) { s.issue("other"); },
    [](Story& s) { s.issue("fw", 2); },
    [](Story& s) {
      s.tell(seen::Issued{"fw", 1, {120}, {200}});
    },
    [](Story& s) { s.describe(); },
    [](Story& s) { s.tell(seen::Described{}); },
    [](Story& s) { s.answer(110); },
    [](Story& s) { s.answer(150, true); },
    [](Story& s) {
      s.tell(seen::UpdateAnswered{"fw", 1, false, seen::Answer::conflict, 1, {}});
    },
    [](Story& s) { s.accept(); },
    [](Story& s) {
      s.tell(fact::ManifestJudged{"fw", 1, v2, false, ota::Reason::not_yet_valid});
    },
    [](Story& s) {
      s.tell(fact::JobUpdateSent{"fw", 1, "IN_PROGRESS", ota::Reason::none, v2, 1});
    },
    [](Story& s) {
      s.tell(fact::JobUpdateSent{"fw", 1, "FAILED", ota::Reason::expired, v2, 2});
    },
    [](Story& s) {
      s.tell(fact::JobUpdateSent{"fw", 1, "SUCCEEDED", ota::Reason::none, v2, 2});
    },
    [](Story& s) { s.arm(); },
    [](Story& s) {
      s.tell(fact::RolledBack{v2, v1, {}, {1}});
    },
    [](Story& s) { s.wait(20'000); },
    [](Story& s) {
      s.tell(seen::Uplink{"carts/c/ca/request", "{}"});
    },
    [](Story& s) {
      s.tell(seen::Rest{true, true, true, true, true});
    },
};

/// What happens to slots and boot records.
const std::vector<Step> flash_steps = {
    [](Story& s) { s.tell(seen::Reset{}); },
    [](Story& s) { s.tell(seen::Reset{ResetCause::watchdog}); },
    [](Story& s) { s.verify(Slot::a); },
    [](Story& s) { s.verify(Slot::b); },
    [](Story& s) { s.jump(Slot::a); },
    [](Story& s) { s.jump(Slot::b); },
    [](Story& s) { s.jump(Slot::a, ota::BootReason::recovery); },
    [](Story& s) { s.content(Slot::a).content(Slot::b); },
    [](Story& s) { s.write(0, true); },
    [](Story& s) { s.write(2048); },
    [](Story& s) { s.read(0, 6000); },
    [](Story& s) { s.read(trailer_at, 300); },
    [](Story& s) {
      s.tell(seen::FlashChange{ota::Region::slot_a, 0, 8});
    },
    [](Story& s) {
      s.tell(seen::FlashChange{ota::Region::boot_record, 0, 8, false, ota::Status::power_lost});
    },
    [](Story& s) {
      s.tell(seen::FlashChange{ota::Region::boot_record, 0, 1024, true});
    },
    [](Story& s) { s.tell(seen::RestsOn{0}); },
    [](Story& s) { s.tell(seen::Damage{}); },
    [](Story& s) { s.tell(fact::AnchorChanged{}); },
    [](Story& s) {
      s.tell(fact::BootVerified{Slot::a, digest(1), false, 1, 1, false});
    },
    [](Story& s) { s.describe().arm(); },
};

/// What happens in and after trials.
const std::vector<Step> trial_steps = {
    [](Story& s) { s.describe().arm(); },
    [](Story& s) { s.describe(); },
    [](Story& s) { s.tell(seen::Described{}); },
    [](Story& s) { s.start_trial(); },
    [](Story& s) { s.tell(seen::SelfTest{true}); },
    [](Story& s) {
      s.tell(fact::Confirmed{Slot::b, v2, fact::Confirmed::Phase::requested});
    },
    [](Story& s) { s.confirm(); },
    [](Story& s) { s.roll_back(); },
    [](Story& s) { s.report_rollback(); },
    [](Story& s) { s.clear_rollback(); },
    [](Story& s) { s.record.rollback.is_pending = false, s.see(); },
    [](Story& s) { s.tell(seen::Reset{}).content(Slot::a).verify(Slot::a).jump(Slot::a); },
    [](Story& s) { s.tell(seen::Reset{}).content(Slot::b).verify(Slot::b).jump(Slot::b); },
    [](Story& s) { s.record.trial = Trial::none, s.see(); },
    [](Story& s) { s.record.probation_left = 0, s.record.security_floor = 2, s.see(); },
    [](Story& s) { s.see(); },
    [](Story& s) { s.tell(seen::Rest{}); },
};

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::size_t below(std::size_t count) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return (state_ >> 33) % count;
  }

 private:
  std::uint64_t state_;
};

std::vector<std::size_t> any_script(Dice& dice, std::size_t steps, std::size_t longest) {
  std::vector<std::size_t> script(dice.below(longest + 1));
  for (std::size_t& step : script) {
    step = dice.below(steps);
  }
  return script;
}

std::string text_of(const std::vector<std::size_t>& script) {
  std::string text;
  for (const std::size_t step : script) {
    text += " " + std::to_string(step);
  }
  return text;
}

/// The record that the cart has is a part of its state, too, and so of the key of a state.
Key key_with_record(const Story& story) {
  KeyWriter writer;
  writer.key(story.key());
  const ota::BootRecord& r = story.record;
  writer.numbers({static_cast<std::uint8_t>(r.trial), r.attempts_left, r.probation_left,
                  r.confirmed_mask, r.invalid_mask, static_cast<std::uint8_t>(r.active),
                  std::uint8_t{r.rollback.is_pending}});
  writer.number(r.security_floor);
  writer.number(story.newest - r.rollback.occurrence.value);
  writer.number(r.attempt - r.rollback.attempt);
  return writer.finish();
}

struct Counts {
  int pairs = 0, violations = 0;
};

/// Both go on alike, or the test fails; violations are handed over and counted.
void go_on(const std::vector<Step>& steps, Story x, Story y, const std::vector<std::size_t>& script,
           Counts& counts) {
  for (const std::size_t step : script) {
    steps[step](x);
    steps[step](y);
    const Violation one = x.promises.take_violation();
    const Violation two = y.promises.take_violation();
    ASSERT_EQ(one.promise, two.promise) << "after" << text_of(script);
    ASSERT_EQ(one.what, two.what) << "after" << text_of(script);
    counts.violations += one ? 1 : 0;
  }
  ASSERT_EQ(x.key(), y.key()) << "after" << text_of(script);
}

/// `shifted` is how much later in its life the second cart is.
void judge(const std::vector<Step>& steps, std::uint64_t seed, std::uint64_t shifted) {
  Dice dice{seed};
  Counts counts;
  std::unordered_map<Key, Story, KeyHash> seen;
  for (int i = 0; i < 4000; ++i) {
    const std::vector<std::size_t> script = any_script(dice, steps.size(), 6);
    Story story{shifted * static_cast<std::uint64_t>(i % 2)};
    story.boot().content(Slot::b);
    for (const std::size_t step : script) {
      steps[step](story);
      story.promises.take_violation();
    }
    const auto [first, is_new] = seen.try_emplace(key_with_record(story), story);
    if (is_new) {
      continue;
    }
    ++counts.pairs;
    for (int j = 0; j < 8 && !::testing::Test::HasFatalFailure(); ++j) {
      go_on(steps, first->second, story, any_script(dice, steps.size(), 5), counts);
    }
    ASSERT_FALSE(::testing::Test::HasFatalFailure()) << "told" << text_of(script);
  }
  EXPECT_GT(counts.pairs, 300);
  EXPECT_GT(counts.violations, 1000);
}

TEST(PromisesKey, DecidesWhatIsJudgedOfJobs) { judge(job_steps, 1, 0); }
TEST(PromisesKey, DecidesWhatIsJudgedOfFlash) { judge(flash_steps, 2, 0); }
TEST(PromisesKey, DecidesWhatIsJudgedOfTrials) { judge(trial_steps, 3, 0); }
TEST(PromisesKey, DecidesWhatIsJudgedOfTrialsLaterInALife) { judge(trial_steps, 4, 1'000'000); }

}  // namespace
}  // namespace cartstorm::sim::explore::test

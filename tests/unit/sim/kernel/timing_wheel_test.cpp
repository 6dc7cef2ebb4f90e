#include "sim/kernel/timing_wheel.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <queue>

#include "sim/kernel/draw.hpp"

namespace cartstorm::sim {
namespace {

using testing::ElementsAre;

std::vector<std::uint32_t> drain(TimingWheel& wheel, std::int64_t until_us) {
  std::vector<std::uint32_t> actors;
  while (const auto entry = wheel.next(until_us)) {
    actors.push_back(entry->actor);
  }
  return actors;
}

TEST(TimingWheel, ServesByTimeAndThenInTheOrderOfScheduling) {
  TimingWheel wheel;
  wheel.schedule(50, 1, 10, 0);
  wheel.schedule(7, 1, 11, 0);
  wheel.schedule(50, 0, 12, 0);  // a smaller kind must not overtake
  wheel.schedule(3'600'000'000, 1, 13, 0);
  EXPECT_THAT(drain(wheel, INT64_MAX), ElementsAre(11, 10, 12, 13));
}

TEST(TimingWheel, KeepsWhatLiesAfterTheLimit) {
  TimingWheel wheel;
  wheel.schedule(1'000, 0, 1, 0);
  wheel.schedule(86'400'000'000, 0, 2, 0);
  EXPECT_THAT(drain(wheel, 86'399'999'999), ElementsAre(1));
  EXPECT_EQ(wheel.size(), 1U);
  EXPECT_THAT(drain(wheel, 86'400'000'000), ElementsAre(2));
}

TEST(TimingWheel, StartsBeforeZero) {
  TimingWheel wheel{-7'200'000'000};
  wheel.schedule(0, 0, 1, 0);
  wheel.schedule(-7'199'999'999, 0, 2, 0);
  EXPECT_THAT(drain(wheel, INT64_MAX), ElementsAre(2, 1));
}

TEST(TimingWheel, ServesAnEntryScheduledInThePastAtOnce) {
  TimingWheel wheel;
  wheel.schedule(10'000'000, 0, 1, 0);
  ASSERT_TRUE(wheel.next(INT64_MAX));
  wheel.schedule(20'000'000, 0, 2, 0);
  wheel.schedule(5, 0, 3, 0);
  EXPECT_THAT(drain(wheel, INT64_MAX), ElementsAre(3, 2));
}

struct Reference {
  std::int64_t time_us;
  std::uint64_t sequence;
  bool operator>(const Reference& other) const {
    return time_us != other.time_us ? time_us > other.time_us : sequence > other.sequence;
  }
};

TEST(TimingWheel, ServesAPostponedEntryBeforeWhatWasScheduledAfterIt) {
  TimingWheel wheel;
  wheel.schedule(10, 0, 1, 0);
  const auto first = wheel.next(INT64_MAX);
  ASSERT_TRUE(first.has_value());
  wheel.schedule(50, 0, 2, 0);
  wheel.postpone(*first, 50);
  EXPECT_EQ(wheel.next(INT64_MAX)->actor, 1u);
  EXPECT_EQ(wheel.next(INT64_MAX)->actor, 2u);
  EXPECT_EQ(wheel.size(), 0u);
}

TEST(TimingWheel, ServesWhatComesIntoATickThatIsOpen) {
  TimingWheel wheel;
  for (const std::int64_t time_us : {10, 40, 20, 30}) {
    wheel.schedule(time_us, 0, static_cast<std::uint32_t>(time_us), 0);
  }
  EXPECT_EQ(wheel.next(INT64_MAX)->actor, 10u);
  wheel.schedule(30, 0, 31, 0);
  wheel.schedule(15, 0, 15, 0);
  EXPECT_EQ(drain(wheel, INT64_MAX), (std::vector<std::uint32_t>{15, 20, 30, 31, 40}));
}

TEST(TimingWheel, HintsAtWhatComesUpInThisTick) {
  TimingWheel wheel;
  EXPECT_EQ(wheel.upcoming(0), nullptr);
  for (const std::int64_t time_us : {3, 1, 2}) {
    wheel.schedule((1 << 20) + time_us, 0, static_cast<std::uint32_t>(time_us), 0);
  }
  EXPECT_EQ(wheel.next(INT64_MAX)->actor, 1u);
  ASSERT_NE(wheel.upcoming(1), nullptr);
  EXPECT_EQ(wheel.upcoming(1)->actor, 3u);
  EXPECT_EQ(wheel.upcoming(2), nullptr);
}

TEST(TimingWheel, HintsAtTheTickThatComesNext) {
  constexpr std::int64_t tick_us = 1 << 20;
  TimingWheel wheel;
  EXPECT_TRUE(wheel.following_tick().empty());
  wheel.schedule(tick_us, 0, 1, 0);
  wheel.schedule(3 * tick_us, 0, 2, 0);
  wheel.schedule(4 * tick_us, 0, 3, 0);
  wheel.next(INT64_MAX);
  EXPECT_EQ(wheel.tick(), 1u);
  ASSERT_EQ(wheel.following_tick().size(), 1u);
  EXPECT_EQ(wheel.following_tick()[0].actor, 2u);
}

// Delays from a microsecond to a year, while time moves on: the wheel must agree with a heap.
RC_GTEST_PROP(TimingWheel, AgreesWithAHeapOnAnyMixOfDelays, (std::uint64_t seed)) {
  TimingWheel wheel{-1'000'000};
  std::priority_queue<Reference, std::vector<Reference>, std::greater<>> heap;
  std::int64_t now_us = -1'000'000;
  std::uint64_t sequence = 0;
  for (std::uint32_t step = 0; step < 3000; ++step) {
    const std::uint64_t bits = draw(seed, 0, Purpose::fault_when, step);
    if (bits % 3 != 0 || heap.empty()) {
      const int magnitude = static_cast<int>(bits >> 8 & 0xff) % 45;
      const auto delay =
          static_cast<std::int64_t>((bits >> 16) & ((std::uint64_t{1} << magnitude) - 1));
      wheel.schedule(now_us + delay, 0, static_cast<std::uint32_t>(sequence), 0);
      heap.push({now_us + delay, sequence++});
    } else {
      const auto entry = wheel.next(INT64_MAX);
      RC_ASSERT(entry.has_value());
      RC_ASSERT(entry->time_us == heap.top().time_us);
      RC_ASSERT(entry->actor == heap.top().sequence);
      now_us = entry->time_us;
      heap.pop();
    }
  }
  RC_ASSERT(wheel.size() == heap.size());
}

}  // namespace
}  // namespace cartstorm::sim

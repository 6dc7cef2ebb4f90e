#include "sim/cli/explore_line.hpp"

#include <gtest/gtest.h>

namespace cartstorm::cli {
namespace {

sim::explore::Progress half_way() {
  sim::explore::Progress progress;
  progress.story = "good";
  progress.stories_done = 1;
  progress.stories = 4;
  progress.share = 1.0;
  progress.executed = 50'000;
  progress.states = 1'234'567;
  return progress;
}

TEST(ExploreLine, ShowsShareRateStatesAndTimeLeft) {
  ExploreLine line(false);
  line.begin("update", 2, 3);
  sim::explore::Progress progress = half_way();
  progress.new_states = 321;
  line.update(progress);
  EXPECT_EQ(line.text(progress, 60, 0.5, 200),
            "[2/3] update/good [========        ]  50%  100 k points/s  1,234,567 states (+321)  "
            "1m 00s left");
}

TEST(ExploreLine, RateIsOfTheTimeSinceItWasDrawn) {
  ExploreLine line(false);
  line.begin("update", 1, 1);
  sim::explore::Progress progress = half_way();
  line.text(progress, 60, 0.5, 200);
  progress.executed += 1'000;
  EXPECT_EQ(line.text(progress, 60, 0.5, 200),
            "update/good [========        ]  50%  2000 points/s  1,234,567 states (+0)  "
            "1m 00s left");
}

TEST(ExploreLine, GuessesNothingAtFirstAndFitsTheTerminal) {
  ExploreLine line(false);
  line.begin("update", 1, 1);
  sim::explore::Progress progress = half_way();
  progress.stories_done = 0;
  progress.share = 0;
  EXPECT_EQ(line.text(progress, 60, 0.5, 200),
            "update/good [                ]   0%  100 k points/s  1,234,567 states (+0)");
  EXPECT_EQ(line.text(progress, 60, 0.5, 40).size(), 39U);
}

TEST(Numbers, AreReadable) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1'000), "1,000");
  EXPECT_EQ(grouped(1'234'567), "1,234,567");
  EXPECT_EQ(short_time(0), "0s");
  EXPECT_EQ(short_time(59.4), "59s");
  EXPECT_EQ(short_time(59.6), "1m 00s");
  EXPECT_EQ(short_time(3725), "1h 02m");
}

}  // namespace
}  // namespace cartstorm::cli

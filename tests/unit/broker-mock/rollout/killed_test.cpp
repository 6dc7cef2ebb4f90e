#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "tests/unit/broker-mock/support/fake_fleet.hpp"

/// F14: whatever it was about to write or to do, a controller that is killed and comes back goes on
/// as if nothing had happened. Every point of a rich life is tried, one run each.
namespace cartstorm::broker::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::uint64_t anchor = 0x6b1f0c2ad9e35587;

/// What a person does until it is done: asks, and asks again if the controller died over it. A
/// second time must not be a second effect.
template <class Command>
void insist(FakeFleet& fleet, Command&& command) {
  std::string refusal = command();
  while (refusal.find("is down") != std::string::npos) {
    while (!fleet.cloud.is_controller_up()) fleet.run_until(fleet.ms + minute_ms);
    refusal = command();
  }
}

struct Life {
  std::string_view name;
  void (*run)(FakeFleet&);
  friend void PrintTo(const Life& life, std::ostream* out) { *out << life.name; }
};

/// A gate that refuses, a hold that takes back, a pause over it, a release that queues again, an
/// undecided end, and all stages to the end.
void live_to_the_end(FakeFleet& fleet) {
  fleet.cloud.add_anchor({anchor, "MIIB"});
  fleet.behaviour = [](std::uint32_t cart) {
    return cart % 3 == 0 ? Behaviour::stays_queued : Behaviour::updates;
  };
  for (std::uint32_t cart = 0; cart < 20; ++cart) fleet.connect(cart);
  RolloutSpec spec = FakeFleet::spec();
  spec.requires_anchor = anchor;
  insist(fleet, [&] { return fleet.start(spec); });
  fleet.run_until(20 * minute_ms);
  for (std::uint32_t cart = 20; cart < 24; ++cart) fleet.connect(cart);
  fleet.run_until(40 * minute_ms);
  // Two of those who have it roll back: a hold.
  const auto canary = fleet.targeted();
  for (const std::uint32_t cart : canary) {
    if (cart % 3 == 1) fleet.roll_back(cart);
  }
  fleet.run_until(50 * minute_ms);
  insist(fleet, [&] { return fleet.pause(); });
  fleet.behaviour = [](auto) { return Behaviour::updates; };
  fleet.run_until(60 * minute_ms);
  insist(fleet, [&] { return fleet.release(1); });
  fleet.run_until(70 * minute_ms);
  insist(fleet, [&] { return fleet.resume(); });
  // The next stage meets a cart that takes nothing, and waits for a person.
  fleet.behaviour = [](std::uint32_t cart) {
    return cart == 5 || cart == 6 ? Behaviour::stays_queued : Behaviour::updates;
  };
  for (std::uint32_t hold = 2; hold < 5; ++hold) {
    fleet.run_until(fleet.ms + 3 * hour_ms);
    insist(fleet, [&] { return fleet.release(hold); });
  }
  fleet.run_until(fleet.ms + 3 * hour_ms);
}

/// An abort with carts in every state, and a newer rollout that takes over.
void be_superseded(FakeFleet& fleet) {
  fleet.behaviour = [](std::uint32_t cart) {
    return cart % 3 == 0   ? Behaviour::stays_queued
           : cart % 3 == 1 ? Behaviour::goes_dark
                           : Behaviour::updates;
  };
  fleet.connect_all();
  insist(fleet, [&] { return fleet.start(FakeFleet::spec()); });
  fleet.run_until(10 * minute_ms);
  insist(fleet, [&] { return fleet.abort(); });
  fleet.run_until(20 * minute_ms);
  fleet.behaviour = [](auto) { return Behaviour::updates; };
  RolloutSpec next = FakeFleet::spec();
  next.name = "fw-3";
  insist(fleet, [&] { return fleet.start(next); });
  fleet.run_until(30 * minute_ms);
  for (std::uint32_t cart = 0; cart < 24; ++cart) fleet.connect(cart);
  fleet.run_until(5 * hour_ms);
}

/// Local nights, owners who opt out, a newcomer after the last stage began, and a rollout that is
/// superseded while half of it waits for the night.
void follow_the_night(FakeFleet& fleet) {
  RolloutSpec spec = FakeFleet::spec();
  spec.plan.window = {60, 300};
  spec.plan.stages = {{"canary", 10, 0, 24 * hour_ms}, {"full", 0, 100, 24 * hour_ms}};
  spec.plan.evaluate_every_ms = fleet.step_ms = 10 * minute_ms;
  fleet.sends_metrics = false;
  fleet.behaviour = [](std::uint32_t cart) {
    return cart % 5 == 0 ? Behaviour::stays_queued : Behaviour::updates;
  };
  fleet.connect_all();
  insist(fleet, [&] { return fleet.start(spec); });
  for (std::uint32_t cart = 0; cart < 24; cart += 5) {
    fleet.run_until(fleet.ms + 5 * hour_ms);
    fleet.consent(cart, "opted_out");
  }
  fleet.run_until(fleet.ms + 26 * hour_ms);
  insist(fleet, [&] { return fleet.release(1); });
  fleet.run_until(fleet.ms + 6 * hour_ms);
  fleet.connect(fleet.add_cart());
  fleet.run_until(fleet.ms + 6 * hour_ms);
  spec.name = "fw-3";
  spec.supersedes = "fw-2";
  insist(fleet, [&] { return fleet.start(spec); });
  fleet.run_until(fleet.ms + hour_ms);
}

constexpr Life lives[] = {{"live_to_the_end", live_to_the_end},
                          {"be_superseded", be_superseded},
                          {"follow_the_night", follow_the_night}};

/// Everything that anybody can see of a life, but for the verdicts of rules, which may come twice,
/// and refusals: whoever asks again, not knowing, hears that it is done.
std::vector<std::string> seen(const FakeFleet& fleet) {
  std::vector<std::string> lines = fleet.facts.executions;
  for (const auto& s : fleet.facts.stages) {
    lines.push_back(
        fmt::format("{} {} {} {} {} {}", s.event, s.stage, s.carts, s.hold_id, s.actor, s.reason));
  }
  for (const auto& t : fleet.facts.targets) {
    lines.push_back(fmt::format("target {} {} {}", t.stage, static_cast<std::uint32_t>(t.thing),
                                static_cast<int>(t.event)));
  }
  for (const auto& line : fleet.facts.operators) {
    if (line.find("_refused ") == std::string::npos) lines.push_back(line);
  }
  for (const auto& line : fleet.facts.anchors) lines.push_back(line);
  return lines;
}

class Killed : public ::testing::TestWithParam<Life> {
 protected:
  static constexpr std::uint32_t carts = 24;
  const std::vector<std::int32_t> offsets_min{-360, 60, 540, 330};

  Killed() {
    run(reference);
    points = reference.cloud.controller_points();
  }
  static void run(FakeFleet& fleet) {
    fleet.holds_anchor = [&fleet](std::uint32_t cart) { return fleet.has_acknowledged(cart); };
    GetParam().run(fleet);
  }
  /// Stages, their order and their denominators, whatever the minute.
  static std::vector<std::string> story(const FakeFleet& fleet) { return fleet.facts.story(); }

  FakeFleet reference{carts, 1, offsets_min};
  std::uint64_t points = 0;
};

TEST_P(Killed, AtAnyPointAndBackAtOnceNobodyNotices) {
  ASSERT_GT(points, 50U);
  for (std::uint64_t point = 1; point <= points; ++point) {
    FakeFleet fleet{carts, 1, offsets_min};
    fleet.restarts_after_ms = 0;
    fleet.cloud.kill_controller_at(point);
    run(fleet);
    ASSERT_EQ(seen(fleet), seen(reference)) << "killed at point " << point << " of " << points;
    ASSERT_EQ(fleet.on_new(), reference.on_new()) << point;
  }
}

TEST_P(Killed, InItsRecoveryTooNobodyNotices) {
  for (std::uint64_t point = 1; point <= points; point += 3) {
    for (const std::uint64_t again : {1U, 2U, 5U}) {
      FakeFleet fleet{carts, 1, offsets_min};
      fleet.restarts_after_ms = 0;
      fleet.cloud.kill_controller_at(point);
      fleet.on_revival = [again](FakeFleet& dead) {
        dead.cloud.kill_controller_at(dead.cloud.controller_points() + again);
        dead.on_revival = nullptr;
      };
      run(fleet);
      ASSERT_EQ(seen(fleet), seen(reference)) << point << " and " << again << " later";
    }
  }
}

TEST_P(Killed, AndDownForAWhileItLosesAndRepeatsNothing) {
  for (std::uint64_t point = 1; point <= points; ++point) {
    FakeFleet fleet{carts, 1, offsets_min};
    fleet.restarts_after_ms = 7 * minute_ms;
    fleet.cloud.kill_controller_at(point);
    run(fleet);
    // While it was down carts went on, so that one may have started what a hold would have taken
    // back; stages and denominators are the same all the same.
    ASSERT_EQ(story(fleet), story(reference)) << "killed at point " << point;
    ASSERT_EQ(fleet.targeted(), reference.targeted()) << point;
    ASSERT_EQ(fleet.on_new(), reference.on_new()) << point;
    std::set<std::string> queued;
    for (const std::string& line : fleet.facts.executions) {
      ASSERT_TRUE(!line.ends_with("queued v1") || queued.insert(line).second) << line;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(F14, Killed, ::testing::ValuesIn(lives),
                         [](const auto& life) { return std::string{life.param.name}; });

/// 400 carts; the new version makes three times the errors of the old one, which the half shows.
class RegressionHeld : public ::testing::Test {
 protected:
  RegressionHeld() {
    fleet.new_errors_per_hour = 6;
    fleet.connect_all();
    fleet.start(FakeFleet::spec());
  }
  void kill_and_restart() {
    fleet.cloud.kill_controller();
    EXPECT_FALSE(fleet.cloud.restart_controller(fleet.now()));
  }
  FakeFleet fleet{400};
};

TEST_F(RegressionHeld, StaysSoAcrossRestartsHealingAndClockChanges) {
  fleet.run_until(3 * hour_ms);
  ASSERT_EQ(fleet.facts.story().back(), "hold 1 190");
  kill_and_restart();
  fleet.new_errors_per_hour = 0;
  fleet.run_until(10 * hour_ms);
  // A year ahead, and back again.
  fleet.cloud.advance({FakeFleet::start_ms + 365 * 24 * hour_ms});
  kill_and_restart();
  fleet.cloud.advance({FakeFleet::start_ms});
  kill_and_restart();
  fleet.run_until(30 * hour_ms);
  EXPECT_EQ(fleet.facts.story().back(), "hold 1 190");
  EXPECT_EQ(fleet.on_new(), 200U);
  EXPECT_EQ(fleet.release(1), "");
}

TEST_F(RegressionHeld, EvenIfItCameAndWentWhileNobodyLooked) {
  fleet.run_until(hour_ms);
  ASSERT_EQ(fleet.facts.story().back(), "start 1 190");
  fleet.cloud.kill_controller();
  fleet.run_until(2 * hour_ms);
  fleet.new_errors_per_hour = 2;
  fleet.run_until(4 * hour_ms);
  EXPECT_EQ(fleet.facts.story().back(), "start 1 190");
  EXPECT_FALSE(fleet.cloud.restart_controller(fleet.now()));
  EXPECT_EQ(fleet.facts.story().back(), "hold 1 190");
  EXPECT_THAT(fleet.facts.stages.back().reason, ::testing::StartsWith("ratio: "));
}

/// Minutes from when everybody is told of what a person decided to whatever the rollout does next,
/// if the controller is killed over it and back after seven minutes; below 0: it does nothing.
template <class Command>
std::int64_t minutes_that_follow(FakeFleet& fleet, std::uint64_t point, Command&& command) {
  const auto told = [&fleet] { return fleet.facts.stages.size(); };
  const std::size_t before = told();
  fleet.restarts_after_ms = 7 * minute_ms;
  fleet.cloud.kill_controller_at(fleet.cloud.controller_points() + point);
  command();
  const std::int64_t given_up_at_ms = fleet.ms + 10 * hour_ms;
  while (told() == before && fleet.ms < given_up_at_ms) {
    fleet.run_until(fleet.ms + minute_ms);
    if (told() == before && fleet.cloud.is_controller_up()) command();
  }
  const std::int64_t told_at_ms = fleet.ms;
  while (told() == before + 1 && fleet.ms < given_up_at_ms) fleet.run_until(fleet.ms + minute_ms);
  return told() > before + 1 ? (fleet.ms - told_at_ms) / minute_ms : -1;
}

/// Of a canary that soaks for an hour and is stopped after 40 minutes, for an hour and more.
class SoakTimeThatIsLeft : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  SoakTimeThatIsLeft() {
    fleet.connect_all();
    fleet.start(FakeFleet::spec());
    fleet.run_until(40 * minute_ms);
  }
  /// Time that nobody knew of is no soak time; what was told before the death may soak longer.
  static void expect_whole(std::int64_t minutes, std::int64_t left = 20) {
    EXPECT_GE(minutes, left);
    EXPECT_LE(minutes, left + 7);
  }
  FakeFleet fleet{200};
};

TEST_P(SoakTimeThatIsLeft, FollowsAResume) {
  fleet.pause();
  fleet.run_until(2 * hour_ms);
  expect_whole(minutes_that_follow(fleet, GetParam(), [this] { fleet.resume(); }));
}

TEST_P(SoakTimeThatIsLeft, FollowsARelease) {
  const auto canary = fleet.targeted();
  fleet.roll_back(canary[0]);
  fleet.roll_back(canary[1]);
  fleet.run_until(2 * hour_ms);
  ASSERT_EQ(fleet.facts.story().back(), "hold 0 10");
  // The rule looks once a minute: the hold came a minute after the second of them had rolled back.
  expect_whole(minutes_that_follow(fleet, GetParam(), [this] { fleet.release(1); }), 19);
}

INSTANTIATE_TEST_SUITE_P(F2, SoakTimeThatIsLeft,
                         ::testing::Range(std::uint64_t{1}, std::uint64_t{9}));

TEST(AControllerThatIsDown, AnswersNobodyAndHoldsUpNobody) {
  FakeFleet fleet{200};
  fleet.connect_all();
  fleet.start(FakeFleet::spec());
  fleet.cloud.kill_controller();
  EXPECT_FALSE(fleet.cloud.is_controller_up());
  EXPECT_THAT(fleet.release(1), HasSubstr("is down"));
  EXPECT_THAT(fleet.start(FakeFleet::spec()), HasSubstr("is down"));
  const auto removal =
      fleet.cloud.remove_anchor(anchor, {ThingId{1}}, "ada", "retired", fleet.now());
  ASSERT_TRUE(removal);
  EXPECT_TRUE(removal->is_down);
  fleet.run_until(10 * hour_ms);
  EXPECT_THAT(fleet.facts.story(), ElementsAre("requested 0 0", "start 0 10"));
  EXPECT_EQ(fleet.on_new(), 10U);
  EXPECT_FALSE(fleet.cloud.restart_controller(fleet.now()));
  fleet.run_until(10 * hour_ms + 2 * minute_ms);
  EXPECT_EQ(fleet.facts.story().back(), "start 1 90");
}

/// Sixty carts, a soak of three days, and a controller that is killed every hour.
class SilenceAcrossRestarts : public ::testing::Test {
 protected:
  void run_until(std::int64_t until_ms) {
    while (fleet.ms < until_ms) {
      fleet.run_until(std::min(until_ms, fleet.ms + hour_ms));
      fleet.cloud.kill_controller();
      fleet.cloud.restart_controller(fleet.now());
    }
  }
  FakeFleet fleet{60};
};

TEST_F(SilenceAcrossRestarts, IsNoticedToTheMinuteAndForgivenUntilTheCartIsBack) {
  fleet.behaviour = [](std::uint32_t cart) {
    return cart % 3 == 0 ? Behaviour::goes_dark : Behaviour::updates;
  };
  fleet.connect_all();
  fleet.start(FakeFleet::spec(72 * hour_ms));
  run_until(30 * hour_ms - minute_ms);
  EXPECT_EQ(fleet.facts.story().back(), "start 0 10");
  run_until(30 * hour_ms + minute_ms);
  ASSERT_EQ(fleet.facts.story().back(), "hold 0 10");
  EXPECT_THAT(fleet.facts.stages.back().reason, HasSubstr("(silent "));
  ASSERT_EQ(fleet.release(1), "");
  run_until(40 * hour_ms);
  EXPECT_EQ(fleet.facts.story().back(), "release 0 10");
  // They come back and vanish again: that is new.
  for (const std::uint32_t cart : fleet.targeted()) {
    if (cart % 3 == 0) fleet.connect(cart);
    if (cart % 3 == 0) fleet.disconnect(cart);
  }
  run_until(69 * hour_ms);
  EXPECT_EQ(fleet.facts.story().back(), "release 0 10");
  run_until(71 * hour_ms);
  EXPECT_EQ(fleet.facts.story().back(), "hold 0 10");
}

TEST_F(SilenceAcrossRestarts, WhatAPersonAcceptedDoesNotHoldAgain) {
  fleet.behaviour = [](std::uint32_t cart) {
    return cart % 5 == 0 ? Behaviour::fails : Behaviour::updates;
  };
  fleet.connect_all();
  fleet.start(FakeFleet::spec(72 * hour_ms));
  run_until(hour_ms);
  ASSERT_EQ(fleet.facts.story().back(), "hold 0 10");
  ASSERT_EQ(fleet.release(1), "");
  run_until(60 * hour_ms);
  EXPECT_EQ(fleet.facts.story().back(), "release 0 10");
  EXPECT_THAT(fleet.release(1), HasSubstr("is not held"));
}

}  // namespace
}  // namespace cartstorm::broker::test

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "support/world.hpp"

// Every state meets every event once. The table says in which state the agent is after the one
// step; "same" pins that a pair changes nothing, ignored events included.
namespace ota::test {
namespace {

const std::string job_gone = R"({"timestamp":1})";
constexpr const char* notify_topic = "$aws/things/cart-00042/jobs/notify-next";

struct NamedEvent {
  const char* name;
  Event event;
};

std::vector<NamedEvent> all_events() {
  static const std::byte body[16] = {};
  return {
      {"started", event::Started{ResetCause::power_on, {}}},
      {"link_up", event::LinkUp{}},
      {"link_down", event::LinkDown{}},
      {"received_nothing_pending",
       event::Received{notify_topic, std::as_bytes(std::span{job_gone})}},
      {"received_unknown_topic",
       event::Received{"carts/other/ca/install", std::as_bytes(std::span{job_gone})}},
      {"http_head_good", event::HttpHead{200, 0, 6000, "\"e\"", 0}},
      {"http_head_refused", event::HttpHead{404, 0, 0, {}, 0}},
      {"http_body", event::HttpBody{body}},
      {"http_ended", event::HttpEnded{false}},
      {"self_test_passed", event::SelfTestFinished{true}},
      {"self_test_failed", event::SelfTestFinished{false}},
      {"power_changed", event::PowerChanged{}},
      {"opted_out", event::ConsentChanged{false, true}},
      {"window_closed", event::ConsentChanged{true, false}},
      {"continue", event::Continue{}},
      {"deadline_reached", event::DeadlineReached{}},
  };
}

/// Brings a fresh cart into a state, with nothing in flight.
std::unique_ptr<World> cart_in(State state) {
  auto world = std::make_unique<World>();
  const Image image = good_image(v2);
  world->store.object = image.bytes;
  if (state == State::recovery) {
    world->board.flash.flip_bit(Region::slot_a, 0, 0);
  } else if (state != State::starting && state != State::idle) {
    world->cloud.offer("fw-2-0-0", image);
  }
  if (state == State::precheck) {
    const Image foreign = signed_image(fields_for(v2, image.bytes), image.bytes, new_key());
    world->cloud.executions.back().document = world->cloud.document_for(foreign);
  }
  if (state == State::backing_off) {
    world->store.statuses = {503};
  }
  if (state == State::armed) {
    world->reboots = false;
  }
  if (state != State::starting) {
    world->boot();
    if (state == State::staged) {
      world->deliver(event::ConsentChanged{true, false});
    }
    world->run_to(state);
  }
  return world;
}

/// Exceptions from "the state stays": what one step of this pair leads to.
const std::map<std::pair<State, std::string>, State>& transitions() {
  static const std::map<std::pair<State, std::string>, State> table = {
      {{State::starting, "started"}, State::idle},
      {{State::offered, "opted_out"}, State::reporting},
      {{State::precheck, "opted_out"}, State::reporting},
      {{State::downloading, "http_head_refused"}, State::backing_off},
      {{State::downloading, "http_ended"}, State::backing_off},
      {{State::downloading, "opted_out"}, State::reporting},
      {{State::backing_off, "opted_out"}, State::reporting},
      {{State::verifying, "opted_out"}, State::reporting},
      {{State::staged, "opted_out"}, State::reporting},
  };
  return table;
}

class EveryState : public ::testing::TestWithParam<State> {};

TEST_P(EveryState, MeetsEveryEvent) {
  for (const NamedEvent& named : all_events()) {
    SCOPED_TRACE(fmt::format("{} x {}", name(GetParam()), named.name));
    const auto world = cart_in(GetParam());
    ASSERT_EQ(world->agent.state(), GetParam());
    const auto entry = transitions().find({GetParam(), named.name});
    const State expected = entry == transitions().end() ? GetParam() : entry->second;
    Commands commands;
    Hardware hardware = world->board.hardware();
    world->agent.step(world->now, named.event, hardware, world->tuning, commands);
    EXPECT_STREQ(name(world->agent.state()), name(expected));
    EXPECT_FALSE(commands.has_overflowed());
    EXPECT_EQ(world->board.flash.defects(), 0u);
  }
}

/// The same pairs with the supply cut: one hardware call fails, and nothing comes out.
TEST_P(EveryState, AsksForNothingOnceThePowerIsLost) {
  for (const NamedEvent& named : all_events()) {
    const auto world = cart_in(GetParam());
    world->board.flash.cut_at(world->board.flash.operations(), host::CutShape::half);
    Commands commands;
    Hardware hardware = world->board.hardware();
    world->agent.step(world->now, named.event, hardware, world->tuning, commands);
    if (!world->board.flash.is_powered()) {
      EXPECT_EQ(commands.size(), 0u) << name(GetParam()) << " x " << named.name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(States, EveryState,
                         ::testing::Values(State::starting, State::idle, State::offered,
                                           State::precheck, State::downloading, State::backing_off,
                                           State::verifying, State::staged, State::armed,
                                           State::trial, State::reporting, State::recovery),
                         [](const auto& state) { return std::string{name(state.param)}; });

TEST(AgentValue, IsAValue) {
  World world;
  world.boot();
  world.run();
  const Agent copy = world.agent;
  EXPECT_EQ(copy, world.agent);
  world.deliver(event::LinkDown{});
  EXPECT_NE(copy, world.agent);
  EXPECT_LE(sizeof(Agent), 256u);
}

}  // namespace
}  // namespace ota::test

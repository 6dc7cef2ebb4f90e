#include <fmt/format.h>
#include <gmock/gmock.h>

#include "support/pitfall.hpp"

// What devices get wrong about queues, names and documents of AWS IoT Jobs, by the rows of the same
// list as in aws_pitfalls_test.cpp.
namespace ota::test {
namespace {

TEST_F(Pitfall, Row27TwoInProgressAreDoneOneAfterTheOther) {
  offer(good_image(v2));
  offer(good_image(v2), "fw-twice");
  world.cloud.executions[0].status = "IN_PROGRESS";
  world.cloud.executions[1].status = "IN_PROGRESS";
  boot_and_run();
  EXPECT_EQ(world.cloud.executions[0].status, "SUCCEEDED");
  EXPECT_EQ(world.cloud.executions[1].status, "SUCCEEDED");
  EXPECT_EQ(world.store.gets, 1) << "the second is for what runs by then";
  EXPECT_EQ(verdicts(), 1u);
}

TEST_F(Pitfall, Row28OutOfOrderFrontIsFollowedAndTheOtherJobIsNotLost) {
  work_until(State::downloading, good_image(v3));
  const Execution ours = world.cloud.executions.back();
  world.cloud.executions.clear();
  offer(good_image(v2), "fw-front");  // somebody started it first
  world.cloud.executions.back().status = "IN_PROGRESS";
  world.cloud.executions.push_back(ours);
  notify();
  for (int i = 0; i < 3000 && world.cloud.executions[0].is_pending(); ++i) {
    world.advance();
  }
  EXPECT_EQ(world.cloud.executions[0].status, "SUCCEEDED");
  world.store.object = good_image(v3).bytes;
  world.run();
  EXPECT_EQ(world.cloud.executions[1].status, "SUCCEEDED");
  expect_updated(v3);
}

TEST_F(Pitfall, Row29ReuseJobIdWithAnotherDocumentIsAnotherJobInEveryPhase) {
  for (const State state : {State::offered, State::downloading, State::verifying, State::staged,
                            State::trial, State::reporting}) {
    SCOPED_TRACE(name(state));
    World fresh;
    fresh.cloud.offer("fw", good_image(v2));
    fresh.store.object = good_image(v2).bytes;
    fresh.boot();
    ASSERT_TRUE(fresh.run_to(state));
    fresh.cloud.executions.clear();
    fresh.cloud.offer("fw", good_image(v3));  // and executionNumber 1 again
    fresh.store.object = good_image(v3).bytes;
    fresh.store.etag = "\"etag-of-2.1.0\"";
    fresh.boot();
    fresh.run();
    EXPECT_EQ(fresh.cloud.executions.back().status, "SUCCEEDED");
    EXPECT_EQ(fresh.agent.running_version(), v3);
  }
}

TEST_F(Pitfall, Row29ARefusalOfTheOldDocumentIsNotTheAnswerToTheNew) {
  offer(changed([](Manifest& m) { m.hardware_mask = 1; }), "fw");
  world.boot();
  ASSERT_TRUE(world.run_to(State::reporting));
  world.cloud.executions.clear();
  offer(good_image(v2), "fw");
  boot_and_run();
  expect_updated();
}

TEST_F(Pitfall, Row30BadDetailsAreNeverSent) {
  std::vector<Message> updates;
  const auto collect = [&](const std::function<void(World&)>& spoil) {
    World fresh;
    fresh.cloud.offer("fw", good_image(v2));
    fresh.store.object = good_image(v2).bytes;
    spoil(fresh);
    fresh.boot();
    fresh.run();
    updates.insert(updates.end(), fresh.cloud.updates.begin(), fresh.cloud.updates.end());
  };
  collect([](World&) {});
  collect([](World& w) { w.store.statuses = {404, 404, 404, 404, 404, 404, 404, 404, 404}; });
  collect([](World& w) { w.self_test_fails.insert(v2.value); });
  collect([](World& w) { w.cloud.executions.back().document = "{\"url\":\"a\\nb\"}"; });
  ASSERT_GE(updates.size(), 8u);
  for (const Message& update : updates) {
    const std::size_t from = update.payload.find("\"statusDetails\":{");
    ASSERT_NE(from, std::string::npos);
    const std::string details =
        update.payload.substr(from + 17, update.payload.find('}', from) - from - 17);
    EXPECT_LE(details.size(), 128u);
    EXPECT_LE(std::ranges::count(details, ','), 9);
    EXPECT_TRUE(std::ranges::all_of(details, [](char c) { return c >= ' ' && c < 0x7f; }));
    EXPECT_EQ(details.find("\"\""), std::string::npos) << "a value has 1 to 1024 characters";
  }
}

TEST_F(Pitfall, Row32RemoveFromGroupMidUpdateLeavesAValidCart) {
  for (const State state : {State::offered, State::downloading, State::verifying, State::staged}) {
    SCOPED_TRACE(name(state));
    World fresh;
    fresh.cloud.offer("fw", good_image(v2));
    fresh.store.object = good_image(v2).bytes;
    fresh.boot();
    ASSERT_TRUE(fresh.run_to(state));
    fresh.cloud.executions.back().status = "REMOVED";
    fresh.run();
    EXPECT_EQ(fresh.agent.state(), State::idle);
    EXPECT_EQ(fresh.boot_record().trial, Trial::none);
    EXPECT_EQ(fresh.agent.running_version(), v1);
  }
}

}  // namespace
}  // namespace ota::test

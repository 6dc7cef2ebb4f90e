#include <fmt/format.h>
#include <gmock/gmock.h>

#include "support/pitfall.hpp"

// The cloud refuses an update: the job is read again, promptly and then ever more rarely, and goes
// on if it lives. Nothing is given up for a progress report.
namespace ota::test {
namespace {

class RefusedUpdate : public Pitfall, public ::testing::WithParamInterface<const char*> {
 protected:
  RefusedUpdate() { world.tuning.journal_every_bytes = 1024; }

  void on_uplink(const Message& message) override {
    Pitfall::on_uplink(message);
    if (!message.topic.ends_with("/update")) {
      return;
    }
    EXPECT_NE(member(message.payload, "expectedVersion"), "0");
    if (refusals > 0 && member(message.payload, "status") == refused_status) {
      --refusals;
      world.cloud.reject_next_with = GetParam();  // and it names no version
    }
  }

  int refusals = 0;
  std::string refused_status = "IN_PROGRESS";
};

TEST_P(RefusedUpdate, OfProgressIsReadAgainAtOnceAndTheDownloadGoesOn) {
  work_until(State::downloading);
  refusals = 1;
  world.run();
  EXPECT_EQ(refusals, 0);
  expect_updated();
  EXPECT_EQ(world.store.gets, 1) << "the download was not disturbed";
  EXPECT_EQ(verdicts(), 1u);
  EXPECT_LT(world.elapsed_ms, 10'000u);
}

TEST_P(RefusedUpdate, OfTheAcceptanceIsReadAgainAndAcceptedAnew) {
  offer(good_image(v2));
  refusals = 3;
  boot_and_run();
  EXPECT_EQ(refusals, 0);
  expect_updated();
  EXPECT_EQ(verdicts(), 1u);
  EXPECT_GE(world.elapsed_ms, 15'000u + 30'000u) << "the second and third after a pause";
}

TEST_P(RefusedUpdate, OfTheSuccessIsSaidAgain) {
  offer(good_image(v2));
  refused_status = "SUCCEEDED";
  refusals = 2;
  boot_and_run();
  EXPECT_EQ(refusals, 0);
  expect_updated();
}

TEST_P(RefusedUpdate, OfAJobThatIsGoneEndsItAtOnce) {
  work_until(State::downloading);
  world.cloud.executions.clear();
  refusals = 1;
  world.run_for(1'000);
  expect_untouched_and_idle();
}

TEST_P(RefusedUpdate, ForEverIsLeftAloneUntilTheNextHeartbeat) {
  offer(good_image(v2));
  refusals = 1'000;
  world.boot();
  world.run_for(12ull * 3'600'000 - 60'000);
  EXPECT_EQ(world.agent.state(), State::idle);
  EXPECT_EQ(world.journal().phase, JobPhase::none);
  EXPECT_EQ(uplinks_to("/update"), 9u);
  EXPECT_EQ(uplinks_to("$next/get"), 9u);
  EXPECT_EQ(world.store.gets, 0);
  refusals = 0;
  world.run();
  expect_updated();
}

TEST_P(RefusedUpdate, OfEveryProgressReportDoesNotKeepTheImageOut) {
  work_until(State::downloading);
  refusals = 1'000;
  world.run();
  expect_updated();
  EXPECT_EQ(trials(), 1u);
}

INSTANTIATE_TEST_SUITE_P(Codes, RefusedUpdate,
                         ::testing::Values("InvalidTopic", "InvalidJson", "InvalidRequest",
                                           "InvalidStateTransition", "ResourceNotFound",
                                           "VersionMismatch", "TerminalStateReached"),
                         [](const auto& code) { return std::string{code.param}; });

}  // namespace
}  // namespace ota::test

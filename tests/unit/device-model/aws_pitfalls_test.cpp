#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string_view>

#include "support/pitfall.hpp"

// What devices get wrong about AWS IoT Jobs, one test per row of the list in the reference, by its
// number and its name. Rows 27 to 32 are in aws_pitfalls_queue_test.cpp, those about S3 and the
// link in aws_pitfalls_download_test.cpp. Not here, because no cart can show them:
//
//  7 no_timeout     an execution that never ends is the cloud's to show: broker-mock/jobs, and the
//                   check attempt_terminates in reports/check
// 14 abort          executions of a job that stops: broker-mock/jobs, broker-mock/rollout; the
// cart's
//                   share of it is row 15 here
// 24 flood          publishes that are dropped: broker-mock/mqtt; the cart's share, at most five
//                   progress reports per job, is ProgressIsReportedByQuarters in download_test.cpp
// 33 ca_rotation    the planner's gate: broker-mock/rollout; the cart's share: trust_store_test.cpp
// 34 skew           the cart has no clock: clock_independence_test.cpp
namespace ota::test {
namespace {

using ::testing::HasSubstr;

TEST_F(Pitfall, Row01DupNotifyNextIsTheSameJobWhateverItsUrl) {
  work_until(State::downloading);
  std::string& document = world.cloud.executions.back().document;
  for (int i = 0; i < 5; ++i) {
    document.replace(document.find("Signature=0") + 11, 1, std::to_string(i));
    notify();
    notify();
  }
  world.run();
  expect_updated();
  EXPECT_EQ(verdicts(), 1u);
  EXPECT_EQ(world.store.gets, 1);
}

TEST_F(Pitfall, Row02StaleNotifyNextOfTheRunningJobAsksNothing) {
  for (const State state : {State::offered, State::downloading, State::verifying}) {
    SCOPED_TRACE(name(state));
    World fresh;
    const Image image = good_image(v2);
    fresh.cloud.offer("fw-2-0-0", image);
    fresh.store.object = image.bytes;
    fresh.boot();
    ASSERT_TRUE(fresh.run_to(state));
    const Agent before = fresh.agent;
    const std::string payload = fresh.cloud.notification();
    fresh.deliver(event::Received{"$aws/things/cart-00042/jobs/notify-next",
                                  std::as_bytes(std::span{payload})});
    EXPECT_EQ(fresh.agent, before);
  }
}

TEST_F(Pitfall, Row03RepliesOnTopicsNobodySubscribedToAreIgnored) {
  work_until(State::downloading);
  const Agent before = world.agent;
  const std::string jobs = "$aws/things/cart-00042/jobs/";
  for (const std::string& topic :
       {jobs, jobs + "get/accepted", jobs + "get/rejected", jobs + "start-next/accepted",
        jobs + "start-next/rejected", jobs + "notify", jobs + "fw-2-0-0/get/accepted",
        jobs + "fw-2-0-0/update", jobs + "/update/accepted/", jobs + "$next/get",
        std::string{"$aws/things/cart-00042/shadow/update/accepted"},
        std::string{"$aws/things/cart-000421/jobs/notify-next"},
        std::string{"$aws/events/presence/connected/cart-00042"}, std::string{},
        std::string{"carts/cart-00042"}, std::string(4000, '/')}) {
    receive(topic, world.cloud.notification());
    receive(topic, "");
    ASSERT_EQ(world.agent, before) << topic;
  }
}

// A job may be called like one of the reserved topics.
TEST_F(Pitfall, Row03JobsNamedLikeTopicsAreJobs) {
  for (const char* job : {"get", "start-next", "notify", "notify-next", "update"}) {
    SCOPED_TRACE(job);
    World fresh;
    const Image image = good_image(v2);
    fresh.cloud.offer(job, image);
    fresh.store.object = image.bytes;
    fresh.boot();
    fresh.run();
    EXPECT_EQ(fresh.cloud.executions.back().status, "SUCCEEDED");
  }
}

TEST_F(Pitfall, Row04DropReplyUpdateOfAnyUpdateEndsInTheSameSuccess) {
  for (std::size_t nth = 1; nth <= 8; ++nth) {
    SCOPED_TRACE(nth);
    World fresh;
    const Image image = good_image(v2);
    fresh.cloud.offer("fw-2-0-0", image);
    fresh.store.object = image.bytes;
    fresh.tuning.journal_every_bytes = 1024;
    fresh.bystander = this;
    uplinks.clear();
    fresh.boot();
    for (int i = 0; i < 3000 && !fresh.is_settled(); ++i) {
      replies_to_lose = uplinks_to("/update") == nth ? 1 : 0;
      lost_topic = "/update/accepted";
      fresh.advance();
    }
    EXPECT_EQ(fresh.cloud.executions.back().status, "SUCCEEDED");
    EXPECT_EQ(fresh.board.witness.count("manifest accept"), 1u);
  }
}

TEST_F(Pitfall, Row04APowerCutBetweenUpdateAndReplyAdoptsTheCloudsVersion) {
  work_until(State::offered);
  ASSERT_EQ(world.cloud.executions.back().version, 2u);  // the cloud has moved on, we have not
  world.boot();                                          // what was under way is lost
  world.run();
  expect_updated();
}

TEST_F(Pitfall, Row05PowerLossInEveryPhaseResumesFromTheJournal) {
  for (const State state : {State::offered, State::downloading, State::verifying, State::staged,
                            State::armed, State::trial, State::reporting}) {
    SCOPED_TRACE(name(state));
    World fresh;
    const Image image = good_image(v2);
    fresh.cloud.offer("fw-2-0-0", image);
    fresh.store.object = image.bytes;
    fresh.reboots = state != State::armed;
    fresh.boot();
    ASSERT_TRUE(fresh.run_to(state));
    fresh.reboots = true;
    fresh.boot();
    fresh.run();
    EXPECT_EQ(fresh.cloud.executions.back().status, "SUCCEEDED");
    EXPECT_EQ(fresh.board.witness.count("manifest accept"), 1u) << "accepted once, not again";
    EXPECT_LE(fresh.store.gets, 2);
  }
}

TEST_F(Pitfall, Row06Offline12hFindsTheNextExecutionAndNeverNamesTheOldOne) {
  work_until(State::downloading);
  lose_the_link();
  world.run_for(12 * 3'600'000ull);
  world.cloud.executions.back().status = "TIMED_OUT";
  Execution again = world.cloud.executions.back();
  again.number = 2;
  again.version = 1;
  again.status = "QUEUED";
  world.cloud.executions.push_back(again);
  uplinks.clear();
  find_the_link();
  world.run();
  expect_updated();
  for (const Message& message : uplinks) {
    if (message.topic.ends_with("/update")) {
      EXPECT_EQ(member(message.payload, "executionNumber"), "2");
    }
  }
}

TEST_F(Pitfall, Row06Offline12hWithoutARetryGivesTheJobUp) {
  work_until(State::downloading);
  lose_the_link();
  world.run_for(12 * 3'600'000ull);
  world.cloud.executions.back().status = "TIMED_OUT";
  find_the_link();
  world.run();
  expect_untouched_and_idle();
}

TEST_F(Pitfall, Row08LateUpdateIsDoneWhicheverWayTheCloudSaysSo) {
  for (const char* code : {"InvalidStateTransition", "TerminalStateReached", "ResourceNotFound"}) {
    SCOPED_TRACE(code);
    World fresh;
    const Image image = good_image(v2);
    fresh.cloud.offer("fw-2-0-0", image);
    fresh.store.object = image.bytes;
    fresh.boot();
    ASSERT_TRUE(fresh.run_to(State::trial));
    ASSERT_TRUE(fresh.run_to(State::reporting));
    fresh.boot();  // the report is sent again
    fresh.cloud.executions.back().status = "IN_PROGRESS";
    ASSERT_EQ(fresh.agent.state(), State::reporting);
    fresh.advance();
    fresh.advance();
    fresh.cloud.reject_next_with = code;
    fresh.run_for(60'000);
    EXPECT_EQ(fresh.agent.state(), State::idle);
    EXPECT_EQ(fresh.journal().phase, JobPhase::none);
    EXPECT_EQ(fresh.agent.running_version(), v2);
  }
}

TEST_F(Pitfall, Row09RollbackAfterSuccessIsSaidOnTheOtherChannel) {
  offer(good_image(v2));
  boot_and_run();
  expect_updated();
  for (int i = 0; i < 3; ++i) {
    world.boot(ResetCause::watchdog);
  }
  world.run_for(60'000);
  EXPECT_EQ(status(), "SUCCEEDED") << "Jobs knows no state after it";
  EXPECT_EQ(world.agent.running_version(), v1);
  ASSERT_EQ(world.cloud.rollback_payloads.size(), 1u);
  EXPECT_THAT(world.cloud.rollback_payloads.back(), HasSubstr(R"("reason":"after_confirm")"));
}

TEST_F(Pitfall, Row10ARollbackBootReportsFailureInsteadOfTryingAgain) {
  world.crashes.insert(v2.value);
  offer(good_image(v2));
  boot_and_run();
  EXPECT_EQ(status(), "FAILED");
  EXPECT_EQ(trials(), 3u);
  world.run_for(14ull * 24 * 3'600'000);
  EXPECT_EQ(trials(), 3u) << "the job is over";
  EXPECT_EQ(world.store.gets, 1);
}

/// A cloud that queues the next execution the moment that one fails.
class RetryStorm : public Pitfall {
 protected:
  void run_retries(int allowed) {
    world.boot();
    for (int i = 0; i < 20'000; ++i) {
      Execution& last = world.cloud.executions.back();
      const bool has_heard = world.agent.state() == State::idle;  // accepted comes before notify
      if (last.status == "FAILED" && has_heard && allowed-- > 0) {
        starts_ms.push_back(world.elapsed_ms + world.now.ms);
        last.number += 1;
        last.version = 1;
        last.status = "QUEUED";
        notify();
      }
      if (world.is_settled() || !world.advance()) {
        return;
      }
    }
  }
  std::vector<std::uint64_t> starts_ms;
};

TEST_F(RetryStorm, Row11AVersionThatRollsBackIsRejectedForGood) {
  world.crashes.insert(v2.value);
  offer(good_image(v2));
  run_retries(10);
  EXPECT_EQ(status(), "REJECTED") << "never retried";
  EXPECT_EQ(trials(), 6u);
  EXPECT_EQ(world.store.gets, 2);
}

TEST_F(RetryStorm, Row11FailedTriesKeepAGrowingDistance) {
  offer(good_image(v2));
  world.store.object[77] ^= std::byte{1};  // every try is a whole slot written in vain, twice
  run_retries(4);
  ASSERT_EQ(starts_ms.size(), 4u);
  EXPECT_EQ(world.store.gets, 10);
  const std::uint64_t shortest[] = {30'000, 60'000, 120'000};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_GE(starts_ms[i + 1] - starts_ms[i], shortest[i] + 15'000) << i;
  }
}

// MQTT promises no order: the notification of the next job may overtake the reply to the last
// report of this one.
TEST_F(Pitfall, Row11ANotificationThatOvertakesTheReplyIsNotForgotten) {
  work_until(State::trial);
  ASSERT_TRUE(world.run_to(State::reporting));
  offer(good_image(v3), "fw-next");
  notify();
  world.run_for(600'000);
  EXPECT_EQ(world.agent.running_version(), v3);
}

TEST_F(Pitfall, Row12CancelForceWithoutANotificationIsLearntFromTheNextUpdate) {
  world.tuning.journal_every_bytes = 1024;
  work_until(State::downloading);
  world.cloud.executions.back().status = "CANCELED";  // the object stays there to be fetched
  world.run();
  expect_untouched_and_idle();
  EXPECT_EQ(world.cloud.executions.back().status, "CANCELED");
}

TEST_F(Pitfall, Row13DeleteJobMidDownloadIsTheSame) {
  world.tuning.journal_every_bytes = 1024;
  work_until(State::downloading);
  world.cloud.executions.clear();
  world.run();
  expect_untouched_and_idle();
}

TEST_F(Pitfall, Row15HaltLeavesWhatIsInProgressAlone) {
  work_until(State::downloading);
  Execution queued = world.cloud.executions.back();
  queued.job = "fw-of-the-halted-job";
  queued.status = "CANCELED";
  world.cloud.executions.push_back(queued);
  notify();
  world.run();
  EXPECT_EQ(world.cloud.executions.front().status, "SUCCEEDED");
}

TEST_F(Pitfall, Row15HaltEmptiesTheQueueOfACartThatOnlyHeardOfIt) {
  boot_and_run();
  offer(good_image(v2));
  notify();
  end_job("CANCELED");
  world.run_for(120'000);
  expect_untouched_and_idle();
  EXPECT_EQ(world.cloud.updates.size(), 0u);
}

}  // namespace
}  // namespace ota::test

#include <gtest/gtest.h>

#include "tests/unit/reports/tape.hpp"

namespace cartstorm::report {
namespace {

using enum CheckVerdict;

class Executing : public testing::Test {
 protected:
  Executing() {
    tape.add(0, Power{cart_7, true, PowerCause::user}).add(0, execution(JobStatus::in_progress));
  }
  static JobRx execution(JobStatus status, bool is_accepted = true) {
    return {cart_7, {}, 1, status, 2, is_accepted, Reason::none};
  }
  Tape tape{"attempt_terminates"};
};
TEST_F(Executing, EndsWithinTwelveHours) {
  EXPECT_THAT(tape.add(12 * hour, execution(JobStatus::failed)).finish(), Is(pass, 1, 0));
}
TEST_F(Executing, EndsTooLate) {
  tape.add(13 * hour, execution(JobStatus::succeeded));
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 1, 1));
  EXPECT_EQ(result.first_message,
            "execution 1 ended after 13.0 h of powered time, allowed are 12.0 h");
}
TEST_F(Executing, NeverEnds) { EXPECT_THAT(tape.finish(day), Is(fail, 1, 1)); }
TEST_F(Executing, OnlyPoweredTimeCounts) {
  tape.add(hour, Power{cart_7, false, PowerCause::user})
      .add(20 * hour, Power{cart_7, true, PowerCause::user})
      .add(22 * hour, execution(JobStatus::succeeded));
  EXPECT_THAT(tape.finish(), Is(pass, 1, 0));
}
TEST_F(Executing, TimeWithoutItsNetworkByAFaultDoesNotCount) {
  for (const char* const fault : {"regional_outage", "goes_silent[2]"}) {
    Tape other{"attempt_terminates"};
    other.add(0, Power{cart_7, true, PowerCause::user})
        .add(0, execution(JobStatus::in_progress))
        .add(hour, Fault{cart_7, other.text(fault), FaultEvent::fire, 0})
        .add(20 * hour, Fault{cart_7, other.text(fault), FaultEvent::clear, 0})
        .add(22 * hour, execution(JobStatus::succeeded));
    EXPECT_THAT(other.finish(), Is(pass, 1, 0)) << fault;
  }
}
TEST_F(Executing, TimeBeforeItsMaintenanceWindowDoesNotCount) {
  tape.add(hour, Consent{cart_7, {}, ConsentEvent::window_closed})
      .add(20 * hour, Consent{cart_7, {}, ConsentEvent::window_open})
      .add(22 * hour, execution(JobStatus::succeeded));
  EXPECT_THAT(tape.finish(), Is(pass, 1, 0));
}
TEST_F(Executing, OtherFaultsAreNoExcuse) {
  tape.add(hour, Fault{cart_7, tape.text("metric_lost"), FaultEvent::fire, 0});
  EXPECT_THAT(tape.finish(day), Is(fail, 1, 1));
}
TEST_F(Executing, ARefusedUpdateEndsNothing) {
  tape.add(hour, execution(JobStatus::succeeded, false));
  EXPECT_THAT(tape.finish(day), Is(fail, 1, 1));
}
TEST_F(Executing, RepeatedProgressDoesNotStartTheClockAnew) {
  tape.add(11 * hour, execution(JobStatus::in_progress));
  EXPECT_THAT(tape.finish(13 * hour), Is(fail, 1, 1));
}
TEST_F(Executing, StillOpenWithLittlePowerIsNoPremise) {
  EXPECT_THAT(tape.finish(2 * hour), Is(vacuous, 0, 0));
}

class QuietEnd : public testing::Test {
 public:
  QuietEnd() { tape.run(20 * hour, day).cart(cart_7); }
  QuietEnd& link(std::int64_t t, LinkEvent event = LinkEvent::connect) {
    tape.add(t, Transport{cart_7, event, {}});
    return *this;
  }
  QuietEnd& state(AgentState to) {
    tape.add(23 * hour, StateChange{cart_7, AgentState::starting, to});
    return *this;
  }

 protected:
  Tape tape{"converges"};
};
TEST_F(QuietEnd, AnIdleCartOnItsOldVersionHasConverged) {
  link(hour).state(AgentState::idle);
  EXPECT_THAT(tape.finish(), Is(pass, 1, 0));
}
TEST_F(QuietEnd, ACartThatIsStillBusyIsFound) {
  link(hour).state(AgentState::precheck);
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 1, 1));
  EXPECT_EQ(result.first_message, "still precheck after 4.0 h of connection in the quiet end");
}
TEST_F(QuietEnd, ACartOnAVersionItNeverConfirmedIsFound) {
  link(hour).state(AgentState::idle);
  tape.add(23 * hour, Jump{cart_7, 2, SlotName::b, v2_0, new_digest});
  EXPECT_THAT(tape.finish(), Is(fail, 1, 1));
}
TEST_F(QuietEnd, AConfirmedNewVersionIsFine) {
  link(hour).state(AgentState::idle);
  tape.add(23 * hour, Jump{cart_7, 2, SlotName::b, v2_0, new_digest})
      .add(23 * hour, Confirm{cart_7, SlotName::b, v2_0, Phase::durable});
  EXPECT_THAT(tape.finish(), Is(pass, 1, 0));
}
TEST_F(QuietEnd, ACartThatTriesAgainAndAgainIsFoundBetweenTwoTries) {
  link(hour).state(AgentState::idle);
  tape.add(24 * hour - 20 * second, StateChange{cart_7, AgentState::offered, AgentState::idle});
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 1, 1));
  EXPECT_EQ(result.first_message, "not at rest after 4.0 h of connection in the quiet end");
}
TEST_F(QuietEnd, ACrashLoopIsNoExcuseForNeverBeingConnected) {
  tape.add(hour, Power{cart_7, true, PowerCause::user});
  tape.add(24 * hour - minute, Reset{cart_7, ResetCause::panic});
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 1, 1));
  EXPECT_EQ(result.first_message, "still crashing after 4.0 h of power in the quiet end");
}
TEST_F(QuietEnd, LessThanHalfAnHourOfConnectionIsNoPremise) {
  state(AgentState::precheck).link(23 * hour + 31 * minute);
  EXPECT_THAT(tape.finish(), Is(vacuous, 0, 0));
}
TEST_F(QuietEnd, ADisconnectedCartIsNoPremise) {
  link(hour).state(AgentState::precheck).link(23 * hour, LinkEvent::lost);
  EXPECT_THAT(tape.finish(), Is(vacuous, 0, 0));
}
TEST_F(QuietEnd, ACutCartIsNoPremise) {
  link(hour).state(AgentState::precheck);
  tape.add(23 * hour, Power{cart_7, false, PowerCause::user});
  EXPECT_THAT(tape.finish(), Is(vacuous, 0, 0));
}

TEST(PowerLostRespected, SixtyFourCallsAreAllowed) {
  Tape tape{"power_lost_respected"};
  EXPECT_THAT(tape.add(1, AfterPowerLoss{cart_7, 64}).finish(), Is(pass, 1, 0));
}
TEST(PowerLostRespected, OneMoreIsFound) {
  Tape tape{"power_lost_respected"};
  EXPECT_THAT(tape.add(1, AfterPowerLoss{cart_7, 65}).finish(), Is(fail, 1, 1));
}
TEST(PowerLostRespected, AMessageWithoutPowerIsFound) {
  Tape tape{"power_lost_respected"};
  tape.add(1, Power{cart_7, false, PowerCause::scripted})
      .add(1, JobTx{cart_7, {}, 1, JobStatus::in_progress, Reason::none, v2_0, 1});
  EXPECT_THAT(tape.finish(), Is(fail, 1, 1));
}
TEST(PowerLostRespected, AMessageAfterPowerCameBackIsFine) {
  Tape tape{"power_lost_respected"};
  tape.add(1, Power{cart_7, false, PowerCause::scripted})
      .add(2, Power{cart_7, true, PowerCause::scripted})
      .add(3, MetricTx{cart_7, MetricName::heartbeat, v1_8, 0});
  EXPECT_THAT(tape.finish(), Is(pass, 1, 0));
}

TEST(PowerLostRespected, SwitchingOffAtTheEndOfTheDayIsNoPremise) {
  Tape tape{"power_lost_respected"};
  EXPECT_THAT(tape.add(1, Power{cart_7, false, PowerCause::user}).finish(), Is(vacuous, 0, 0));
}

TEST(AllChecks, AreShownInThisOrderEachWithAPromise) {
  const std::vector<std::string_view> expected{"always_bootable",
                                               "verified_before_execute",
                                               "confirmed_slot_untouched",
                                               "trial_bounded",
                                               "attempt_spent_before_jump",
                                               "status_truthful",
                                               "rollback_reported_once",
                                               "bounded_retries",
                                               "clock_independent_verdict",
                                               "stage_containment",
                                               "stage_order",
                                               "halt_holds",
                                               "ca_prereq",
                                               "attempt_terminates",
                                               "converges",
                                               "power_lost_respected",
                                               "jobs_metric_reconcile",
                                               "halt_is_sticky",
                                               "missing_data_is_not_health",
                                               "rollback_visible",
                                               "prereq_recheck",
                                               "rollback_storm_bound",
                                               "blast_radius",
                                               "orchestrator_crash_safe",
                                               "at_most_one_job_per_device",
                                               "server_time_windows",
                                               "exclusions_respected",
                                               "rate_limits_respected",
                                               "counts_exact"};
  std::vector<std::string_view> ids;
  const TextTable texts;
  for (const CheckEntry& entry : all_checks()) {
    ids.push_back(entry.id);
    EXPECT_EQ(entry.make({}, texts)->id(), entry.id);
    EXPECT_THAT(entry.promise, testing::EndsWith("."));
  }
  EXPECT_EQ(ids, expected);
}

}  // namespace
}  // namespace cartstorm::report

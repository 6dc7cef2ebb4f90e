#include <gtest/gtest.h>

#include "tests/unit/reports/tape.hpp"

/// server_time_windows, exclusions_respected and counts_exact on hand-made traces.
namespace cartstorm::report {
namespace {

using enum CheckVerdict;

/// The epoch of the tape is 40 s into a minute of the calendar, so minute 0 ends at 20 s.
class AMinute : public testing::Test {
 protected:
  AMinute() { tape.run(); }
  void error(std::int64_t t, std::uint64_t episode, Version version = v1_8, bool counted = true) {
    tape.add(t, MetricRx{cart_7, MetricName::error, version, episode, counted});
  }
  void closed(std::int64_t t, std::int64_t number, std::uint32_t errors, Version version = v1_8) {
    tape.add(t, Exposure{version, number, 60'000, errors});
  }
  Tape tape{"server_time_windows"};
};
TEST_F(AMinute, HasTheErrorsThatWereReceivedInIt) {
  error(19 * second, 1);
  closed(20 * second, 0, 1);
  error(20 * second, 2);
  error(79 * second, 3);
  closed(80 * second, 1, 2);
  EXPECT_THAT(tape.finish(), Is(pass, 2, 0));
}
TEST_F(AMinute, DoesNotHaveThoseOfAnother) {
  error(21 * second, 1);
  closed(80 * second, 1, 0);
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 1, 1));
  EXPECT_EQ(result.first_message,
            "the minute before d0 00:01:20 has 0 errors of 1.8.0, 1 were received in it");
}
TEST_F(AMinute, CountsNoRepetitionAndNoOtherVersion) {
  error(21 * second, 1);
  error(22 * second, 1, v1_8, false);
  error(23 * second, 2, v2_0);
  closed(80 * second, 1, 1);
  closed(80 * second, 1, 1, v2_0);
  EXPECT_THAT(tape.finish(), Is(pass, 2, 0));
}
TEST_F(AMinute, IsNotClosedBeforeItsEnd) {
  closed(19 * second, 0, 0);
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 1, 1));
  EXPECT_EQ(result.first_message, "a minute that ended at d0 00:00:20 was closed at d0 00:00:19");
}
TEST_F(AMinute, OfAnotherTimeZoneIsFound) {
  closed(hour, 0, 0);
  EXPECT_THAT(tape.finish(), Is(fail, 1, 1));
}
TEST_F(AMinute, OfTheWarmUpIsAMinuteToo) {
  error(-101 * second, 1);
  closed(-100 * second, -2, 1);
  EXPECT_THAT(tape.finish(), Is(pass, 1, 0));
}
TEST_F(AMinute, ThatNobodyClosesIsVacuous) {
  error(1, 1);
  EXPECT_THAT(tape.finish(), Is(vacuous, 0, 0));
}

class ACustomer : public testing::Test {
 protected:
  ACustomer() { tape.add(0, Transport{cart_7, LinkEvent::connect, {}}); }
  void says(std::int64_t t, ConsentEvent event) { tape.add(t, Consent{cart_7, {}, event}); }
  void arms(std::int64_t t) {
    tape.add(t, StateChange{cart_7, AgentState::staged, AgentState::armed});
  }
  void is_targeted(std::int64_t t, TargetEvent event = TargetEvent::queued) {
    tape.add(t, Target{{}, 0, cart_7, event, {}});
  }
  Tape tape{"exclusions_respected"};
};
TEST_F(ACustomer, WhoRefusesIsNotInstalled) {
  says(hour, ConsentEvent::opt_out);
  arms(2 * hour);
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 1, 1));
  EXPECT_EQ(result.first_message, "armed although its customer refuses updates");
}
TEST_F(ACustomer, WhoChangedHisMindIsInstalled) {
  says(hour, ConsentEvent::opt_out);
  says(2 * hour, ConsentEvent::opt_in);
  arms(3 * hour);
  EXPECT_THAT(tape.finish(), Is(pass, 1, 0));
}
TEST_F(ACustomer, WhoHasToldThatHeRefusesIsNotTargeted) {
  says(hour, ConsentEvent::opt_out);
  is_targeted(hour + 60 * second);
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 1, 1));
  EXPECT_EQ(result.first_message, "targeted by stage 0 although it has told that it refuses");
}
TEST_F(ACustomer, WhoCouldNotTellMayBeTargeted) {
  tape.add(1, Transport{cart_7, LinkEvent::lost, {}});
  says(hour, ConsentEvent::opt_out);
  is_targeted(2 * hour);
  EXPECT_THAT(tape.finish(), Is(pass, 1, 0));
}
TEST_F(ACustomer, WhoIsExcludedIsRespected) {
  says(hour, ConsentEvent::opt_out);
  is_targeted(2 * hour, TargetEvent::excluded);
  EXPECT_THAT(tape.finish(), Is(pass, 1, 0));
}
TEST_F(ACustomer, HasAWindowThatIsRespected) {
  says(0, ConsentEvent::window_closed);
  says(hour, ConsentEvent::window_open);
  arms(hour + minute);
  says(2 * hour, ConsentEvent::window_closed);
  EXPECT_THAT(tape.finish(), Is(pass, 1, 0));
}
TEST_F(ACustomer, WhoseWindowIsClosedIsNotRestarted) {
  says(0, ConsentEvent::window_closed);
  arms(minute);
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 1, 1));
  EXPECT_EQ(result.first_message, "armed outside its maintenance window");
}
TEST_F(ACustomer, WhoNeverSaidAnythingIsNoPremise) {
  arms(minute);
  is_targeted(minute);
  EXPECT_THAT(tape.finish(), Is(vacuous, 0, 0));
}

class ARollbackCount : public testing::Test {
 protected:
  void received(std::uint64_t key, bool counted, CartId cart = cart_7) {
    tape.add(0, MetricRx{cart, MetricName::rollback, v2_0, key, counted});
  }
  Tape tape{"counts_exact"};
};
TEST_F(ARollbackCount, IsOfDistinctOccurrences) {
  received(1, true);
  received(1, false);
  received(2, true);
  received(1, true, cart_8);  // unique per cart only
  EXPECT_THAT(tape.finish(), Is(pass, 4, 0));
}
TEST_F(ARollbackCount, WithARepetitionInItIsFound) {
  received(1, true);
  received(1, true);
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 2, 1));
  EXPECT_EQ(result.first_message, "occurrence 0000000000000001 was counted again");
}
TEST_F(ARollbackCount, WithoutANewOneIsFound) {
  received(1, true);
  received(2, false);
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 2, 1));
  EXPECT_EQ(result.first_message,
            "occurrence 0000000000000002 is new and was taken for a repetition");
}
TEST_F(ARollbackCount, OfNothingIsVacuous) {
  tape.add(0, MetricRx{cart_7, MetricName::error, v2_0, 1, true});
  EXPECT_THAT(tape.finish(), Is(vacuous, 0, 0));
}

}  // namespace
}  // namespace cartstorm::report

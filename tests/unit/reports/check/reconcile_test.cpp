#include "reports/check/reconcile.hpp"

#include <gmock/gmock.h>

#include <string>

#include "tests/unit/reports/tape.hpp"

namespace cartstorm::report {
namespace {

using enum CheckVerdict;
using testing::HasSubstr;
using testing::StartsWith;

inline constexpr Version v3_0{0x00030000};

/// One cart that is connected all the time, with the trace written hour by hour.
class OneCart : public testing::Test {
 protected:
  OneCart() {
    tape.run(20 * day, 21 * day).cart(cart_7).images();
    links(0);
  }
  void links(std::int64_t t, CartId cart = cart_7) {
    tape.add(t, Transport{cart, LinkEvent::connect, {}});
  }
  void unlinks(std::int64_t t) { tape.add(t, Transport{cart_7, LinkEvent::lost, {}}); }
  void jobs(std::int64_t t, JobStatus status, const char* job = "r1-canary") {
    tape.add(t, JobRx{cart_7, tape.text(job), 1, status, 1, true, Reason::none});
  }
  void works(std::int64_t t) {
    jobs(t, JobStatus::queued);
    jobs(t, JobStatus::in_progress);
  }
  void beats(std::int64_t t, Version version) {
    tape.add(t, MetricRx{cart_7, MetricName::heartbeat, version, 0, true});
  }
  void counts(std::int64_t t, std::uint64_t key, bool is_counted = true) {
    tape.add(t, MetricRx{cart_7, MetricName::rollback, v2_0, key, is_counted});
  }
  /// Rows with a cart in them at the end, by name.
  std::string rows() const {
    std::string text;
    for (const ReconciledCount& count : tape.check().reconciliation()->counts()) {
      if (count.carts > 0) {
        text += (text.empty() ? "" : " ") + std::string{name(count.row)};
      }
    }
    return text;
  }
  Tape tape{"jobs_metric_reconcile"};
};

TEST_F(OneCart, ThatSucceededAndSaysSoIsShipped) {
  beats(0, v1_8);
  works(hour);
  beats(2 * hour, v2_0);
  jobs(2 * hour + second, JobStatus::succeeded);
  EXPECT_THAT(tape.finish(), Is(pass, 1, 0));
  EXPECT_EQ(rows(), "shipped");
}
TEST_F(OneCart, ThatSucceededAndRolledBackLaterIsRolledBackNotShipped) {
  works(hour);
  beats(2 * hour, v2_0);
  jobs(2 * hour, JobStatus::succeeded);
  beats(9 * hour, v1_8);
  counts(9 * hour, 0xa1);
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 1, 1));
  EXPECT_EQ(rows(), "rolled_back_after_success");
  EXPECT_EQ(result.first_time_us, 9 * hour) << "when it began, not when it was noticed";
  EXPECT_THAT(result.first_message, HasSubstr("count them as rolled back, not as shipped"));
}
TEST_F(OneCart, ThatSucceededAfterRollbacksOnTheWayIsFine) {
  works(hour);
  counts(2 * hour, 0xa1);
  counts(3 * hour, 0xa2);
  beats(4 * hour, v2_0);
  jobs(4 * hour, JobStatus::succeeded);
  EXPECT_THAT(tape.finish(), Is(pass, 1, 0));
  EXPECT_EQ(rows(), "succeeded_after_retry");
}
TEST_F(OneCart, ThatSucceededAndRunsTheOldVersionWithoutARollbackIsASilentRevert) {
  works(hour);
  beats(2 * hour, v2_0);
  jobs(2 * hour, JobStatus::succeeded);
  beats(9 * hour, v1_8);
  EXPECT_THAT(tape.finish(), Is(fail, 1, 1));
  EXPECT_EQ(rows(), "silent_revert");
}
TEST_F(OneCart, ThatFailedAndRolledBackIsConsistent) {
  works(hour);
  beats(2 * hour, v1_8);
  counts(2 * hour, 0xa1);
  jobs(2 * hour, JobStatus::failed);
  EXPECT_THAT(tape.finish(), Is(pass, 1, 0));
  EXPECT_EQ(rows(), "rolled_back");
}
TEST_F(OneCart, ThatFailedWithoutARollbackRefusedBeforeItArmed) {
  beats(0, v1_8);
  works(hour);
  jobs(2 * hour, JobStatus::rejected);
  EXPECT_THAT(tape.finish(), Is(pass, 1, 0));
  EXPECT_EQ(rows(), "rejected_before_arm");
}
TEST_F(OneCart, ThatFailedAndRunsTheNewVersionHasAWrongStatus) {
  works(hour);
  jobs(2 * hour, JobStatus::failed);
  beats(3 * hour, v2_0);
  EXPECT_THAT(tape.finish(), Is(fail, 1, 1));
  EXPECT_EQ(rows(), "status_wrong");
}
TEST_F(OneCart, WhoseJobTimedOutAndThatRunsTheNewVersionIsALateSuccess) {
  works(hour);
  jobs(2 * hour, JobStatus::timed_out);
  beats(5 * hour, v2_0);
  EXPECT_THAT(tape.finish(), Is(pass, 1, 0));
  EXPECT_EQ(rows(), "late_success");
}
TEST_F(OneCart, WhoseJobWasCancelledKeptTheOldVersion) {
  beats(0, v1_8);
  jobs(hour, JobStatus::queued);
  jobs(2 * hour, JobStatus::canceled);
  EXPECT_THAT(tape.finish(), Is(pass, 1, 0));
  EXPECT_EQ(rows(), "taken_back");
}
TEST_F(OneCart, ThatIsAtItAndNotHeardOfForTooLongIsSilent) {
  works(hour);
  unlinks(2 * hour);
  EXPECT_THAT(tape.finish(2 * hour + 30 * hour), Is(pass, 1, 0));
  EXPECT_EQ(rows(), "under_way") << "exactly T_silent is not more than T_silent";
  tape.finish(2 * hour + 30 * hour + 1);
  EXPECT_EQ(rows(), "silent");
}
TEST_F(OneCart, ThatShippedAndIsNotHeardOfForTooLongIsSilentToo) {
  works(hour);
  beats(2 * hour, v2_0);
  jobs(2 * hour, JobStatus::succeeded);
  tape.finish(3 * day);
  EXPECT_EQ(rows(), "silent");
}
TEST_F(OneCart, ThatNobodyReachedIsNotSilentButWaiting) {
  unlinks(0);
  jobs(hour, JobStatus::queued);
  tape.finish(10 * day);
  EXPECT_EQ(rows(), "waiting");
  links(10 * day);
  unlinks(10 * day + minute);
  tape.finish(12 * day);
  EXPECT_EQ(rows(), "silent");
}
TEST_F(OneCart, ThatRunsTheNewVersionWithoutAJobIsASecurityAlarm) {
  beats(hour, v2_0);
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 1, 1));
  EXPECT_EQ(rows(), "uncommanded_install");
  EXPECT_THAT(result.first_message, StartsWith("uncommanded_install: "));
}
TEST_F(OneCart, ThatRunsAThirdVersionFitsNoRow) {
  works(hour);
  beats(2 * hour, v3_0);
  EXPECT_THAT(tape.finish(), Is(fail, 1, 1));
  EXPECT_EQ(rows(), "unexplained");
}
TEST_F(OneCart, ThatNoJobConcernsIsInNoRow) {
  beats(hour, v1_8);
  EXPECT_THAT(tape.finish(), Is(vacuous, 0, 0));
  EXPECT_EQ(rows(), "");
}

/// Contradictions that the next message may explain.
class Contradiction : public OneCart {
 protected:
  Contradiction() {
    works(hour);
    beats(2 * hour, v2_0);
    jobs(2 * hour, JobStatus::succeeded);
    beats(3 * hour, v1_8);  // the rollback itself has not come yet
  }
};
TEST_F(Contradiction, HasAnHourToBeExplained) {
  EXPECT_THAT(tape.finish(3 * hour + 64 * minute), Is(pass, 1, 0));
  EXPECT_EQ(rows(), "settling");
}
TEST_F(Contradiction, IsAnAlarmAfterThatAlsoIfItIsExplainedLater) {
  beats(9 * hour, v2_0);
  EXPECT_THAT(tape.finish(), Is(fail, 1, 1));
  EXPECT_EQ(rows(), "shipped");
  const auto& revert = tape.check().reconciliation()->counts().at(
      static_cast<std::size_t>(Reconciled::silent_revert));
  EXPECT_EQ(revert.carts, 0U);
  EXPECT_EQ(revert.ever, 1U);
}
TEST_F(Contradiction, DoesNotAgeWhileTheCartIsOff) {
  unlinks(3 * hour + minute);
  EXPECT_THAT(tape.finish(30 * hour), Is(pass, 1, 0));
}
TEST_F(Contradiction, OfAVersionFromBeforeJobsSpokeHasAHeartbeatPeriod) {
  jobs(4 * hour, JobStatus::queued, "r1-canary-r2");
  jobs(4 * hour, JobStatus::in_progress, "r1-canary-r2");
  jobs(5 * hour, JobStatus::succeeded, "r1-canary-r2");
  // The first contradiction stood for one hour; this one waits for a heartbeat, due every 12 hours.
  EXPECT_THAT(tape.finish(17 * hour), Is(pass, 1, 0));
  EXPECT_THAT(tape.finish(18 * hour), Is(fail, 2, 1));
}
TEST_F(OneCart, DoesNotTakeTheRollbackOfAnEarlierJobAlong) {
  works(hour);
  beats(2 * hour, v1_8);
  counts(2 * hour, 0xa1);
  jobs(2 * hour, JobStatus::failed);
  jobs(4 * hour, JobStatus::queued, "r1-canary-r2");
  jobs(4 * hour, JobStatus::in_progress, "r1-canary-r2");
  beats(5 * hour, v2_0);
  jobs(5 * hour, JobStatus::succeeded, "r1-canary-r2");
  tape.finish();
  EXPECT_EQ(rows(), "shipped");
}
TEST_F(OneCart, MayBeAskedAgainByANewerRolloutForWhatItRuns) {
  works(hour);
  beats(2 * hour, v2_0);
  jobs(2 * hour, JobStatus::succeeded);
  jobs(4 * hour, JobStatus::queued, "r2-canary");
  beats(5 * hour, v2_0);
  EXPECT_THAT(tape.finish(6 * hour), Is(pass, 1, 0));
  EXPECT_EQ(rows(), "waiting");
}
TEST_F(OneCart, ThatWentBackAndRunsItAgainBeforeItBeganTheNewerJobWasInTheWorkshop) {
  works(hour);
  beats(2 * hour, v2_0);
  jobs(2 * hour, JobStatus::succeeded);
  beats(3 * hour, v1_8);
  jobs(4 * hour, JobStatus::queued, "r2-canary");
  beats(5 * hour, v2_0);
  tape.finish(6 * hour);
  EXPECT_EQ(rows(), "uncommanded_install");
}
TEST_F(OneCart, DoesNotCountARepetition) {
  works(hour);
  beats(2 * hour, v2_0);
  counts(2 * hour, 0xa1, false);
  jobs(2 * hour, JobStatus::succeeded);
  tape.finish();
  EXPECT_EQ(rows(), "shipped");
}

TEST(ReconciledTable, HasItsRowsInTheirOrderAlarmsFirst) {
  bool is_alarm_over = false;
  for (std::size_t i = 0; i < reconciled_table().size(); ++i) {
    const ReconciledRow& row = reconciled_table()[i];
    EXPECT_EQ(static_cast<std::size_t>(row.row), i);
    EXPECT_FALSE(row.name.empty());
    EXPECT_FALSE(row.sentence.empty());
    EXPECT_FALSE(is_alarm_over && row.is_alarm) << row.name;
    is_alarm_over = is_alarm_over || !row.is_alarm;
  }
}

}  // namespace
}  // namespace cartstorm::report

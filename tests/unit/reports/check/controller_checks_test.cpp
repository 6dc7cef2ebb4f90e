#include <gtest/gtest.h>

#include "tests/unit/reports/tape.hpp"

/// blast_radius, orchestrator_crash_safe, at_most_one_job_per_device, rate_limits_respected and
/// rollback_storm_bound on hand-made traces.
namespace cartstorm::report {
namespace {

using enum CheckVerdict;

Target queued(CartId cart, std::uint32_t stage) {
  return {{}, stage, cart, TargetEvent::queued, {}};
}
JobRx jobs(CartId cart, JobStatus status, TextId job = {}, std::uint32_t execution = 1) {
  return {cart, job, execution, status, 1, true, Reason::none};
}
Jump jump(CartId cart, Version version = v2_0) { return {cart, 1, SlotName::b, version, 0}; }
CartId cart_no(std::uint32_t number) { return CartId{number}; }

class ABlast : public testing::Test {
 protected:
  explicit ABlast(const CheckParameters& parameters = {}) : tape{"blast_radius", parameters} {
    tape.run().cart(cart_7).cart(cart_8).images();
    tape.stage(0, 0, StageEvent::start, "system", 0, 1).add(0, queued(cart_7, 0));
    tape.add(1, jobs(cart_7, JobStatus::in_progress));
  }
  Tape tape;
};
TEST_F(ABlast, OfTheStagesCartsIsWithinItsRadius) {
  tape.add(minute, jump(cart_7)).add(2 * minute, jump(cart_7)).add(minute * 3, jump(cart_8, v1_8));
  EXPECT_THAT(tape.finish(), Is(pass, 1, 0)) << "two starts of one cart are one cart";
}
TEST_F(ABlast, ThatReachesAStrangerIsFound) {
  const CheckResult result = tape.add(minute, jump(cart_8)).finish();
  EXPECT_THAT(result, Is(fail, 1, 1));
  EXPECT_EQ(result.first_message, "started 2.0.0 although no stage targeted it");
}
TEST_F(ABlast, ThatReachesMoreCartsThanTheStageHasIsFound) {
  tape.add(0, queued(cart_8, 0)).add(minute, jump(cart_7)).add(minute, jump(cart_8));
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 2, 1));
  EXPECT_EQ(result.first_message, "cart number 2 starts 2.0.0, the stages so far have 1");
}
TEST_F(ABlast, GoesOnAfterAHoldForThoseWhoHadBegun) {
  tape.stage(hour, 0, StageEvent::hold, "system", 1).add(2 * hour, jump(cart_7));
  EXPECT_THAT(tape.finish(), Is(pass, 1, 0));
}
TEST_F(ABlast, OfASupersededRolloutEndsWithWhoIsAtWork) {
  tape.add(0, queued(cart_8, 0)).stage(hour, 0, StageEvent::requested, "bo");
  tape.stage(hour, 0, StageEvent::start, "system", 0, 1).add(hour, queued(cart_no(9), 0));
  tape.add(2 * hour, jump(cart_7)).add(2 * hour, jump(cart_no(9)));
  tape.add(3 * hour, jump(cart_8));
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 3, 1));
  EXPECT_EQ(result.first_message, "started 2.0.0 although no stage targeted it");
}
TEST_F(ABlast, OfANewerRolloutHasARadiusOfItsOwn) {
  tape.stage(0, 1, StageEvent::start, "system", 0, 100).add(minute, jump(cart_7));
  tape.stage(hour, 0, StageEvent::requested, "bo");
  tape.stage(hour, 0, StageEvent::start, "system", 0, 1);
  tape.add(hour, queued(cart_8, 0)).add(hour, queued(cart_no(9), 0));
  tape.add(2 * hour, jump(cart_8)).add(2 * hour, jump(cart_no(9)));
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 3, 1));
  EXPECT_EQ(result.first_message, "cart number 2 starts 2.0.0, the stages so far have 1");
}
/// A second cart of the stage, which begins only after a hold.
class ALateCart : public ABlast {
 protected:
  explicit ALateCart(const CheckParameters& parameters = {}) : ABlast{parameters} {
    tape.stage(minute, 1, StageEvent::start, "system", 0, 1).add(minute, queued(cart_8, 1));
    tape.stage(hour, 1, StageEvent::hold, "system", 1);
  }
  void begins(std::int64_t t) {
    tape.add(t, jobs(cart_8, JobStatus::in_progress)).add(t + minute, jump(cart_8));
  }
};
TEST_F(ALateCart, IsFound) {
  begins(2 * hour);
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 1, 1));
  EXPECT_EQ(result.first_message,
            "began at d0 02:00:00, after the hold of d0 01:00:00, and now starts 2.0.0");
}
TEST_F(ALateCart, IsFineAfterARelease) {
  tape.stage(2 * hour, 1, StageEvent::release, "dana", 1);
  begins(3 * hour);
  EXPECT_THAT(tape.finish(), Is(pass, 1, 0));
}
class ALateCartOfAPlanThatLetsRun : public ALateCart {
 protected:
  ALateCartOfAPlanThatLetsRun() : ALateCart{parameters()} {}
  static CheckParameters parameters() {
    CheckParameters parameters;
    parameters.hold_cancels_queued = false;
    return parameters;
  }
};
TEST_F(ALateCartOfAPlanThatLetsRun, IsFine) {
  begins(2 * hour);
  EXPECT_THAT(tape.finish(), Is(pass, 1, 0));
}
TEST(BlastRadius, WithoutAStartOfTheNewVersionIsVacuous) {
  Tape tape{"blast_radius"};
  tape.run().cart(cart_7).images().add(1, jump(cart_7, v1_8));
  EXPECT_THAT(tape.finish(), Is(vacuous, 0, 0));
}

class AController : public testing::Test {
 protected:
  AController() {
    tape.stage(0, 0, StageEvent::start, "system", 0, 1)
        .add(0, queued(cart_7, 0))
        .add(0, jobs(cart_7, JobStatus::queued, tape.text("r1-canary")));
  }
  Tape tape{"orchestrator_crash_safe"};
};
TEST_F(AController, ThatIsKilledAndGoesOnIsFine) {
  tape.add(hour, Fault{no_cart, tape.text("controller_killed"), FaultEvent::fire, 0})
      .stage(day, 0, StageEvent::complete)
      .stage(day, 1, StageEvent::start, "system", 0, 1)
      .add(day, queued(cart_8, 1))
      .add(day, jobs(cart_8, JobStatus::queued, tape.text("r1-early")));
  EXPECT_THAT(tape.finish(2 * day), Is(pass, 3, 0)) << "two stages and a death";
}
TEST_F(AController, ThatStartsAStageAgainIsFound) {
  const CheckResult result = tape.stage(hour, 0, StageEvent::start, "system", 0, 3).finish();
  EXPECT_THAT(result, Is(fail, 2, 1));
  EXPECT_EQ(result.first_message, "stage stage started again, with 3 carts instead of 1");
}
TEST_F(AController, ThatTargetsACartAgainIsFound) {
  EXPECT_THAT(tape.add(hour, queued(cart_7, 1)).finish(), Is(fail, 1, 1));
}
TEST_F(AController, ThatCreatesAJobAgainIsFound) {
  tape.add(hour, jobs(cart_7, JobStatus::canceled, tape.text("r1-canary")))
      .add(hour, jobs(cart_7, JobStatus::queued, tape.text("r1-canary"), 2));
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 1, 1));
  EXPECT_EQ(result.first_message, "job r1-canary came a second time");
}
TEST_F(AController, MayQueueAnotherJobAfterARelease) {
  tape.add(hour, jobs(cart_7, JobStatus::queued, tape.text("r1-canary-r2")));
  EXPECT_THAT(tape.finish(), Is(pass, 1, 0));
}
TEST_F(AController, ThatForgetsATargetIsFound) {
  const CheckResult result = tape.add(hour, queued(cart_8, 0)).finish();
  EXPECT_THAT(result, Is(fail, 1, 1));
  EXPECT_EQ(result.first_message, "1 targeted carts have no job");
}
TEST(OrchestratorCrashSafe, WithoutAStageIsVacuous) {
  EXPECT_THAT(Tape{"orchestrator_crash_safe"}.finish(), Is(vacuous, 0, 0));
}

class ACartWithAJob : public testing::Test {
 protected:
  ACartWithAJob() { tape.add(0, jobs(cart_7, JobStatus::queued, tape.text("r1-canary"))); }
  Tape tape{"at_most_one_job_per_device"};
};
TEST_F(ACartWithAJob, MayGetAnotherWhenThatIsOver) {
  tape.add(1, jobs(cart_7, JobStatus::in_progress, tape.text("r1-canary")))
      .add(2, jobs(cart_7, JobStatus::canceled, tape.text("r1-canary")))
      .add(3, jobs(cart_7, JobStatus::queued, tape.text("r2-canary")));
  EXPECT_THAT(tape.finish(), Is(pass, 2, 0));
}
TEST_F(ACartWithAJob, MayNotGetAnotherBefore) {
  tape.add(1, jobs(cart_7, JobStatus::queued, tape.text("r2-canary")));
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 2, 1));
  EXPECT_EQ(result.first_message, "job r2-canary is queued while r1-canary is not over");
}
TEST_F(ACartWithAJob, SaysNothingOfAnother) {
  tape.add(1, jobs(cart_8, JobStatus::queued, tape.text("r2-canary")));
  EXPECT_THAT(tape.finish(), Is(pass, 2, 0));
}
TEST(AtMostOneJobPerDevice, WithoutAJobIsVacuous) {
  EXPECT_THAT(Tape{"at_most_one_job_per_device"}.finish(), Is(vacuous, 0, 0));
}

class AServiceWithQuotas : public testing::Test {
 protected:
  explicit AServiceWithQuotas(const CheckParameters& parameters = {})
      : tape{"rate_limits_respected", parameters} {}
  void writes(std::int64_t t, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) {
      tape.add(t, jobs(cart_no(i), JobStatus::in_progress));
    }
  }
  Tape tape;
};
TEST_F(AServiceWithQuotas, TakesTwoHundredWritesASecond) {
  writes(0, 200);
  writes(second, 200);
  EXPECT_THAT(tape.finish(), Is(pass, 400, 0));
}
TEST_F(AServiceWithQuotas, DoesNotTakeOneMore) {
  writes(0, 201);
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 201, 1));
  EXPECT_EQ(result.first_message, "more than 200 updates of executions within a second");
}
TEST_F(AServiceWithQuotas, IsRaisedForALargeFleet) {
  for (std::uint32_t i = 0; i < 3000; ++i) tape.add(0, queued(cart_no(i), 0));
  writes(0, 300);
  EXPECT_THAT(tape.finish(), Is(pass, 300, 0));
}
TEST_F(AServiceWithQuotas, DoesNotCountWhatItDoesItself) {
  for (std::uint32_t i = 0; i < 500; ++i) tape.add(0, jobs(cart_no(i), JobStatus::canceled));
  EXPECT_THAT(tape.finish(), Is(vacuous, 0, 0));
}
TEST_F(AServiceWithQuotas, RefusesElevenNewJobsASecond) {
  for (int i = 0; i < 11; ++i) {
    tape.add(0, jobs(cart_7, JobStatus::queued, tape.text("job " + std::to_string(i))));
  }
  EXPECT_THAT(tape.finish(), Is(fail, 0, 1));
}
TEST_F(AServiceWithQuotas, RefusesAClientThatConnectsTwiceASecond) {
  tape.add(0, Transport{cart_7, LinkEvent::connect, {}})
      .add(second - 1, Transport{cart_7, LinkEvent::connect, {}})
      .add(second - 1, Transport{cart_8, LinkEvent::connect, {}});
  EXPECT_THAT(tape.finish(), Is(fail, 0, 1));
}

class AnAccountThatIsShared : public AServiceWithQuotas {
 protected:
  AnAccountThatIsShared() : AServiceWithQuotas{parameters()} {}
  static CheckParameters parameters() {
    CheckParameters parameters;
    parameters.jobs_writes_per_s = 20;
    parameters.control_calls_per_s = 2;
    return parameters;
  }
};
TEST_F(AnAccountThatIsShared, TakesWhatIsLeftToIt) {
  writes(0, 20);
  EXPECT_THAT(tape.finish(), Is(pass, 20, 0));
}
TEST_F(AnAccountThatIsShared, DoesNotGrowWithTheFleet) {
  for (std::uint32_t i = 0; i < 3000; ++i) tape.add(0, queued(cart_no(i), 0));
  writes(0, 21);
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 21, 1));
  EXPECT_EQ(result.first_message, "more than 20 updates of executions within a second");
}
TEST_F(AnAccountThatIsShared, CountsWhatItThrottled) {
  writes(0, 20);
  JobRx throttled = jobs(cart_7, JobStatus::succeeded);
  throttled.accepted = false;
  tape.add(0, throttled);
  EXPECT_THAT(tape.finish(), Is(fail, 21, 1));
}
TEST_F(AnAccountThatIsShared, RefusesTheThirdNewJobASecond) {
  for (int i = 0; i < 3; ++i) {
    tape.add(0, jobs(cart_7, JobStatus::queued, tape.text("job " + std::to_string(i))));
  }
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 0, 1));
  EXPECT_EQ(result.first_message, "more than 2 jobs created within a second, the last is job 2");
}

class AMassFailure : public testing::Test {
 protected:
  void tries(std::int64_t t, CartId cart) {
    tape.add(t, ManifestVerdict{cart, {}, 1, v2_0, true, Reason::none, 0});
  }
  void fails(std::int64_t t, CartId cart) {
    tape.add(t, JobTx{cart, {}, 1, JobStatus::failed, Reason::rolled_back, v2_0, 2});
  }
  Tape tape{"rollback_storm_bound"};
};
TEST_F(AMassFailure, ThatIsTriedAgainBySomeEveryMinuteIsNoStorm) {
  for (std::uint32_t i = 0; i < 120; ++i) {
    tries(0, cart_no(i));
    fails(0, cart_no(i));
  }
  for (std::uint32_t i = 0; i < 120; ++i) tries(hour + (i / 2) * minute, cart_no(i));
  EXPECT_THAT(tape.finish(), Is(pass, 240, 0));
}
TEST_F(AMassFailure, ThatIsTriedAgainByAllInOneMinuteIsAWave) {
  for (std::uint32_t i = 0; i < 120; ++i) {
    tries(0, cart_no(i));
    fails(0, cart_no(i));
  }
  for (std::uint32_t i = 0; i < 120; ++i) tries(hour, cart_no(i));
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 240, 1));
  EXPECT_EQ(result.first_message, "120 of 120 retries of an hour came within one minute");
}
/// What a newer rollout brings is tried for the first time, however the older one ended.
TEST_F(AMassFailure, IsNoWaveIfANewerImageIsTried) {
  for (std::uint32_t i = 0; i < 120; ++i) {
    tries(0, cart_no(i));
    fails(0, cart_no(i));
  }
  tape.add(minute, Image{Version{0x00020100}, 0x0303, 1024, 1, 0, 0, 4'000'000'000});
  for (std::uint32_t i = 0; i < 120; ++i) tries(hour, cart_no(i));
  EXPECT_THAT(tape.finish(), Is(pass, 240, 0));
}
TEST_F(AMassFailure, IsNoWaveIfCartsGoOnAfterACut) {
  for (std::uint32_t i = 0; i < 120; ++i) tries(0, cart_no(i));
  for (std::uint32_t i = 0; i < 120; ++i) tries(hour, cart_no(i));
  EXPECT_THAT(tape.finish(), Is(pass, 240, 0));
}
TEST_F(AMassFailure, HasACapPerHour) {
  for (std::uint32_t i = 0; i < 10; ++i) tape.add(0, queued(cart_no(i), 0));
  for (std::uint32_t i = 0; i < 1020; ++i) tries(0, cart_no(i % 10));
  EXPECT_THAT(tape.finish(), Is(pass, 1020, 0));
  tries(minute, cart_7);
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 1021, 1));
  EXPECT_EQ(result.first_message,
            "attempt 1021 of the fleet within an hour, 10 carts are targeted");
}
TEST_F(AMassFailure, ThatNeverHappenedIsVacuous) { EXPECT_THAT(tape.finish(), Is(vacuous, 0, 0)); }

}  // namespace
}  // namespace cartstorm::report

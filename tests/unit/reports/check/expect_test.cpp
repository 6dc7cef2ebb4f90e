#include "reports/check/expect.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/check/fleet.hpp"
#include "tests/unit/reports/tape.hpp"

namespace cartstorm::report {
namespace {

/// Four carts: 0 and 1 in eu (canary), 2 and 3 in us (early). The canary was held by `devices` half
/// an hour after its start and released; cart 0 is on the new version, cart 1 rolled back twice
/// (one counted) and failed, cart 2 made three attempts.
class SmallFleet : public testing::Test {
 protected:
  SmallFleet() {
    stream.attach(fleet);
    for (std::uint32_t cart = 0; cart < 4; ++cart) {
      emit(0, Cart{CartId{cart}, {}, {}, text(cart < 2 ? "eu" : "us"), {}, {}, 1, v1_8});
    }
    emit(0, Image{v1_8, old_digest, 1024, 1, 0, 0, 0});
    emit(0, Image{v2_0, new_digest, 1024, 1, 0, 0, 0});
    stage(hour, 0, "canary", StageEvent::start, "");
    for (std::uint32_t cart = 0; cart < 4; ++cart) {
      emit(hour, Target{{}, cart / 2, CartId{cart}, TargetEvent::queued, {}});
    }
    emit(hour, Confirm{CartId{0}, SlotName::b, v2_0, Phase::durable});
    for (std::uint64_t key = 1; key <= 2; ++key) {
      emit(hour, Rollback{CartId{1}, v2_0, v1_8, RollbackReason::attempts_spent, key});
    }
    emit(hour, MetricRx{CartId{1}, MetricName::rollback, v2_0, 1, true});
    emit(hour, MetricRx{CartId{1}, MetricName::rollback, v2_0, 1, false});
    emit(hour, JobRx{CartId{1}, {}, 1, JobStatus::failed, 3, true, Reason::rolled_back});
    for (int n = 0; n < 3; ++n) {
      emit(hour, ManifestVerdict{CartId{2}, {}, 1, v2_0, false, Reason::expired, 0});
    }
    emit(hour, HaltEval{{}, 0, text("devices"), 2, 10, 0, 0, Verdict::hold});
    stage(90 * minute, 0, "canary", StageEvent::hold, "2 of 10 carts are bad");
    stage(2 * hour, 0, "canary", StageEvent::release, "looked at it");
  }
  void emit(std::int64_t t, const Payload& payload) { stream.emit(t, payload); }
  void stage(std::int64_t t, std::uint32_t number, const char* name, StageEvent event,
             const char* reason) {
    emit(t, Stage{text("r"), number, text(name), event, text("dana"), text(reason), 1, 2});
  }
  TextId text(const char* words) { return stream.texts().intern(words); }
  CheckVerdict judged(ExpectationBody body) { return outcome(std::move(body)).verdict; }
  Outcome outcome(ExpectationBody body) {
    return evaluate({"", "", std::move(body)}, fleet, results);
  }
  static CheckResult result(std::string_view id, CheckVerdict verdict) {
    CheckResult made;
    made.id = id;
    made.verdict = verdict;
    return made;
  }
  static CartSelector in(const char* region) {
    CartSelector who;
    who.region = region;
    return who;
  }

  Stream stream;
  Fleet fleet{stream.texts()};
  std::vector<CheckResult> results;
};

using enum CheckVerdict;
constexpr Bound all{1.0, true};
constexpr Bound half{0.5, true};
constexpr Bound count(double n) { return {n, false}; }

TEST_F(SmallFleet, HeldNamesStageRuleAndTime) {
  EXPECT_EQ(judged(ExpectHeld{"canary", "devices", {}}), pass);
  EXPECT_EQ(judged(ExpectHeld{"canary", "devices", 30 * minute}), pass);
  EXPECT_EQ(judged(ExpectHeld{"canary", "devices", 30 * minute - 1}), fail);
  EXPECT_EQ(judged(ExpectHeld{"canary", "ratio", {}}), fail);
  EXPECT_EQ(judged(ExpectHeld{"early", "devices", {}}), fail);
  EXPECT_EQ(outcome(ExpectHeld{"canary", "devices", {}}).seen,
            "canary was held 30 min after its start (2 of 10 carts are bad)");
}
TEST_F(SmallFleet, HeldMayCountItsHolds) {
  ExpectHeld wanted{"canary", "devices", {}};
  wanted.times = 1;
  EXPECT_EQ(judged(wanted), pass);
  wanted.times = 2;
  EXPECT_EQ(judged(wanted), fail);
  emit(3 * hour, HaltEval{{}, 0, text("devices"), 2, 10, 0, 0, Verdict::hold});
  stage(3 * hour, 0, "canary", StageEvent::hold, "devices: again");
  EXPECT_EQ(judged(wanted), pass);
  wanted.times = 1;
  EXPECT_EQ(judged(wanted), fail);
}
TEST_F(SmallFleet, APauseIsMeasuredUntilItEndsOrTheRunDoes) {
  EXPECT_EQ(judged(ExpectPaused{"canary", {}}), fail);
  EXPECT_EQ(outcome(ExpectPaused{"canary", {}}).seen, "nothing was paused");
  stage(3 * hour, 0, "canary", StageEvent::pause, "fair");
  stage(5 * hour, 0, "canary", StageEvent::resume, "over");
  EXPECT_EQ(judged(ExpectPaused{"canary", {}}), pass);
  EXPECT_EQ(judged(ExpectPaused{"canary", 2 * hour}), pass);
  EXPECT_EQ(judged(ExpectPaused{"canary", 2 * hour + 1}), fail);
  EXPECT_EQ(judged(ExpectPaused{"early", {}}), fail);
  stage(6 * hour, 0, "canary", StageEvent::pause, "again");
  stage(7 * hour, 1, "early", StageEvent::refused, "closed");
  EXPECT_EQ(judged(ExpectPaused{"canary", 3 * hour}), pass);
}
TEST_F(SmallFleet, APauseIsOverWithItsRollout) {
  stage(3 * hour, 0, "canary", StageEvent::pause, "fair");
  stage(3 * hour + 20 * minute, 0, "canary", StageEvent::abort, "superseded by r2");
  stage(3 * hour + 20 * minute, 0, "canary", StageEvent::requested, "");
  stage(9 * hour, 0, "new_canary", StageEvent::start, "");
  EXPECT_EQ(outcome(ExpectPaused{"canary", 20 * minute + 1}).seen,
            "canary was paused for 20 min by dana (fair)");
  EXPECT_EQ(judged(ExpectPaused{"canary", 20 * minute}), pass);
  EXPECT_EQ(judged(ExpectPaused{"canary", 20 * minute + 1}), fail);
}
TEST_F(SmallFleet, APauseIsOverWithTheLastStage) {
  stage(3 * hour, 0, "canary", StageEvent::pause, "fair");
  stage(4 * hour, 0, "canary", StageEvent::complete, "");
  stage(4 * hour, 0, "canary", StageEvent::end, "");
  stage(9 * hour, 0, "canary", StageEvent::refused, "closed");
  EXPECT_EQ(judged(ExpectPaused{"canary", hour}), pass);
  EXPECT_EQ(judged(ExpectPaused{"canary", hour + 1}), fail);
}
/// A stage that a person ends in a pause; the next one waits for the resume.
TEST_F(SmallFleet, APauseOutlastsItsStage) {
  stage(3 * hour, 0, "canary", StageEvent::pause, "fair");
  stage(4 * hour, 0, "canary", StageEvent::complete, "");
  stage(5 * hour, 0, "canary", StageEvent::resume, "over");
  stage(9 * hour, 1, "early", StageEvent::start, "");
  EXPECT_EQ(judged(ExpectPaused{"canary", 2 * hour}), pass);
  EXPECT_EQ(judged(ExpectPaused{"canary", 2 * hour + 1}), fail);
}
TEST_F(SmallFleet, RefusalsOfPeopleAreRefusalsToo) {
  EXPECT_EQ(judged(ExpectRefused{""}), fail);
  emit(hour, Operator{text("Dana"), text("release"), 1, text("fine")});
  EXPECT_EQ(judged(ExpectRefused{""}), fail);
  emit(hour, Operator{text("Dana"), text("release_refused"), 7, text("hold 7 is not current")});
  EXPECT_EQ(judged(ExpectRefused{"hold 7"}), pass);
  EXPECT_EQ(judged(ExpectRefused{"hold 8"}), fail);
}
TEST_F(SmallFleet, ARuleIsTheFirstWordOfAReason) {
  stage(3 * hour, 1, "early", StageEvent::hold, "undecided: ratio says nothing of this duration");
  EXPECT_EQ(judged(ExpectHeld{"early", "ratio", {}}), fail);
  EXPECT_EQ(judged(ExpectHeld{"early", "undecided", {}}), pass);
}
TEST_F(SmallFleet, EveryHoldIsShown) {
  stage(3 * hour, 1, "early", StageEvent::start, "");
  stage(4 * hour, 1, "early", StageEvent::hold, "undecided: no go");
  EXPECT_EQ(outcome(ExpectHeld{"early", "ratio", {}}).seen,
            "canary was held 30 min after its start (2 of 10 carts are bad); "
            "early was held 60 min after its start (undecided: no go)");
}
TEST_F(SmallFleet, NotHeldFailsAfterAHold) { EXPECT_EQ(judged(ExpectNotHeld{}), fail); }
TEST_F(SmallFleet, CompletedNeedsTheEnd) {
  EXPECT_EQ(judged(ExpectCompleted{}), fail);
  stage(3 * hour, 1, "early", StageEvent::end, "");
  EXPECT_EQ(judged(ExpectCompleted{}), pass);
  EXPECT_EQ(judged(ExpectCompleted{3 * hour}), pass);
  EXPECT_EQ(judged(ExpectCompleted{2 * hour}), fail);
}
TEST_F(SmallFleet, RefusedLooksForAPartOfTheReason) {
  EXPECT_EQ(judged(ExpectRefused{"anchor"}), fail);
  stage(3 * hour, 1, "early", StageEvent::refused, "2 carts lack anchor 6b1f");
  EXPECT_EQ(judged(ExpectRefused{"anchor"}), pass);
  EXPECT_EQ(judged(ExpectRefused{"opt-out"}), fail);
}
TEST_F(SmallFleet, OnNewCountsCarts) {
  EXPECT_EQ(judged(ExpectOnNew{{}, count(1), {}}), pass);
  EXPECT_EQ(judged(ExpectOnNew{{}, count(2), {}}), fail);
  EXPECT_EQ(judged(ExpectOnNew{in("eu"), half, half}), pass);
  EXPECT_EQ(judged(ExpectOnNew{in("eu"), all, {}}), fail);
  EXPECT_EQ(judged(ExpectOnNew{in("us"), {}, count(0)}), pass);
  EXPECT_EQ(outcome(ExpectOnNew{in("eu"), all, {}}).seen, "1 of 2 carts are on the new version");
}
TEST_F(SmallFleet, NobodySelectedProvesNothing) {
  EXPECT_EQ(judged(ExpectOnNew{in("ap"), all, {}}), vacuous);
  EXPECT_EQ(judged(ExpectAttempts{in("ap"), {}, 3}), vacuous);
}
TEST_F(SmallFleet, StagesSelectWhomTheyTargeted) {
  CartSelector who;
  who.stage = "canary";
  EXPECT_EQ(outcome(ExpectOnNew{who, all, {}}).seen, "1 of 2 carts are on the new version");
}
TEST_F(SmallFleet, StagesOfASupersededRolloutKeepTheirCarts) {
  stage(3 * hour, 0, "canary", StageEvent::requested, "");  // nothing named the first rollout
  stage(3 * hour, 0, "canary", StageEvent::requested, "");
  stage(3 * hour, 0, "again", StageEvent::start, "");
  for (std::uint32_t cart = 0; cart < 3; ++cart) {
    emit(3 * hour, Target{{}, 0, CartId{cart}, TargetEvent::queued, {}});
  }
  CartSelector who;
  who.stage = "canary";
  EXPECT_EQ(outcome(ExpectOnNew{who, all, {}}).seen, "1 of 2 carts are on the new version");
  who.stage = "again";
  EXPECT_EQ(outcome(ExpectOnNew{who, all, {}}).seen, "1 of 3 carts are on the new version");
}
TEST_F(SmallFleet, RollbacksAreWhatTheCloudCounted) {
  EXPECT_EQ(judged(ExpectRollbacks{{}, count(1), count(1)}), pass);
  EXPECT_EQ(judged(ExpectRollbacks{{}, {}, count(0)}), fail);
  EXPECT_EQ(judged(ExpectRollbacks{in("eu"), half, half}), pass);  // shares are of carts
}
TEST_F(SmallFleet, RejectedMayNameAReason) {
  EXPECT_EQ(judged(ExpectRejected{{}, count(1), count(1), ""}), pass);
  EXPECT_EQ(judged(ExpectRejected{{}, count(1), {}, "rolled_back"}), pass);
  EXPECT_EQ(judged(ExpectRejected{{}, count(1), {}, "expired"}), fail);
  EXPECT_EQ(judged(ExpectRejected{{}, {}, count(9), "exploded"}), fail);
}
TEST_F(SmallFleet, AttemptsHoldForEveryCart) {
  EXPECT_EQ(judged(ExpectAttempts{{}, {}, 3}), pass);
  EXPECT_EQ(judged(ExpectAttempts{{}, {}, 2}), fail);
  EXPECT_EQ(judged(ExpectAttempts{{}, 1, {}}), fail);  // cart 0 made none
  EXPECT_EQ(outcome(ExpectAttempts{in("us"), {}, 3}).seen, "2 carts made 0 to 3 attempts each");
}
TEST_F(SmallFleet, ViolatesNeedsEveryOneBroken) {
  results = {result("converges", fail), result("ca_prereq", pass)};
  EXPECT_EQ(judged(ExpectViolates{{"converges"}}), pass);
  EXPECT_EQ(judged(ExpectViolates{{"converges", "ca_prereq"}}), fail);
  EXPECT_EQ(outcome(ExpectViolates{{"converges", "ca_prereq"}}).seen,
            "not broken: ca_prereq (its premise was never true)");
  results[1].premises = 7;
  EXPECT_EQ(outcome(ExpectViolates{{"ca_prereq"}}).seen, "not broken: ca_prereq (premise 7 times)");
}
TEST_F(SmallFleet, ANamedCheckKeepsItsVerdict) {
  for (const CheckVerdict verdict : {pass, fail, vacuous, not_evaluable}) {
    results = {result("converges", verdict)};
    EXPECT_EQ(judged(ExpectCheck{"converges"}), verdict);
  }
  EXPECT_EQ(judged(ExpectCheck{"converge"}), fail);  // misspelled
}

}  // namespace
}  // namespace cartstorm::report

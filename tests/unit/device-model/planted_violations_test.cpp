#include "support/planted.hpp"

// Each invariant is told a story in which it is broken, and must say so by its name. A checker that
// cannot find what was planted for it proves nothing in any storm. Jobs and reports are in
// planted_job_violations_test.cpp.
namespace ota::test {
namespace {

TEST_F(Planted, AnUpdateThatKeepsEveryPromiseBreaksNone) {
  boot();
  issue();
  check.on(seen::UpdateAnswered{"fw", 1, false, seen::Answer::accepted, 2, {50}});
  check.on(fact::ManifestJudged{"fw", 1, v2, true, Reason::none});
  change(Region::slot_b, 0);
  read_back();
  check.on(seen::Described{true, "fw", 1});
  arm();
  start_trial();
  check.on(seen::SelfTest{true});
  check.on(seen::Described{true, "fw", 1});
  confirm();
  report("SUCCEEDED");
  check.on(seen::Rest{});
  EXPECT_THAT(check.violations, ::testing::IsEmpty());
}

TEST_F(Planted, D1) {
  check.on(seen::ColdStart{false});
  expect_found("D1");
}

TEST_F(Planted, D2) {
  check.on(seen::Reset{});
  verify(Slot::a);
  change(Region::slot_a, 0);
  jump(Slot::a);
  expect_found("D2");
}

TEST_F(Planted, D3) {
  change(Region::slot_a, 0);
  expect_found("D3");
}

TEST_F(Planted, D4) {
  issue();
  read_back();
  arm();
  for (int i = 0; i < 4; ++i) {
    record.attempts_left = 3;
    see();
    start_trial();
  }
  expect_found("D4");
}

TEST_F(Planted, D5) {
  issue();
  read_back();
  arm();
  check.on(seen::Reset{});
  verify(Slot::b);
  jump(Slot::b, BootReason::trial, 3, 2);  // the record still says 3
  expect_found("D5");
}

TEST_F(Planted, D6WithoutASelfTest) {
  issue();
  read_back();
  arm();
  start_trial();
  check.on(seen::Described{true, "fw", 1});
  confirm();
  expect_found("D6");
}

TEST_F(Planted, D6WithoutACheckInOfThisBoot) {
  issue();
  read_back();
  arm();
  start_trial();
  check.on(seen::SelfTest{true});
  confirm();
  expect_found("D6");
}

TEST_F(Planted, D6ByARecordThatNobodyAskedFor) {
  issue();
  read_back();
  arm();
  record.trial = Trial::none;
  record.active = Slot::b;
  see();
  expect_found("D6");
}

TEST_F(Planted, D7) {
  issue();
  read_back();
  arm();
  start_trial();
  roll_back();
  boot(Slot::b);
  expect_found("D7");
}

TEST_F(Planted, D8WhenItFalls) {
  record.security_floor = 0;
  see();
  expect_found("D8");
}

TEST_F(Planted, D8WhenItRisesWithoutAProbationThatEnds) {
  record.pin(Slot::a).security_version = 2;
  record.security_floor = 2;
  see();
  expect_found("D8");
}

TEST_F(Planted, D8WhenItRisesAboveAFallback) {
  record.active = Slot::b;
  record.confirmed_mask = 3;
  record.invalid_mask = 0;
  record.probation_left = 3;
  see();
  check.violations.clear();
  record.probation_left = 0;
  record.security_floor = 2;  // slot A has 1
  see();
  expect_found("D8");
}

TEST_F(Planted, D9) {
  record.security_floor = 2;
  see();
  boot();
  expect_found("D9");
}

TEST_F(Planted, D10) {
  content(Slot::a, v1, 1, digest_b);  // the cells say otherwise
  boot();
  expect_found("D10");
}

TEST_F(Planted, D11) {
  change(Region::boot_record, 1024 + 200, Status::power_lost);
  check.on(seen::Reset{});
  verify(Slot::a);
  check.on(seen::RestsOn{1});
  expect_found("D11");
}

TEST_F(Planted, D12) {
  check.on(seen::Copies{0});
  expect_found("D12");
}

TEST_F(Planted, D13) {
  issue(100, 200);
  check.on(seen::UpdateAnswered{"fw", 1, false, seen::Answer::accepted, 2, {150}});
  check.on(fact::ManifestJudged{"fw", 1, v2, false, Reason::not_yet_valid});
  expect_found("D13");
}

TEST_F(Planted, D13WithoutTheServersTime) {
  issue();
  check.on(seen::UpdateAnswered{"fw", 1, false, seen::Answer::accepted, 2, {50}});
  check.on(seen::Reset{});
  check.on(fact::ManifestJudged{"fw", 1, v2, true, Reason::none});
  expect_found("D13");
}

TEST_F(Planted, D14) {
  issue();
  read_back();
  change(Region::slot_b, 4000);
  arm();
  expect_found("D14");
}

TEST_F(Planted, D14WhenItWasReadInAnotherBoot) {
  issue();
  read_back();
  boot();
  check.on(seen::Described{true, "fw", 1});
  arm();
  expect_found("D14");
}

TEST_F(Planted, D15) {
  record.confirmed_mask = 3;
  record.invalid_mask = 0;
  see();
  change(Region::slot_b, 0);
  expect_found("D15");
}

}  // namespace
}  // namespace ota::test

#include "support/planted.hpp"

// The second half of planted_violations_test.cpp: jobs, reports, supply, liveness.
namespace ota::test {
namespace {

TEST_F(Planted, D16) {
  boot();
  issue();
  report("SUCCEEDED");
  expect_found("D16");
}

TEST_F(Planted, D16WhenFailureIsSaidOfWhatRuns) {
  record.active = Slot::b;
  record.confirmed_mask = 3;
  record.invalid_mask = 0;
  see();
  boot(Slot::b);
  check.violations.clear();
  report("FAILED");
  expect_found("D16");
}

TEST_F(Planted, D17AfterTheEnd) {
  issue();
  report("FAILED");
  check.on(seen::UpdateAnswered{"fw", 1, true, seen::Answer::accepted, 2, {50}});
  report("FAILED", 2);
  expect_found("D17");
}

TEST_F(Planted, D17BlindRetryAfterAConflict) {
  issue();
  report("IN_PROGRESS");
  check.on(seen::UpdateAnswered{"fw", 1, false, seen::Answer::conflict, 5, {}});
  report("IN_PROGRESS");
  expect_found("D17");
}

TEST_F(Planted, D18) {
  issue();
  read_back();
  arm();
  start_trial();
  record.trial = Trial::none;
  record.invalid_mask = 2;
  see();
  expect_found("D18");
}

TEST_F(Planted, D19ForgottenBeforeItWasAcknowledged) {
  issue();
  read_back();
  arm();
  roll_back();
  check.on(seen::RollbackAcked{{78}});
  record.rollback.is_pending = false;
  see();
  expect_found("D19");
}

TEST_F(Planted, D19NeverReported) {
  issue();
  read_back();
  arm();
  roll_back();
  check.on(seen::Rest{});
  expect_found("D19");
}

TEST_F(Planted, D20) {
  issue();
  check.on(seen::Described{true, "fw", 1});
  read_back();
  arm();
  arm();
  expect_found("D20");
}

TEST_F(Planted, D21TooSoon) {
  issue();
  check.on(seen::UpdateAnswered{"fw", 1, false, seen::Answer::accepted, 2, {50}});
  check.on(fact::ManifestJudged{"fw", 1, v2, true, Reason::none});
  report("FAILED");
  check.set_time(29'000);
  check.on(fact::ManifestJudged{"fw", 1, v2, true, Reason::none});
  expect_found("D21");
}

TEST_F(Planted, D21Quarantined) {
  issue();
  for (int i = 0; i < 2; ++i) {
    check.on(fact::RolledBack{v2, v1, RollbackReason::attempts_spent, {77}});
  }
  read_back();
  arm();
  expect_found("D21");
}

TEST_F(Planted, D22) {
  issue();
  check.on(seen::Described{false, "", 0});
  read_back();
  arm();
  expect_found("D22");
}

TEST_F(Planted, D22WhenNobodyAsksBeforeArming) {
  issue();
  change(Region::slot_b, 0);
  read_back();
  arm();
  expect_found("D22");
}
TEST_F(Planted, D22WhenTheOwnerOptedOut) {
  issue();
  read_back();
  check.on(seen::Consent{false});
  arm();
  expect_found("D22");
}
TEST_F(Planted, D22WhenACancelledTrialConfirms) {
  issue();
  read_back();
  arm();
  start_trial();
  check.on(seen::SelfTest{true});
  check.on(seen::Described{false, "", 0});
  confirm();
  expect_found("D22");
}

TEST_F(Planted, D24) {
  for (int i = 0; i < 4; ++i) {
    change(Region::slot_b, 0, Status::ok, true);
  }
  expect_found("D24");
}

TEST_F(Planted, D25) {
  check.on(seen::FlashChange{Region::boot_record, 0, 1024, true, Status::ok, false, false});
  expect_found("D25");
}

TEST_F(Planted, D25WhenItRestartsToApply) {
  check.on(seen::RebootAsked{true, false});
  expect_found("D25");
}

TEST_F(Planted, D26) {
  check.on(seen::Uplink{"carts/cart-00042/error", R"({"url":"https://s3/x?X-Amz-Signature=00"})"});
  expect_found("D26");
}

TEST_F(Planted, D27) {
  boot();
  check.on(seen::Reset{ResetCause::power_on});
  change(Region::boot_record, 0, Status::ok, true);
  verify(Slot::a);
  jump(Slot::a);
  expect_found("D27");
}

TEST_F(Planted, D27WithoutProbation) {
  issue();
  read_back();
  arm();
  start_trial();
  check.on(seen::SelfTest{true});
  check.on(seen::Described{true, "fw", 1});
  confirm(0);
  expect_found("D27");
}

TEST_F(Planted, D28) {
  boot();
  check.on(fact::AnchorChanged{{1}, fact::AnchorChanged::Change::removed});
  check.on(seen::Reset{});
  verify(Slot::a, false);
  expect_found("D28");
}

TEST_F(Planted, D29) {
  for (const seen::AfterLoss loss : {seen::AfterLoss{65, 0, 0}, {1, 1, 0}, {1, 0, 1}}) {
    check.violations.clear();
    check.on(loss);
    expect_found("D29");
  }
}

TEST_F(Planted, L1) {
  check.on(seen::Rest{false, true, true, true, false});
  expect_found("L1");
}

TEST_F(Planted, L2) {
  check.on(seen::Rest{true, false, true, true, false});
  check.on(seen::Rest{true, true, false, true, false});
  EXPECT_THAT(check.violations, ::testing::SizeIs(2));
  expect_found("L2");
}

TEST_F(Planted, L4) {
  check.on(seen::Rest{true, true, true, false, false});
  expect_found("L4");
}

TEST_F(Planted, L3) {
  check.on(seen::BootWork{401, 0});
  expect_found("L3");
}

TEST_F(Planted, L5) {
  check.on(seen::Trust{0});
  expect_found("L5");
}

TEST_F(Planted, L5WhenTheMissingCaIsNotAskedFor) {
  check.on(seen::Rest{true, true, true, true, true});
  expect_found("L5");
}

TEST_F(Planted, L6) {
  check.on(seen::Reset{});
  jump(Slot::a, BootReason::recovery);
  check.on(seen::Uplink{"carts/cart-00042/heartbeat", R"({"state":"reporting"})"});
  check.on(seen::Rest{});
  expect_found("L6");
}

}  // namespace
}  // namespace ota::test

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "ota/host/crypto.hpp"
#include "support/images.hpp"
#include "support/invariants.hpp"

// Each invariant is told a story in which it is broken, and must say so by its name. A checker that
// cannot find what was planted for it proves nothing in any storm.
namespace ota::test {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::StartsWith;

const Digest digest_a = host::sha256(std::as_bytes(std::span{"a", 1}));
const Digest digest_b = host::sha256(std::as_bytes(std::span{"b", 1}));

/// 1.8.0 is confirmed in slot A; every test goes on from there.
class Planted : public ::testing::Test {
 protected:
  Planted() {
    record.active = Slot::a;
    record.confirmed_mask = 1;
    record.invalid_mask = 2;
    record.pin(Slot::a) = {v1, 1, digest_a, {}};
    record.pin(Slot::b) = {v2, 2, digest_b, {}};
    record.security_floor = 1;
    see();
    content(Slot::a, v1, 1, digest_a);
    content(Slot::b, v2, 2, digest_b);
  }
  void see() { check.on(seen::Record{record, ++sequence}); }
  void content(Slot slot, Version version, std::uint32_t security, const Digest& digest) {
    Manifest manifest;
    manifest.version = version;
    manifest.security_version = security;
    manifest.image_digest = digest;
    check.on(seen::SlotContent{slot, digest, manifest, true});
  }
  void verify(Slot slot, bool is_good = true) {
    const bool is_a = slot == Slot::a;
    check.on(fact::BootVerified{slot, is_a ? digest_a : digest_b, is_good, is_a ? 1u : 2u,
                                record.security_floor, is_good});
  }
  void jump(Slot slot, BootReason reason = BootReason::confirmed, std::uint8_t before = 0,
            std::uint8_t after = 0) {
    const bool is_a = slot == Slot::a;
    check.on(fact::BootDecided{
        {slot, reason, is_a ? v1 : v2, is_a ? digest_a : digest_b, before, after, sequence}});
  }
  void change(Region region, std::uint32_t offset, Status status = Status::ok,
              bool is_erase = false) {
    check.on(seen::FlashChange{region, offset, 8, is_erase, status, false, true});
  }
  void boot(Slot slot = Slot::a, ResetCause cause = ResetCause::power_on) {
    check.on(seen::Reset{cause});
    verify(slot);
    jump(slot);
  }
  void issue(std::int64_t issued = 0, std::int64_t expires = 100) {
    Manifest manifest;
    manifest.version = v2;
    manifest.issued = {issued};
    manifest.expires = {expires};
    check.on(seen::Issued{"fw", 1, manifest});
    check.on(seen::Described{true, "fw", 1});
  }
  void read_back() {
    check.on(seen::FlashRead{Region::slot_b, 0, 6000});
    check.on(seen::FlashRead{Region::slot_b, 14 * 1024, 300});
  }
  void arm() {
    check.on(seen::Arming{"fw", 1, v2, 6000, 14 * 1024, 300});
    record.trial = Trial::b;
    record.attempts_left = 3;
    record.invalid_mask = 0;
    ++record.attempt;
    see();
  }
  void start_trial() {
    check.on(seen::Reset{ResetCause::commanded});
    verify(Slot::b);
    const std::uint8_t before = record.attempts_left--;
    see();
    jump(Slot::b, BootReason::trial, before, record.attempts_left);
  }
  void confirm() {
    check.on(fact::Confirmed{Slot::b, v2, fact::Confirmed::Phase::requested});
    record.trial = Trial::none;
    record.active = Slot::b;
    record.confirmed_mask = 3;
    see();
  }
  void roll_back() {
    record.trial = Trial::none;
    record.invalid_mask = 2;
    record.rollback = {true, RollbackReason::attempts_spent, v2, v1, {77}, record.attempt};
    see();
    check.on(fact::RolledBack{v2, v1, RollbackReason::attempts_spent, {77}});
  }
  void report(std::string_view status, std::uint32_t expected = 1) {
    check.on(fact::JobUpdateSent{"fw", 1, status, Reason::none, v2, expected});
  }
  void expect_found(const char* id) {
    EXPECT_THAT(check.violations, Contains(StartsWith(fmt::format("{}: ", id))));
  }
  void expect_clean() { EXPECT_THAT(check.violations, IsEmpty()); }

  Invariants check{Tuning{}};
  BootRecord record;
  std::uint64_t sequence = 10;
};

TEST_F(Planted, AnUpdateThatKeepsEveryPromiseBreaksNone) {
  boot();
  issue();
  check.on(seen::UpdateAnswered{"fw", 1, "IN_PROGRESS", "", 2, 50});
  check.on(fact::ManifestJudged{"fw", 1, v2, true, Reason::none});
  change(Region::slot_b, 0);
  read_back();
  arm();
  start_trial();
  check.on(seen::SelfTest{true});
  check.on(seen::Described{true, "fw", 1});
  confirm();
  report("SUCCEEDED");
  check.on(seen::Rest{});
  expect_clean();
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
  check.on(seen::UpdateAnswered{"fw", 1, "IN_PROGRESS", "", 2, 150});
  check.on(fact::ManifestJudged{"fw", 1, v2, false, Reason::not_yet_valid});
  expect_found("D13");
}

TEST_F(Planted, D14) {
  issue();
  read_back();
  change(Region::slot_b, 4000);
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
  check.on(seen::UpdateAnswered{"fw", 1, "FAILED", "", 2, 50});
  report("FAILED", 2);
  expect_found("D17");
}

TEST_F(Planted, D17BlindRetryAfterAConflict) {
  issue();
  report("IN_PROGRESS");
  check.on(seen::UpdateAnswered{"fw", 1, "IN_PROGRESS", "VersionMismatch", 5, 0});
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
  check.on(fact::ManifestJudged{"fw", 1, v2, true, Reason::none});
  report("FAILED");
  check.now_ms += 29'000;
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

TEST_F(Planted, L1L2L4) {
  check.on(seen::Rest{false, false, true, false, false});
  expect_found("L1");
  expect_found("L2");
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

#pragma once
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "images.hpp"
#include "judge.hpp"
#include "ota/host/crypto.hpp"

namespace ota::test {

inline const Digest digest_a = host::sha256(std::as_bytes(std::span{"a", 1}));
inline const Digest digest_b = host::sha256(std::as_bytes(std::span{"b", 1}));

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
  void see() { check.on(seen::Record{record}); }
  void content(Slot slot, Version version, std::uint32_t security, const Digest& digest) {
    check.on(seen::SlotContent{slot, digest, version, security, true});
  }
  void verify(Slot slot, bool is_good = true) {
    const bool is_a = slot == Slot::a;
    check.on(fact::BootVerified{slot, is_a ? digest_a : digest_b, is_good, is_a ? 1u : 2u,
                                record.security_floor, is_good});
  }
  void jump(Slot slot, BootReason reason = BootReason::confirmed, std::uint8_t before = 0,
            std::uint8_t after = 0) {
    const bool is_a = slot == Slot::a;
    check.on(fact::BootDecided{{slot, reason, BootNote::none, is_a ? v1 : v2,
                                is_a ? digest_a : digest_b, before, after, 0}});
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
    check.on(seen::Issued{"fw", 1, {issued}, {expires}});
    check.on(seen::Described{true, "fw", 1});
  }
  void read_back() {
    check.on(seen::FlashRead{Region::slot_b, 0, 6000});
    check.on(seen::FlashRead{Region::slot_b, 14 * 1024, 300});
  }
  void arm() {
    content(Slot::b, v2, 2, digest_b);
    check.on(seen::Arming{"fw", 1, v2, Slot::b, 6000, 14 * 1024, 300});
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
  void confirm(std::uint8_t probation = 3) {
    check.on(fact::Confirmed{Slot::b, v2, fact::Confirmed::Phase::requested});
    record.trial = Trial::none;
    record.active = Slot::b;
    record.confirmed_mask = 3;
    record.probation_left = probation;
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
    EXPECT_THAT(check.violations,
                ::testing::Contains(::testing::StartsWith(fmt::format("{}: ", id))));
  }

  Judge check{Tuning{}, {8, 1024, 16 * 1024}};
  BootRecord record;
};

}  // namespace ota::test

#pragma once
#include "sim/explore/promises.hpp"

namespace cartstorm::sim::explore::test {

namespace fact = ota::fact;
using ota::ResetCause;
using ota::Slot;
using ota::Trial;

inline constexpr ota::Version v1{0x00010800}, v2{0x00020000};
inline constexpr ota::FlashGeometry geometry{8, 1024, 16 * 1024};
inline constexpr std::uint32_t trailer_at = 14 * 1024;

inline ota::Digest digest(int number) {
  ota::Digest digest{};
  digest[0] = static_cast<std::byte>(number);
  return digest;
}

/// 1.8.0 is confirmed in slot A, and 2.0.0 comes into slot B. `shift` is added to every number that
/// only grows in a cart's life: sequences, attempts, occurrences.
class Story {
 public:
  explicit Story(std::uint64_t shift = 0) : newest(10 + shift) {
    record.confirmed_mask = 1;
    record.invalid_mask = 2;
    record.pin(Slot::a) = {v1, 1, digest(1), {}};
    record.pin(Slot::b) = {v2, 2, digest(2), {}};
    record.security_floor = 1;
    record.attempt = 3 + shift;
    see();
    content(Slot::a);
  }

  template <typename Seen>
  Story& tell(const Seen& seen) {
    promises.on(seen, premises);
    return *this;
  }
  Story& see() {
    ++newest;
    return tell(seen::Record{record, newest});
  }
  Story& content(Slot slot) {
    const ota::SlotPin& pin = record.pin(slot);
    return tell(seen::SlotContent{slot, pin.image, pin.version, pin.security_version, true});
  }
  Story& verify(Slot slot) {
    const ota::SlotPin& pin = record.pin(slot);
    return tell(fact::BootVerified{slot, pin.image, true, pin.security_version,
                                   record.security_floor, true});
  }
  Story& jump(Slot slot, ota::BootReason reason = ota::BootReason::confirmed,
              std::uint8_t before = 0, std::uint8_t after = 0) {
    const ota::SlotPin& pin = record.pin(slot);
    return tell(fact::BootDecided{
        {slot, reason, ota::BootNote::none, pin.version, pin.image, before, after, newest}});
  }
  Story& boot(ResetCause cause = ResetCause::power_on) {
    return tell(seen::Reset{cause}).verify(record.active).jump(record.active);
  }
  Story& issue(std::string_view job = "fw", std::uint32_t execution = 1) {
    return tell(seen::Issued{job, execution, {100}, {200}});
  }
  Story& describe(std::string_view job = "fw", std::uint32_t execution = 1) {
    return tell(seen::Described{true, job, execution});
  }
  Story& answer(std::int64_t time = 150, bool was_final = false) {
    return tell(seen::UpdateAnswered{"fw", 1, was_final, seen::Answer::accepted, 2, {time}});
  }
  Story& accept(ota::Version version = v2) {
    return tell(fact::ManifestJudged{"fw", 1, version, true, ota::Reason::none});
  }
  Story& write(std::uint32_t offset = 0, bool is_erase = false) {
    return tell(seen::FlashChange{ota::Region::slot_b, offset, 1024, is_erase});
  }
  Story& read(std::uint32_t from, std::uint32_t size) {
    return tell(seen::FlashRead{ota::Region::slot_b, from, size});
  }
  Story& arm() {
    read(0, 6000).read(trailer_at, 300).content(Slot::b);
    tell(seen::Arming{"fw", 1, v2, Slot::b, 6000, trailer_at, 300});
    record.trial = Trial::b;
    record.attempts_left = 3;
    record.invalid_mask = 0;
    ++record.attempt;
    return see();
  }
  Story& start_trial() {
    tell(seen::Reset{ResetCause::commanded}).verify(Slot::b);
    const std::uint8_t before = record.attempts_left--;
    return see().jump(Slot::b, ota::BootReason::trial, before, record.attempts_left);
  }
  Story& confirm() {
    tell(seen::SelfTest{true}).describe();
    tell(fact::Confirmed{Slot::b, v2, fact::Confirmed::Phase::requested});
    record.trial = Trial::none;
    record.active = Slot::b;
    record.confirmed_mask = 3;
    record.probation_left = 3;
    return see();
  }
  Story& roll_back() {
    record.trial = Trial::none;
    record.invalid_mask = 2;
    record.rollback = {true,          ota::RollbackReason::attempts_spent, v2, v1, {newest + 1},
                       record.attempt};
    see();
    return tell(fact::RolledBack{v2, v1, record.rollback.reason, record.rollback.occurrence});
  }
  Story& report_rollback() {
    char payload[] = R"({"occurrence":"0000000000000000"})";
    std::uint64_t number = record.rollback.occurrence.value;
    for (std::size_t i = 16; i-- > 0; number >>= 4) {
      payload[15 + i] = "0123456789abcdef"[number & 15];
    }
    return tell(seen::Uplink{"carts/c/rollback", payload});
  }
  Story& clear_rollback() {
    tell(seen::RollbackAcked{record.rollback.occurrence});
    record.rollback.is_pending = false;
    return see();
  }
  Story& wait(std::uint64_t ms) {
    promises.elapse(ms);
    return *this;
  }
  Key key() const {
    KeyWriter writer;
    promises.encode(writer, newest);
    return writer.finish();
  }

  Promises promises{ota::Tuning{}, geometry};
  Premises premises;
  ota::BootRecord record;
  std::uint64_t newest;  ///< sequence of the boot record
};

}  // namespace cartstorm::sim::explore::test

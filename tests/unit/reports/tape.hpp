#pragma once
#include <gmock/gmock.h>

#include <memory>
#include <string_view>

#include "reports/check/check.hpp"
#include "reports/trace/stream.hpp"

/// A hand-written trace and one check that reads it.
namespace cartstorm::report {

inline constexpr std::int64_t second = 1'000'000;
inline constexpr std::int64_t minute = 60 * second;
inline constexpr std::int64_t hour = 60 * minute;
inline constexpr std::int64_t day = 24 * hour;

inline constexpr CartId cart_7{7};
inline constexpr CartId cart_8{8};
inline constexpr Version v1_8{0x00010800};
inline constexpr Version v2_0{0x00020000};
inline constexpr ShortDigest old_digest = 0x0101;
inline constexpr ShortDigest new_digest = 0x0202;
inline constexpr std::int64_t epoch_s = 1'780'000'000;

class Tape {
 public:
  explicit Tape(std::string_view check_id, const CheckParameters& parameters = {}) {
    for (const CheckEntry& entry : all_checks()) {
      if (entry.id == check_id) {
        check_ = entry.make(parameters, stream_.texts());
        stream_.attach(*check_);
      }
    }
  }
  TextId text(std::string_view words) { return stream_.texts().intern(words); }
  Tape& add(std::int64_t time_us, const Payload& payload) {
    stream_.emit(time_us, payload);
    return *this;
  }
  const Check& check() const { return *check_; }
  CheckResult finish(std::int64_t ends_us = day) { return check_->finish(ends_us); }

  // Rows that many traces begin with.
  Tape& run(std::int64_t quiet_from_us = 20 * hour, std::int64_t ends_us = day) {
    return add(0, Run{{}, {}, {}, {}, 1, 0, epoch_s, quiet_from_us, ends_us});
  }
  Tape& cart(CartId id) { return add(0, Cart{id, {}, {}, {}, {}, {}, 1, v1_8}); }
  Tape& images(std::uint64_t requires_ca = 0, std::int64_t valid_from_s = 0,
               std::int64_t valid_until_s = 4'000'000'000) {
    add(0, Image{v1_8, old_digest, 1024, 1, 0, 0, 4'000'000'000});
    return add(0, Image{v2_0, new_digest, 1024, 1, requires_ca, valid_from_s, valid_until_s});
  }
  Tape& stage(std::int64_t t, std::uint32_t number, StageEvent event,
              std::string_view actor = "system", std::uint32_t hold_id = 0,
              std::uint32_t carts = 10) {
    return add(t, Stage{text("r1"), number, text("stage"), event, text(actor), text("reason"),
                        hold_id, carts});
  }

 private:
  Stream stream_;
  std::unique_ptr<Check> check_;
};

/// Verdict, premises and violations in one look.
MATCHER_P3(Is, verdict, premises, violations, "") {
  *result_listener << "is " << name(arg.verdict) << " with " << arg.premises << " premises, "
                   << arg.violations << " violations, " << arg.first_message;
  return arg.verdict == verdict && arg.premises == static_cast<std::uint64_t>(premises) &&
         arg.violations == static_cast<std::uint64_t>(violations);
}

inline FlashOp program(CartId cart, FlashPart part, OpOutcome outcome = OpOutcome::full) {
  return {cart, 1, 16, FlashOpKind::program, part, 4096, 4096, 4096, outcome};
}
inline BootVerify verify(CartId cart, std::uint32_t boot_no, SlotName slot, ShortDigest digest,
                         bool is_good = true) {
  return {cart, boot_no, slot, digest, is_good, 1, 1, is_good};
}
inline BootDecide decide(CartId cart, std::uint32_t boot_no, SlotName slot, BootReason reason,
                         std::uint8_t before = 0, std::uint8_t after = 0) {
  return {cart, boot_no, slot, reason, BootNote::none, before, after, boot_no};
}

}  // namespace cartstorm::report

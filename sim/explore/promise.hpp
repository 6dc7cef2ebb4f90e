#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace cartstorm::sim::explore {

/// What one cart promises, as numbered and named in invariants.md section 2.
enum class Promise : std::uint8_t {
  always_bootable,                ///< D1
  verified_before_execute,        ///< D2
  confirmed_slot_untouched,       ///< D3
  trial_bounded,                  ///< D4
  attempt_spent_before_jump,      ///< D5
  confirm_authority,              ///< D6
  rollback_target_exact,          ///< D7
  secver_monotonic,               ///< D8
  secver_enforced,                ///< D9
  manifest_binds_image,           ///< D10
  torn_record_never_valid,        ///< D11
  bcb_one_good_copy,              ///< D12
  clock_independent_verdict,      ///< D13
  verify_before_arm,              ///< D14
  invalidate_before_write,        ///< D15
  status_truthful,                ///< D16
  status_order,                   ///< D17
  rollback_recorded,              ///< D18
  rollback_reported_once,         ///< D19
  idempotent_delivery,            ///< D20
  bounded_retries,                ///< D21
  cancel_safe,                    ///< D22
  data_compatible,                ///< D23, which only an application can break
  wear_budget,                    ///< D24
  power_floor,                    ///< D25
  confidential,                   ///< D26
  normal_power_cycling_harmless,  ///< D27
  ca_removal_never_bricks,        ///< D28
  power_lost_respected,           ///< D29
  attempt_terminates,             ///< L1
  converges,                      ///< L2
  bootloader_terminates,          ///< L3
  reports_drain,                  ///< L4
  recoverable_trust,              ///< L5
  recovery_reachable,             ///< L6
  flash_rules,                    ///< invariants.md 4.1: bounds, alignment, one program per erase
};
inline constexpr std::size_t promise_count = 36;
const char* name(Promise);
/// D1 .. D29, L1 .. L6.
const char* number(Promise);

/// How often each promise had something to judge.
struct Premises {
  std::array<std::uint64_t, promise_count> counts{};

  std::uint64_t& of(Promise promise) { return counts[static_cast<std::size_t>(promise)]; }
  std::uint64_t of(Promise promise) const { return counts[static_cast<std::size_t>(promise)]; }
};

/// The first thing on a path that broke a promise.
struct Violation {
  Promise promise{};
  const char* what = nullptr;  ///< nullptr: nothing broke
  std::uint64_t value = 0;     ///< that the text is about, if it is about one

  explicit operator bool() const { return what != nullptr; }
  bool operator==(const Violation&) const = default;
};

}  // namespace cartstorm::sim::explore

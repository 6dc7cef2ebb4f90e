#pragma once
#include "ota/hardware.hpp"

namespace ota {

enum class BootReason : std::uint8_t { confirmed, trial, fallback, recovery, none };

/// What a boot found that nobody asked for, and that no rollback tells: somebody must look at the
/// part, at its supply or at what may be left of the fleet's fallbacks.
enum class BootNote : std::uint8_t {
  none,
  no_fallback,      ///< the probation is spent and the other slot cannot take over
  fallback_bitrot,  ///< the confirmed slot is damaged, the other one boots: repair wanted
  bcb_lost,         ///< both copies of the boot record are lost; the slots themselves were asked
};

/// What one boot decided. `slot`, `version` and `image_digest` are meaningful unless the reason is
/// `recovery` (no slot verifies: announce and wait) or `none` (power was lost on the way).
struct BootDecision {
  Slot slot = Slot::a;
  BootReason reason = BootReason::none;
  BootNote note = BootNote::none;
  Version version{};
  Digest image_digest{};
  std::uint8_t attempts_left_before = 0;
  std::uint8_t attempts_left_after = 0;
  std::uint64_t record_sequence = 0;
};

/// The bootloader: runs once per reset, before any application code; may spend an attempt, end a
/// trial or fall back, and every such change is durable before it returns.
///
/// ok          jump to out.slot, or stay in recovery mode when out.reason is `recovery`
/// power_lost  the supply failed on the way; there is no decision
Status select_slot(Hardware&, ResetCause, BootDecision& out);

}  // namespace ota

#pragma once
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>

namespace ota {

using Bytes = std::span<const std::byte>;
using MutableBytes = std::span<std::byte>;
using Digest = std::array<std::byte, 32>;
using PublicKey = std::array<std::byte, 64>;  ///< P-256 point, X || Y, big-endian
using Signature = std::array<std::byte, 64>;  ///< ECDSA P-256, r || s, big-endian

enum class Slot : std::uint8_t { a, b };
constexpr Slot other(Slot slot) { return slot == Slot::a ? Slot::b : Slot::a; }

/// The flash regions of a cart. Each slot holds an image and, in its last sectors, the trailer;
/// each of the others is exactly two sectors, one per copy of a record.
enum class Region : std::uint8_t { slot_a, slot_b, boot_record, journal, counters, trust };
inline constexpr std::size_t region_count = 6;
constexpr Region region_of(Slot slot) { return slot == Slot::a ? Region::slot_a : Region::slot_b; }

/// Milliseconds since this boot. Monotonic, starts again at every reset.
struct Uptime {
  std::uint64_t ms = 0;
  auto operator<=>(const Uptime&) const = default;
};
inline constexpr Uptime never{~std::uint64_t{0}};
constexpr Uptime operator+(Uptime t, std::uint64_t delta_ms) { return {t.ms + delta_ms}; }

/// Seconds since 1970 UTC as told by the server; the cart's own clock never has this type.
struct UnixTime {
  std::int64_t s = 0;
  auto operator<=>(const UnixTime&) const = default;
};

/// major << 16 | minor << 8 | patch; prints as MAJOR.MINOR.PATCH.
struct Version {
  std::uint32_t value = 0;
  auto operator<=>(const Version&) const = default;
};

/// Names a CA: first 8 bytes of SHA-256 over its 64-byte public key, read big-endian (WIRE.md
/// section 5).
struct AnchorId {
  std::uint64_t value = 0;
  auto operator<=>(const AnchorId&) const = default;
};

/// Names one give-up decision of this cart, unique per cart (invariants.md 6.1).
struct OccurrenceId {
  std::uint64_t value = 0;
  auto operator<=>(const OccurrenceId&) const = default;
};

enum class ResetCause : std::uint8_t { power_on, brownout, watchdog, panic, commanded, unknown };

/// Why an attempt ended without the image; spelled as in WIRE.md section 10.
enum class Reason : std::uint8_t {
  none,
  malformed_document,
  document_too_large,
  document_mismatch,
  malformed_manifest,
  unknown_flag,
  wrong_hardware,
  wrong_layout,
  image_too_large,
  older_security_version,
  bad_signature,
  not_yet_valid,
  expired,
  digest_mismatch,
  download_failed,
  flash_failed,
  record_failed,
  self_test_failed,
  rolled_back,
  quarantined,
  cancelled,
  opted_out,
  downgrade,
  bad_chain,
  untrusted_chain,
  wrong_key_use,
  signer_not_yet_valid,
  signer_expired,
  anchor_expired,
};
inline constexpr std::size_t reason_count = 29;
const char* name(Reason);

/// Why a trial or a confirmed image was given up; spelled as in WIRE.md section 3.
enum class RollbackReason : std::uint8_t {
  none,
  attempts_spent,
  verify_failed,
  self_test_failed,
  cancelled,
  after_confirm,
};
inline constexpr std::size_t rollback_reason_count = 6;
const char* name(RollbackReason);

}  // namespace ota

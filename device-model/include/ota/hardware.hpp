#pragma once
#include <string_view>

#include "ota/chain.hpp"
#include "ota/maintenance.hpp"
#include "ota/status.hpp"
#include "ota/types.hpp"

namespace ota {

/// What a driver promises about the part. Sizes in bytes.
struct FlashGeometry {
  std::uint32_t program_unit;  ///< smallest program; power of two, at most 256
  std::uint32_t sector_size;   ///< smallest erase; multiple of program_unit, at most 128 KiB
  std::uint32_t slot_size;     ///< image area + trailer sectors; multiple of sector_size
};

/// NOR-style flash: erase sets every bit of one sector, program clears bits of erased units.
///
/// ok            done, every unit
/// io_error      the part reported failure; the content of the touched units is unknown
/// power_lost    power failed at or before this operation; the touched units may be torn
/// out_of_range  the span leaves the region or is not aligned; nothing was done
class Flash {
 public:
  virtual FlashGeometry geometry() const = 0;
  virtual Status read(Region, std::uint32_t offset, MutableBytes out) = 0;
  /// `offset` and size are multiples of program_unit and every touched unit is erased.
  virtual Status program(Region, std::uint32_t offset, Bytes content) = 0;
  /// Erases the one sector that starts at `offset`.
  virtual Status erase(Region, std::uint32_t offset) = 0;

 protected:
  ~Flash() = default;  // never deleted through the interface: keeps operator delete out of firmware
};

/// A running SHA-256. Opaque to the agent; a port keeps its context in it. Plain data: it may be
/// copied and is forgotten at a reset.
struct DigestState {
  alignas(8) std::byte opaque[128];
};

/// SHA-256, ECDSA P-256 and X.509. Implementations read slots through the Flash they are handed, so
/// a digest always judges what is in flash and never a buffer (D14). None of them knows a time: the
/// dates of certificates are handed out and judged by the caller (D13, D28).
class Crypto {
 public:
  virtual void digest_begin(DigestState&) = 0;
  virtual Status digest_flash(DigestState&, Flash&, Region, std::uint32_t offset,
                              std::uint32_t length) = 0;
  virtual void digest_bytes(DigestState&, Bytes) = 0;
  virtual void digest_end(DigestState&, Digest& out) = 0;
  /// ok, or rejected when the signature does not verify.
  virtual Status verify(const PublicKey&, const Digest& message, const Signature&) = 0;
  /// Whether `chain` leads to the CA, whatever the date. `signer` is set if it does.
  virtual ChainVerdict check_chain(Bytes chain, const Anchor&, Signer& signer) = 0;
  /// Reads the self-signed certificate of a CA; sets everything of `out` but its id.
  ///
  /// ok        it is one, of the profile in WIRE.md section 6
  /// rejected  it is not; `out` is unspecified
  virtual Status read_ca(Bytes certificate, Anchor& out) = 0;

 protected:
  ~Crypto() = default;
};

/// Supply and reset causes as the board sees them.
class Power {
 public:
  /// True while the supply is above the floor for erase, program and reboot-to-apply (D25).
  virtual bool is_above_floor() = 0;

 protected:
  ~Power() = default;
};

class Watchdog {
 public:
  /// Restarts the countdown. The agent and the bootloader call it in every bounded step.
  virtual void feed() = 0;

 protected:
  ~Watchdog() = default;
};

class Random {
 public:
  /// 64 fresh bits, for nonces and jitter.
  virtual std::uint64_t next() = 0;

 protected:
  ~Random() = default;
};

/// Who this cart is; constant for its life.
struct Identity {
  std::string_view thing;           ///< AWS thing name, at most 64 bytes
  std::uint32_t hardware_revision;  ///< 0..31, a bit of the manifest's hardware mask
  std::uint32_t layout;             ///< layout id, must equal the manifest's
  std::string_view tier;            ///< update tier (WIRE.md section 7)
  MaintenanceWindow maintenance{};  ///< when it may restart into a new image
};

class Observer;
struct JobContext;

/// Lends the 4 KiB that exist only while a job is open; they are lost at every reset.
class JobMemory {
 public:
  /// The context in use, or nullptr when none is open.
  virtual JobContext* current() = 0;
  /// Opens a zeroed context; nullptr when the caller has none to lend (the agent then waits).
  virtual JobContext* open() = 0;
  virtual void close() = 0;

 protected:
  ~JobMemory() = default;
};

/// Everything the update code may touch outside its own state, handed over for one call.
struct Hardware {
  Flash& flash;
  Crypto& crypto;
  Power& power;
  Watchdog& watchdog;
  Random& random;
  const Identity& identity;
  Observer& observer;
  JobMemory& job_memory;
};

}  // namespace ota

#pragma once
#include "ota/hardware.hpp"

namespace ota {

// A patch makes one image from another: a header, then one record per output sector (DELTA.md).

inline constexpr std::uint32_t patch_magic = 0x31545043;  ///< "CPT1"
inline constexpr std::uint16_t patch_format = 1;
inline constexpr std::size_t patch_header_bytes = 104;
inline constexpr std::uint32_t patch_smallest_sector = 256;
inline constexpr std::uint32_t patch_largest_sector = 128 * 1024;
inline constexpr std::uint32_t patch_largest_image = 1u << 27;  ///< bytes

/// One end of a patch.
struct PatchImage {
  Version version{};
  std::uint32_t size = 0;  ///< bytes, at least 1
  Digest digest{};         ///< SHA-256 of the image

  bool operator==(const PatchImage&) const = default;
};

struct PatchHeader {
  std::uint32_t sector_bytes = 0;  ///< output of one record; a power of two
  std::uint32_t patch_bytes = 0;   ///< header and all records
  PatchImage base;
  PatchImage target;

  bool operator==(const PatchHeader&) const = default;
};

/// Decodes 104 bytes.
///
/// ok       every field is set and within the limits above
/// corrupt  wrong size, magic, format or CRC, or sizes that no patch can have
Status decode(Bytes, PatchHeader& out);

/// Judges a header before its first record is fetched.
///
/// ok        it makes `wanted` from `running` on this part
/// rejected  another base, another target, or another part: take the full image
Status match(const PatchHeader&, const PatchImage& running, const PatchImage& wanted,
             FlashGeometry);

/// What of a header decoding needs. Durable, so that no restart has to fetch the header again.
struct PatchPlan {
  std::uint32_t sector_bytes;
  std::uint32_t patch_bytes;
  std::uint32_t base_size;
  std::uint32_t target_size;

  std::uint32_t records() const { return (target_size + sector_bytes - 1) / sector_bytes; }
  bool operator==(const PatchPlan&) const = default;
};
PatchPlan plan_of(const PatchHeader&);

/// Where a record starts: all that a restart needs beside the plan. Durable.
struct PatchPlace {
  std::uint32_t record;  ///< output starts at record * sector_bytes
  std::uint32_t offset;  ///< bytes into the patch; of the HTTP range to ask for

  bool operator==(const PatchPlace&) const = default;
};
inline constexpr PatchPlace patch_first_place{0, patch_header_bytes};

/// Turns records into the bytes of their sectors. Plain data without pointers: it may be copied,
/// compared by its results, and forgotten at any moment; all zeros is a decoder without a patch.
/// Holds no output and no piece of the record, so its size is all the RAM that decoding takes.
class PatchDecoder {
 public:
  /// Begins at `place`, which must be patch_first_place or one that place() returned.
  ///
  /// ok        feed() expects the byte of the patch at place.offset
  /// rejected  an image that does not fit this part's slots, or sectors that records cannot fill
  /// corrupt   a plan or a place that no patch can have
  Status start(const PatchPlan&, PatchPlace, FlashGeometry);

  /// Decodes until `in` is used up, `out` is full or a record is complete, whatever comes first.
  /// Sets `consumed` and `produced` in every case, each at most the size of its span; `out` never
  /// holds bytes of two sectors. What was produced is proven only when place().record moves on:
  /// then the CRC of the sector was right.
  ///
  /// ok          go on; nothing consumed and nothing produced means that `in` or `out` is empty
  /// corrupt     malformed, out of bounds, or a sector with another CRC; every feed from now on
  ///             returns it, start() again at place() or give the patch up
  /// io_error    the base could not be read; the next feed tries it again
  /// power_lost  as any hardware call
  Status feed(Flash&, Region base, Bytes in, std::size_t& consumed, MutableBytes out,
              std::size_t& produced);

  /// The start of the record in progress.
  PatchPlace place() const { return place_; }
  bool is_complete() const { return stage_ == Stage::complete; }

 private:
  enum class Stage : std::uint8_t {
    idle,
    operation,
    number,
    copy,
    literal,
    fix_low,
    fix_high,
    check,
    complete,
  };
  struct Stream;

  bool needs_input() const;
  bool needs_output() const;
  std::uint32_t position() const;
  Status advance(Stream&);
  Status take_operation(std::uint8_t);
  Status take_number(std::uint8_t);
  Status apply_number();
  Status take_check(std::uint8_t);
  Status seek(std::uint32_t zigzag);
  Status fix_learned(std::uint32_t zigzag);
  Status fix(unsigned recent, std::uint16_t difference);
  Status begin_copy(std::uint32_t size, std::uint32_t shift);
  Status begin_literal(std::uint32_t size);
  Status copy(Stream&);
  Status put_low(Stream&);
  void put_high(Stream&);
  void put_literal(Stream&);
  void produce(Stream&, std::size_t size);
  void begin_number();
  void begin_record();
  Status end_record();

  PatchPlan plan_;
  PatchPlace place_;
  std::uint32_t offset_;      ///< bytes of the patch consumed
  std::uint32_t left_;        ///< bytes that the sector still lacks
  std::uint32_t run_;         ///< bytes that the operation in progress still yields
  std::uint32_t source_;      ///< in the base, of the next byte to copy
  std::uint32_t shift_;       ///< base position minus output position, modulo 2^32
  std::uint32_t crc_;         ///< of the record's index and its output so far
  std::uint32_t number_;      ///< being read
  std::uint16_t recent_[4];   ///< differences, the last used first; 0 is none
  std::uint16_t difference_;  ///< to add to the halfword behind the run; 0: there is none
  std::uint16_t fixed_;       ///< a halfword of which the low byte is out
  std::uint8_t bits_;         ///< of number_ that are there
  std::uint8_t operation_;    ///< that number_ belongs to
  Stage stage_;
};

}  // namespace ota

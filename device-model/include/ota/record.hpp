#pragma once
#include "ota/hardware.hpp"

namespace ota {

/// The durable record of one region: two copies, one per sector, the newer whole one wins.
///
///   copy 0 (sector 0)        copy 1 (sector 1)
///   0   magic        u32     the same layout
///   4   format       u16
///   6   length       u16     bytes 0..length-1 hold everything up to and including the CRC
///   8   sequence     u64     higher wins; equal: the lower copy
///   16  body                 explicit little-endian fields
///       crc          u32     CRC-32 over every byte before it
///       0xff to the end of the program unit
///       proof        u32     crc ^ record_proof_mask, in a program unit of its own
///       seal         u32     crc ^ record_seal_mask, in a program unit of its own, written last
///
/// Cells of an interrupted operation may read as done once and as undone later (invariants.md 4.5),
/// so a good CRC alone is worth nothing. The proof is written when the record was read back whole:
/// behind a proof the record is stable, and a record without one was never relied on and loses to
/// any proven one. The seal is written when the proof was read back: behind a seal the proof is
/// stable too. A proven copy without its seal is committed again, to the other copy, before
/// anything relies on it.
///
/// One mark is not enough. With a seal alone, a marginal record took the place of the good one
/// beside it, and a marginal seal let the device act on a record that it lost later.
struct RecordFormat {
  Region region;
  std::uint32_t magic;
  std::uint16_t format;
  std::uint16_t body_bytes;
};

inline constexpr std::size_t record_head_bytes = 16;
inline constexpr std::size_t record_body_capacity = 720;
inline constexpr std::size_t record_largest_unit = 256;
inline constexpr std::uint32_t record_proof_mask = 0x5ea15ea1;
inline constexpr std::uint32_t record_seal_mask = 0xa1e55ea1;

/// Where one record stands in flash; found by load_record, moved on by store_record.
struct RecordPlace {
  std::uint64_t sequence = 0;
  std::uint8_t winner = 0;
  bool needs_commit = false;  ///< the other copy is no good, or the winner lacks its seal
};

/// Memory for one record. The body stands where it will be in flash, so nothing is copied.
struct RecordFrame {
  alignas(8) std::byte bytes[768];

  MutableBytes body(const RecordFormat& format) {
    return MutableBytes{bytes}.subspan(record_head_bytes, format.body_bytes);
  }
};
static_assert(record_head_bytes + record_body_capacity + 4 <= sizeof(RecordFrame::bytes));

/// How much a load looks at.
enum class RecordCare : std::uint8_t {
  newest,  ///< the newer copy, if it is sealed; anything odd is looked at as `both`
  both,    ///< both copies: at a start, when a cut may have left one of them damaged
};

/// Reads the winning copy into `out` and judges the very bytes that it hands over.
///
/// ok          out.body() and `place` are set
/// not_found   neither copy decodes; `place` is reset
/// power_lost  the supply failed
Status load_record(Flash&, const RecordFormat&, RecordFrame& out, RecordPlace& place,
                   RecordCare care = RecordCare::both);

/// Writes frame.body() with the next sequence over the copy that is not the winner: erase, body,
/// the unit that holds the CRC, read back twice, proof, seal. Tries twice. The winner is never
/// touched, so a cut at any point leaves the old or the new record, whole.
///
/// ok          durable; `place` names it
/// io_error    both tries failed; the old record still wins and `place` is unchanged
/// power_lost  the supply failed; the old or the new record will be found
Status store_record(Flash&, const RecordFormat&, RecordFrame& frame, RecordPlace& place);

/// Commits a record again that an unclean start found alone or unsealed. Nothing else may rely on
/// such a record before. Does nothing, and writes nothing, after a clean start.
Status recommit_record(Flash&, const RecordFormat&, RecordFrame& frame, RecordPlace& place);

/// CRC-32 (IEEE 802.3). Start with 0; feed pieces in order.
std::uint32_t crc32(std::uint32_t crc, Bytes);

}  // namespace ota

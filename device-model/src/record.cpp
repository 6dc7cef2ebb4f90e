#include "ota/record.hpp"

#include <utility>

#include "ota/bytes.hpp"

namespace ota {
namespace {

constexpr std::size_t piece_bytes = 128;
constexpr int write_tries = 2;

constexpr std::uint32_t align_up(std::uint32_t value, std::uint32_t unit) {
  return (value + unit - 1) / unit * unit;
}

/// Offsets inside one copy, on a part with the given geometry.
struct Layout {
  Layout(const RecordFormat& format, const FlashGeometry& geometry)
      : length(static_cast<std::uint32_t>(record_head_bytes) + format.body_bytes + 4),
        crc_offset(length - 4),
        crc_unit(crc_offset / geometry.program_unit * geometry.program_unit),
        padded(align_up(length, geometry.program_unit)),
        seal_bytes(align_up(4, geometry.program_unit)),
        sector_size(geometry.sector_size) {}

  std::uint32_t start(std::uint8_t copy) const { return copy * sector_size; }
  std::uint32_t proof() const { return padded; }
  std::uint32_t seal() const { return padded + seal_bytes; }

  std::uint32_t length;  ///< head, body and CRC
  std::uint32_t crc_offset;
  std::uint32_t crc_unit;  ///< start of the program unit that holds the CRC
  std::uint32_t padded;    ///< length in whole program units; the proof starts here, then the seal
  std::uint32_t seal_bytes;
  std::uint32_t sector_size;
};

struct Copy {
  std::uint64_t sequence = 0;
  bool is_whole = false;
  bool is_proven = false;
  bool is_sealed = false;

  /// What of two copies makes one win, before the sequence does.
  int rank() const { return is_whole ? is_proven ? 2 : 1 : 0; }
};

std::uint32_t u32_at(const std::byte* bytes) { return ByteReader{Bytes{bytes, 4}}.u32(); }

/// Whether a proof or a seal is there. A read error means that it is not.
Status read_mark(Flash& flash, Region region, std::uint32_t offset, std::uint32_t expected,
                 bool& is_there) {
  std::byte mark[4];
  const Status status = flash.read(region, offset, mark);
  is_there = status == Status::ok && u32_at(mark) == expected;
  return status == Status::power_lost ? status : Status::ok;
}

/// Judges one copy without keeping it. A read error is damage: the other copy may be fine.
Status judge_copy(Flash& flash, const RecordFormat& format, const Layout& layout, std::uint8_t copy,
                  Copy& out) {
  std::byte piece[piece_bytes];
  std::uint32_t crc = 0;
  out = {};
  for (std::uint32_t at = 0; at < layout.crc_offset;) {
    const auto size = std::min<std::uint32_t>(piece_bytes, layout.crc_offset - at);
    const Status status =
        flash.read(format.region, layout.start(copy) + at, MutableBytes{piece, size});
    if (status != Status::ok) {
      return status == Status::power_lost ? status : Status::ok;
    }
    if (at == 0) {
      ByteReader head{Bytes{piece, record_head_bytes}};
      if (head.u32() != format.magic || head.u16() != format.format ||
          head.u16() != layout.length) {
        return Status::ok;
      }
      out.sequence = head.u64();
    }
    crc = crc32(crc, Bytes{piece, size});
    at += size;
  }
  const Status status =
      flash.read(format.region, layout.start(copy) + layout.crc_offset, MutableBytes{piece, 4});
  out.is_whole = status == Status::ok && u32_at(piece) == crc;
  if (status != Status::ok || !out.is_whole) {
    return status == Status::power_lost ? status : Status::ok;
  }
  const Status proven = read_mark(flash, format.region, layout.start(copy) + layout.proof(),
                                  crc ^ record_proof_mask, out.is_proven);
  if (proven != Status::ok) {
    return proven;
  }
  return read_mark(flash, format.region, layout.start(copy) + layout.seal(), crc ^ record_seal_mask,
                   out.is_sealed);
}

/// Reads a copy that was judged whole into memory and judges those very bytes again: what passed
/// once may read differently now (unstable bits, invariants.md 4.5).
Status read_copy(Flash& flash, const RecordFormat& format, const Layout& layout, std::uint8_t copy,
                 RecordFrame& out) {
  const Status status =
      flash.read(format.region, layout.start(copy), MutableBytes{out.bytes, layout.length});
  if (status != Status::ok) {
    return status;
  }
  const std::uint32_t crc = crc32(0, Bytes{out.bytes, layout.crc_offset});
  return crc == u32_at(out.bytes + layout.crc_offset) ? Status::ok : Status::corrupt;
}

/// The unique winner rule, the same for every reader: proven, whole, then sequence, then lower
/// index. What lacks its proof was never relied on, and may read differently next time. Where both
/// lack it, the later one was begun because the earlier had one then: its cells stand, those of the
/// later one may not.
std::uint8_t winner_of(const Copy (&copies)[2]) {
  if (copies[0].rank() != copies[1].rank()) {
    return copies[0].rank() > copies[1].rank() ? 0 : 1;
  }
  const bool is_second_later = copies[1].sequence > copies[0].sequence;
  const bool is_earlier_wanted = copies[0].rank() == 1 && copies[0].sequence != copies[1].sequence;
  return is_second_later != is_earlier_wanted ? 1 : 0;
}

Status compare(Flash& flash, Region region, std::uint32_t offset, Bytes expected) {
  std::byte piece[piece_bytes];
  for (std::size_t at = 0; at < expected.size();) {
    const std::size_t size = std::min(piece_bytes, expected.size() - at);
    const Status status =
        flash.read(region, offset + static_cast<std::uint32_t>(at), MutableBytes{piece, size});
    if (status != Status::ok) {
      return status;
    }
    if (!equal(Bytes{piece, size}, expected.subspan(at, size))) {
      return Status::corrupt;
    }
    at += size;
  }
  return Status::ok;
}

Status write_mark(Flash& flash, Region region, const Layout& layout, std::uint32_t offset,
                  std::uint32_t value) {
  std::byte mark[record_largest_unit];
  std::fill_n(mark, layout.seal_bytes, std::byte{0xff});
  ByteWriter{mark}.u32(value);
  const Status status = flash.program(region, offset, Bytes{mark, layout.seal_bytes});
  return status == Status::ok ? compare(flash, region, offset, Bytes{mark, 4}) : status;
}

Status write_copy(Flash& flash, Region region, const Layout& layout, std::uint32_t offset,
                  const RecordFrame& frame) {
  const Bytes whole{frame.bytes, layout.padded};
  Status status = flash.erase(region, offset);
  if (status == Status::ok && layout.crc_unit > 0) {
    status = flash.program(region, offset, whole.first(layout.crc_unit));
  }
  if (status == Status::ok) {
    status = flash.program(region, offset + layout.crc_unit, whole.subspan(layout.crc_unit));
  }
  for (int time = 0; time < 2 && status == Status::ok; ++time) {
    status = compare(flash, region, offset, whole);
  }
  const std::uint32_t crc = u32_at(frame.bytes + layout.crc_offset);
  if (status == Status::ok) {
    status = write_mark(flash, region, layout, offset + layout.proof(), crc ^ record_proof_mask);
  }
  return status == Status::ok
             ? write_mark(flash, region, layout, offset + layout.seal(), crc ^ record_seal_mask)
             : status;
}

void frame_record(const RecordFormat& format, const Layout& layout, std::uint64_t sequence,
                  RecordFrame& frame) {
  ByteWriter head{MutableBytes{frame.bytes, record_head_bytes}};
  head.u32(format.magic);
  head.u16(format.format);
  head.u16(static_cast<std::uint16_t>(layout.length));
  head.u64(sequence);
  const std::uint32_t crc = crc32(0, Bytes{frame.bytes, layout.crc_offset});
  ByteWriter{MutableBytes{frame.bytes + layout.crc_offset, 4}}.u32(crc);
  std::fill(frame.bytes + layout.length, frame.bytes + layout.padded, std::byte{0xff});
}

/// Sequence of a copy whose head is of this format; false for any other content.
bool read_head(Flash& flash, const RecordFormat& format, const Layout& layout, std::uint8_t copy,
               Copy& out, Status& status) {
  std::byte bytes[record_head_bytes];
  status = flash.read(format.region, layout.start(copy), bytes);
  ByteReader head{bytes};
  const bool fits = status == Status::ok && head.u32() == format.magic &&
                    head.u16() == format.format && head.u16() == layout.length;
  out.is_whole = fits;
  out.sequence = fits ? head.u64() : 0;
  return fits;
}

/// The copy with the higher sequence, if it is whole and sealed; `corrupt` if a closer look is due.
Status load_newest(Flash& flash, const RecordFormat& format, const Layout& layout, RecordFrame& out,
                   RecordPlace& place) {
  Copy copies[2];
  Status status = Status::ok;
  for (std::uint8_t copy = 0; copy < 2; ++copy) {
    if (!read_head(flash, format, layout, copy, copies[copy], status)) {
      return status == Status::power_lost ? status : Status::corrupt;
    }
  }
  const std::uint8_t winner = copies[1].sequence > copies[0].sequence ? 1 : 0;
  status = read_copy(flash, format, layout, winner, out);
  if (status != Status::ok) {
    return status;
  }
  const std::uint32_t crc = u32_at(out.bytes + layout.crc_offset);
  for (const auto& [offset, mask] :
       {std::pair{layout.proof(), record_proof_mask}, std::pair{layout.seal(), record_seal_mask}}) {
    bool is_there = false;
    status = read_mark(flash, format.region, layout.start(winner) + offset, crc ^ mask, is_there);
    if (status != Status::ok || !is_there) {
      return status == Status::power_lost ? status : Status::corrupt;
    }
  }
  place = {copies[winner].sequence, winner, false};
  return Status::ok;
}

}  // namespace

Status load_record(Flash& flash, const RecordFormat& format, RecordFrame& out, RecordPlace& place,
                   RecordCare care) {
  const Layout layout{format, flash.geometry()};
  if (care == RecordCare::newest) {
    const Status status = load_newest(flash, format, layout, out, place);
    if (status == Status::ok || status == Status::power_lost) {
      return status;
    }
  }
  Copy copies[2];
  for (std::uint8_t copy = 0; copy < 2; ++copy) {
    const Status status = judge_copy(flash, format, layout, copy, copies[copy]);
    if (status != Status::ok) {
      return status;
    }
  }
  place = {};
  for (int attempt = 0; attempt < 2; ++attempt) {
    const std::uint8_t winner = winner_of(copies);
    if (!copies[winner].is_whole) {
      return Status::not_found;
    }
    const Status status = read_copy(flash, format, layout, winner, out);
    if (status == Status::ok) {
      place = {copies[winner].sequence, winner,
               !copies[winner].is_sealed || !copies[1 - winner].is_proven};
      return status;
    }
    if (status == Status::power_lost) {
      return status;
    }
    copies[winner] = {};
  }
  return Status::not_found;
}

Status store_record(Flash& flash, const RecordFormat& format, RecordFrame& frame,
                    RecordPlace& place) {
  const Layout layout{format, flash.geometry()};
  const auto target = static_cast<std::uint8_t>(1 - place.winner);
  frame_record(format, layout, place.sequence + 1, frame);
  for (int time = 0; time < write_tries; ++time) {
    const Status status = write_copy(flash, format.region, layout, layout.start(target), frame);
    if (status == Status::ok) {
      place = {place.sequence + 1, target, false};
      return status;
    }
    if (status == Status::power_lost) {
      return status;
    }
  }
  return Status::io_error;
}

Status recommit_record(Flash& flash, const RecordFormat& format, RecordFrame& frame,
                       RecordPlace& place) {
  return place.needs_commit ? store_record(flash, format, frame, place) : Status::ok;
}

}  // namespace ota

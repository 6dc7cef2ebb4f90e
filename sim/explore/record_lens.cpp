#include "sim/explore/record_lens.hpp"

#include <algorithm>

#include "ota/bytes.hpp"
#include "ota/counters.hpp"

namespace cartstorm::sim::explore {
namespace {

constexpr std::uint32_t head_bytes = 16;
/// Near a carry into the upper half of a sequence, what matters is how near.
constexpr std::uint64_t carry_window = 64;

/// The record regions as two contents, for readers of records.
class TwoCopies final : public ota::Flash {
 public:
  TwoCopies(const Part& part, const ContentPool& pool, ContentId first, ContentId second)
      : part_(part), pool_(pool), contents_{first, second} {}

  ota::FlashGeometry geometry() const override { return part_.geometry; }
  ota::Status read(ota::Region, std::uint32_t offset, ota::MutableBytes out) override {
    const std::uint32_t size = part_.geometry.sector_size;
    if (offset >= 2 * size || out.size() > size - offset % size) {
      return ota::Status::out_of_range;
    }
    pool_.read(contents_[offset / size], offset % size, out);
    return ota::Status::ok;
  }
  ota::Status program(ota::Region, std::uint32_t, ota::Bytes) override {
    return ota::Status::io_error;
  }
  ota::Status erase(ota::Region, std::uint32_t) override { return ota::Status::io_error; }

 private:
  const Part& part_;
  const ContentPool& pool_;
  ContentId contents_[2];
};

std::uint32_t u32_at(ota::Bytes bytes, std::size_t at) {
  return ota::ByteReader{bytes.subspan(at, 4)}.u32();
}

void write(KeyWriter& out, const ota::SlotPin& pin) {
  out.number(std::uint64_t{pin.version.value} << 32 | pin.security_version);
  out.bytes(pin.image);
  out.bytes(pin.trailer);
}

/// Everything but the occurrence, which counts relative to the newest sequence.
void write(KeyWriter& out, const ota::BootRecord& record) {
  const auto small = [](auto value) { return static_cast<std::uint8_t>(value); };
  out.numbers({small(record.active), small(record.trial), record.attempts_left,
               record.probation_left, record.check_ins_left, record.confirmed_mask,
               record.invalid_mask, small(record.give_up), small(record.rollback.is_pending),
               small(record.rollback.reason)});
  out.number(record.security_floor);
  out.number(record.attempt);
  write(out, record.slots[0]);
  write(out, record.slots[1]);
  out.number(std::uint64_t{record.rollback.from.value} << 32 | record.rollback.to.value);
  out.number(record.rollback.attempt);
}

void write(KeyWriter& out, const ota::Counters& counters) {
  for (const ota::VersionCount& row : counters.versions) {
    out.number(std::uint64_t{row.version.value} << 32 | std::uint64_t{row.attempts} << 16 |
               std::uint64_t{row.rollbacks} << 1 | (row.is_quarantined ? 1 : 0));
    out.number(row.attempted_s);
  }
}

}  // namespace

RecordLens::Pair RecordLens::pair_of(const FlashState& state, ota::Region region) const {
  const std::uint32_t sector = part_.sector_of(region, 0);
  return std::uint64_t{static_cast<std::uint32_t>(state.at(sector))} << 32 |
         static_cast<std::uint32_t>(state.at(sector + 1));
}

const RecordLens::Copy& RecordLens::copy(ota::Region region, ContentId id) {
  const auto memo = static_cast<std::uint64_t>(region) << 32 | static_cast<std::uint32_t>(id);
  const auto known = copies_.find(memo);
  return known != copies_.end() ? known->second
                                : copies_.emplace(memo, read_copy(region, id)).first->second;
}

RecordLens::Copy RecordLens::read_copy(ota::Region region, ContentId id) const {
  Copy out;
  KeyWriter writer;
  // The pool leaves out what reads as erased at the end, and a CRC may end so.
  std::vector<std::byte> sector(part_.geometry.sector_size);
  pool_.read(id, 0, sector);
  const ota::Bytes bytes{sector};
  const std::uint32_t length = u32_at(bytes, 4) >> 16;
  const bool fits = length >= head_bytes + 4 && length <= bytes.size();
  out.is_whole = fits && ota::crc32(0, bytes.first(length - 4)) == u32_at(bytes, length - 4);
  if (!out.is_whole) {
    out.rest = pool_.key(id);
    return out;
  }
  out.sequence = u32_at(bytes, 8) | std::uint64_t{u32_at(bytes, 12)} << 32;
  writer.number(std::uint64_t{u32_at(bytes, 0)} << 32 | u32_at(bytes, 4));
  read_body(region, id, out, writer);
  // Proof and seal are the CRC in disguise: what they say is whether they are there.
  const std::uint32_t unit = part_.geometry.program_unit;
  const std::uint32_t seal_at = (length + unit - 1) / unit * unit;
  std::vector<std::byte> behind(bytes.begin() + length, bytes.end());
  const std::uint32_t mark_bytes = std::max(unit, 4u);
  for (const std::uint32_t mark_at : {seal_at, seal_at + mark_bytes}) {
    const std::uint32_t in_gap = mark_at - length;
    if (mark_at + 4 <= part_.geometry.sector_size) {
      const std::uint32_t mark = u32_at(behind, in_gap) ^ u32_at(bytes, length - 4);
      out.is_sealed = mark == ota::record_seal_mask;
      writer.number(mark);
      std::fill_n(behind.begin() + in_gap, 4, std::byte{0xff});
    }
  }
  writer.bytes(behind);
  out.rest = writer.finish();
  return out;
}

void RecordLens::read_body(ota::Region region, ContentId id, Copy& out, KeyWriter& writer) const {
  TwoCopies flash{part_, pool_, id, erased_content};
  ota::RecordPlace place;
  ota::BootRecord boot;
  ota::Counters counters;
  if (region == ota::Region::boot_record &&
      ota::load(flash, boot, place, ota::RecordCare::both) == ota::Status::ok) {
    out.occurrence = boot.rollback.occurrence.value;
    write(writer, boot);
  } else if (region == ota::Region::counters &&
             ota::load(flash, counters, place, ota::RecordCare::both) == ota::Status::ok) {
    out.occurrence = counters.last_counted.value;
    write(writer, counters);
  } else {
    std::vector<std::byte> bytes(part_.geometry.sector_size);
    pool_.read(id, 0, bytes);
    const std::uint32_t length = u32_at(bytes, 4) >> 16;
    writer.bytes(ota::Bytes{bytes}.subspan(head_bytes, length - head_bytes - 4));
  }
}

template <typename Record>
const Found<Record>& RecordLens::found(const FlashState& state, ota::Region region,
                                       Memo<Found<Record>>& memo) {
  const Pair pair = pair_of(state, region);
  if (const Found<Record>* known = memo.find(pair)) {
    return *known;
  }
  const auto first = static_cast<ContentId>(pair >> 32);
  const auto second = static_cast<ContentId>(pair & 0xffffffffU);
  TwoCopies flash{part_, pool_, first, second};
  Found<Record> out;
  ota::RecordPlace place;
  out.is_found = ota::load(flash, out.record, place, ota::RecordCare::both) == ota::Status::ok;
  out.whole_copies = int{copy(region, first).is_whole} + int{copy(region, second).is_whole};
  out.sequence = place.sequence;
  out.winner = place.winner;
  out.is_sealed = copy(region, place.winner == 0 ? first : second).is_sealed;
  return memo.add(pair, out);
}

const Found<ota::BootRecord>& RecordLens::boot(const FlashState& state) {
  return found(state, ota::Region::boot_record, boots_);
}
const Found<ota::Journal>& RecordLens::journal(const FlashState& state) {
  return found(state, ota::Region::journal, journals_);
}
const Found<ota::TrustStore>& RecordLens::trust(const FlashState& state) {
  return found(state, ota::Region::trust, trusts_);
}

const RecordLens::TwoKeys& RecordLens::two_keys(Pair pair, ota::Region region) {
  Memo<TwoKeys>& memo = two_keys_[static_cast<std::size_t>(region)];
  if (const TwoKeys* known = memo.find(pair)) {
    return *known;
  }
  const Copy& first = copy(region, static_cast<ContentId>(pair >> 32));
  const Copy& second = copy(region, static_cast<ContentId>(pair & 0xffffffffU));
  KeyWriter writer{static_cast<std::uint64_t>(region)};
  writer.number(first.is_whole && second.is_whole ? first.sequence - second.sequence : 0);
  for (const Copy* copy : {&first, &second}) {
    const std::uint64_t to_carry = ~copy->sequence & 0xffffffffU;
    writer.number(copy->is_whole && to_carry < carry_window ? 1 + to_carry : 0);
    writer.key(copy->rest);
  }
  return memo.add(pair, {writer.finish(), {first.occurrence, second.occurrence}});
}

Key RecordLens::key(const FlashState& state) {
  const std::uint64_t newest = newest_sequence(state);
  KeyWriter writer;
  for (const ota::Region region : {ota::Region::boot_record, ota::Region::journal,
                                   ota::Region::counters, ota::Region::trust}) {
    const TwoKeys& keys = two_keys(pair_of(state, region), region);
    writer.key(keys.rest);
    for (const std::uint64_t occurrence : keys.occurrences) {
      writer.number(occurrence == 0 ? 0 : newest - occurrence + 1);
    }
  }
  return writer.finish();
}

}  // namespace cartstorm::sim::explore

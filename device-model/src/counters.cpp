#include "ota/counters.hpp"

#include "record_codec.hpp"

namespace ota {

const RecordFormat counters_format{Region::counters, 0x31544e43 /* "CNT1" */, 1, 72};

VersionCount Counters::of(Version version) const {
  const auto* found = std::ranges::find(versions, version, &VersionCount::version);
  return found != std::end(versions) ? *found : VersionCount{version, 0, false, 0};
}

VersionCount& Counters::touch(Version version) {
  const VersionCount row = of(version);
  auto* at = std::ranges::find(versions, version, &VersionCount::version);
  if (at == std::end(versions)) {
    at = std::end(versions) - 1;
  }
  std::move_backward(std::begin(versions), at, at + 1);
  versions[0] = row;
  return versions[0];
}

void write_body(ByteWriter& w, const Counters& counters) {
  for (const VersionCount& row : counters.versions) {
    w.u32(row.version.value);
    w.u8(row.rollbacks);
    w.u8(row.is_quarantined ? 1 : 0);
    w.u16(row.attempts);
  }
  w.u64(counters.last_counted.value);
}

bool read_body(ByteReader& r, Counters& counters) {
  for (VersionCount& row : counters.versions) {
    row.version.value = r.u32();
    row.rollbacks = r.u8();
    row.is_quarantined = r.u8() != 0;
    row.attempts = r.u16();
  }
  counters.last_counted.value = r.u64();
  return true;
}

Status load(Flash& flash, Counters& counters, RecordPlace& place, RecordCare care) {
  return load_body(flash, counters_format, counters, place, care);
}
Status store(Flash& flash, const Counters& counters, RecordPlace& place) {
  return store_body(flash, counters_format, counters, place);
}
Status format(Flash& flash, const Counters& counters, std::uint64_t first_sequence) {
  return format_body(flash, counters_format, counters, first_sequence);
}

}  // namespace ota

#include "ota/counters.hpp"

#include <algorithm>

#include "record_codec.hpp"

namespace ota {

VersionCount Counters::of(Version version) const {
  const auto* found = std::ranges::find(versions, version, &VersionCount::version);
  return found != std::end(versions) ? *found : VersionCount{version};
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

namespace {

void fields(RecordFields& f, Counters& counters) {
  for (VersionCount& row : counters.versions) {
    f.u32(row.version.value);
    f.u8(row.rollbacks);
    f.flag(row.is_quarantined);
    f.u16(row.attempts);
    f.u32(row.attempted_s);
  }
  f.u64(counters.last_counted.value);
}

constexpr RecordType type = record_type<Counters, fields>(counters_format);

}  // namespace

Status load(Flash& flash, Counters& counters, RecordPlace& place, RecordCare care) {
  return load_fields(flash, type, &counters, place, care);
}
Status store(Flash& flash, const Counters& counters, RecordPlace& place) {
  return store_fields(flash, type, &counters, place);
}
Status format(Flash& flash, const Counters& counters, std::uint64_t first_sequence) {
  return format_fields(flash, type, &counters, first_sequence);
}

}  // namespace ota

#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "broker-mock/base/hex.hpp"
#include "broker-mock/base/json_scan.hpp"
#include "broker-mock/base/version_text.hpp"

namespace cartstorm::broker {

/// Reads the members of one uplink under WIRE.md section 1: all known ones exactly once and of the
/// right type, unknown ones ignored.
///
/// `read(key, scan)` gets every member and returns its bit, 0 for an unknown one, or `broken`.
inline constexpr std::uint32_t broken = 0x80000000U;

template <class Read>
bool read_members(std::string_view payload, std::uint32_t all, Read&& read) {
  ObjectScan scan{payload};
  std::uint32_t seen = 0;
  while (scan.next()) {
    const std::uint32_t bit = read(scan.key(), scan);
    if ((bit & (seen | broken)) != 0) return false;
    seen |= bit;
  }
  return scan.is_valid() && seen == all;
}

inline bool read_version(ObjectScan& scan, Version& version) {
  if (scan.value().kind != JsonKind::string) return false;
  const auto parsed = parse_version(scan.text());
  if (parsed) version = *parsed;
  return parsed.has_value();
}

inline bool read_id(ObjectScan& scan, std::uint64_t& id) {
  if (scan.value().kind != JsonKind::string) return false;
  const auto parsed = parse_hex_id(scan.text());
  if (parsed) id = *parsed;
  return parsed.has_value();
}

inline bool read_number(ObjectScan& scan, std::int64_t limit, std::int64_t& number) {
  if (scan.value().kind != JsonKind::integer) return false;
  number = scan.value().integer;
  return number >= 0 && number <= limit;
}

/// `[a-z_]{1,limit}`.
inline bool is_word(std::string_view text, std::size_t limit) {
  if (text.empty() || text.size() > limit) return false;
  for (const char c : text) {
    if ((c < 'a' || c > 'z') && c != '_') return false;
  }
  return true;
}

}  // namespace cartstorm::broker

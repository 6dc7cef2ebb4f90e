#pragma once
#include <span>
#include <string_view>

#include "ota/types.hpp"
#include "sim/explore/key.hpp"

namespace cartstorm::sim::explore {

/// 64 bits that stand for a digest or a name, never 0: 0 says that there is none. A path knows a
/// handful of them, so that two never meet.
inline std::uint64_t short_id(ota::Bytes bytes) {
  KeyWriter writer;
  writer.bytes(bytes);
  return writer.finish().low | 1;
}
inline std::uint64_t short_id(std::string_view text) {
  return short_id(std::as_bytes(std::span{text.data(), text.size()}));
}

}  // namespace cartstorm::sim::explore

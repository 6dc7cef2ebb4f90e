#pragma once
#include <string_view>

#include "ota/types.hpp"

namespace ota::fuzz {

/// One input of one target; every target defines it. Comes back if all promises held.
void run(Bytes input);

/// Ends the process with the promise that was broken; the driver keeps the input.
void require(bool holds, std::string_view promise);

/// Takes an input apart, from the front. Past the end there are zeros and empty pieces.
class Input {
 public:
  explicit Input(Bytes bytes) : left_(bytes) {}

  bool is_empty() const { return left_.empty(); }
  std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  std::uint64_t u64() { return number(8); }
  /// At most `size` bytes.
  Bytes bytes(std::size_t size);
  Bytes rest() { return bytes(left_.size()); }

 private:
  std::uint64_t number(unsigned bytes);  ///< little-endian

  Bytes left_;
};

inline std::string_view text_of(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace ota::fuzz

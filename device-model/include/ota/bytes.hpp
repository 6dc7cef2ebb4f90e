#pragma once
#include <algorithm>
#include <cstring>

#include "ota/types.hpp"

namespace ota {

/// Writes little-endian fields one after the other. The caller sizes the span; a field that does
/// not fit is a mistake of ours and is dropped, never written past the end.
class ByteWriter {
 public:
  explicit ByteWriter(MutableBytes out) : out_(out) {}

  void u8(std::uint8_t value) { little_endian(value, 1); }
  void u16(std::uint16_t value) { little_endian(value, 2); }
  void u32(std::uint32_t value) { little_endian(value, 4); }
  void u64(std::uint64_t value) { little_endian(value, 8); }
  void bytes(Bytes content);
  void zeros(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      put(std::byte{0});
    }
  }
  std::size_t written() const { return at_; }

 private:
  void put(std::byte b) {
    if (at_ < out_.size()) {
      out_[at_++] = b;
    }
  }
  void little_endian(std::uint64_t value, unsigned count);

  MutableBytes out_;
  std::size_t at_ = 0;
};

/// Reads what ByteWriter wrote. Past the end it reads zeros; check the length beforehand.
class ByteReader {
 public:
  explicit ByteReader(Bytes in) : in_(in) {}

  std::uint8_t u8() { return static_cast<std::uint8_t>(little_endian(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(little_endian(2)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(little_endian(4)); }
  std::uint64_t u64() { return little_endian(8); }
  void bytes(MutableBytes out);

 private:
  std::uint64_t little_endian(unsigned count);

  Bytes in_;
  std::size_t at_ = 0;
};

/// Reads 8 bytes in the order of their hex text (WIRE.md section 9, trust anchor).
constexpr std::uint64_t read_big_endian(std::span<const std::byte, 8> in) {
  std::uint64_t value = 0;
  for (const std::byte b : in) {
    value = value << 8 | std::to_integer<std::uint64_t>(b);
  }
  return value;
}

inline bool equal(Bytes a, Bytes b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

}  // namespace ota

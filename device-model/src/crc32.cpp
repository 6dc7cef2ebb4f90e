#include "ota/record.hpp"

namespace ota {
namespace {

constexpr std::uint32_t polynomial = 0xedb88320u;

constexpr std::uint32_t shifted(std::uint32_t value, int bits) {
  for (int bit = 0; bit < bits; ++bit) {
    value = (value & 1) != 0 ? value >> 1 ^ polynomial : value >> 1;
  }
  return value;
}

// On a small part the table shares the flash with the image: sixteen entries.
struct SmallCrc {
  static constexpr std::array<std::uint32_t, 16> table = [] {
    std::array<std::uint32_t, 16> made{};
    for (std::uint32_t i = 0; i < made.size(); ++i) {
      made[i] = shifted(i, 4);
    }
    return made;
  }();

  static std::uint32_t update(std::uint32_t crc, Bytes bytes) {
    for (const std::byte b : bytes) {
      crc ^= std::to_integer<std::uint32_t>(b);
      crc = crc >> 4 ^ table[crc & 15];
      crc = crc >> 4 ^ table[crc & 15];
    }
    return crc;
  }
};

// On a 64-bit host the same sum sixteen bytes at a time: with thousands of simulated carts the CRC
// of their records was a third of a whole run.
struct WideCrc {
  static constexpr std::size_t width = 16;
  static constexpr std::array<std::array<std::uint32_t, 256>, width> tables = [] {
    std::array<std::array<std::uint32_t, 256>, width> made{};
    for (std::uint32_t i = 0; i < 256; ++i) {
      made[0][i] = shifted(i, 8);
    }
    for (std::size_t k = 1; k < width; ++k) {
      for (std::size_t i = 0; i < 256; ++i) {
        made[k][i] = made[k - 1][i] >> 8 ^ made[0][made[k - 1][i] & 0xff];
      }
    }
    return made;
  }();

  static std::uint32_t word(const std::byte* bytes) {
    return std::to_integer<std::uint32_t>(bytes[0]) |
           std::to_integer<std::uint32_t>(bytes[1]) << 8 |
           std::to_integer<std::uint32_t>(bytes[2]) << 16 |
           std::to_integer<std::uint32_t>(bytes[3]) << 24;
  }

  /// Of four bytes that have `behind` bytes of the piece after them.
  static std::uint32_t part(std::uint32_t value, std::size_t behind) {
    return tables[behind + 3][value & 0xff] ^ tables[behind + 2][value >> 8 & 0xff] ^
           tables[behind + 1][value >> 16 & 0xff] ^ tables[behind][value >> 24];
  }

  static std::uint32_t update(std::uint32_t crc, Bytes bytes) {
    std::size_t at = 0;
    for (; at + width <= bytes.size(); at += width) {
      const std::byte* const piece = bytes.data() + at;
      crc = part(crc ^ word(piece), 12) ^ part(word(piece + 4), 8) ^ part(word(piece + 8), 4) ^
            part(word(piece + 12), 0);
    }
    // The rest of a record is ten bytes of some hundred, and byte by byte it would cost as much.
    for (; at + 4 <= bytes.size(); at += 4) {
      crc = part(crc ^ word(bytes.data() + at), 0);
    }
    for (; at < bytes.size(); ++at) {
      crc = crc >> 8 ^ tables[0][(crc ^ std::to_integer<std::uint32_t>(bytes[at])) & 0xff];
    }
    return crc;
  }
};

}  // namespace

std::uint32_t crc32(std::uint32_t crc, Bytes bytes) {
  if constexpr (sizeof(void*) == 8) {
    return ~WideCrc::update(~crc, bytes);
  } else {
    return ~SmallCrc::update(~crc, bytes);
  }
}

}  // namespace ota

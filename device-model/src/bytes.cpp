#include "ota/bytes.hpp"

// Not inline: records are written field by field in many places, and the part is small.
namespace ota {

void ByteWriter::little_endian(std::uint64_t value, unsigned count) {
  for (unsigned i = 0; i < count; ++i) {
    put(static_cast<std::byte>(value >> (8 * i)));
  }
}

void ByteWriter::bytes(Bytes content) {
  for (const std::byte b : content) {
    put(b);
  }
}

std::uint64_t ByteReader::little_endian(unsigned count) {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < count; ++i) {
    value |= std::to_integer<std::uint64_t>(take()) << (8 * i);
  }
  return value;
}

void ByteReader::bytes(MutableBytes out) {
  for (std::byte& b : out) {
    b = take();
  }
}

}  // namespace ota

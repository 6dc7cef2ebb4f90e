#include "ota/bytes.hpp"

// Not inline: records are written field by field in many places, and the part is small.
namespace ota {

void ByteWriter::little_endian(std::uint64_t value, unsigned count) {
  for (unsigned i = 0; i < count; ++i) {
    put(static_cast<std::byte>(value >> (8 * i)));
  }
}

void ByteWriter::bytes(Bytes content) {
  const std::size_t size = std::min(content.size(), out_.size() - at_);
  std::copy_n(content.begin(), size, out_.begin() + static_cast<std::ptrdiff_t>(at_));
  at_ += size;
}

std::uint64_t ByteReader::little_endian(unsigned count) {
  const std::size_t size = std::min<std::size_t>(count, in_.size() - at_);
  const Bytes field = in_.subspan(at_, size);
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    value |= std::to_integer<std::uint64_t>(field[i]) << (8 * i);
  }
  at_ += size;
  return value;
}

void ByteReader::bytes(MutableBytes out) {
  const std::size_t size = std::min(out.size(), in_.size() - at_);
  std::copy_n(in_.begin() + static_cast<std::ptrdiff_t>(at_), size, out.begin());
  std::fill(out.begin() + static_cast<std::ptrdiff_t>(size), out.end(), std::byte{0});
  at_ += size;
}

}  // namespace ota

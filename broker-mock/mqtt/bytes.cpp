#include "broker-mock/mqtt/bytes.hpp"

#include "broker-mock/base/utf8.hpp"

namespace cartstorm::broker::mqtt {
namespace {

constexpr std::uint8_t byte_of(char c) { return static_cast<std::uint8_t>(c); }

}  // namespace

std::string_view Reader::take(std::size_t count) {
  if (left_.size() < count) {
    fail("packet ends too early");
    return {};
  }
  const std::string_view taken = left_.substr(0, count);
  left_.remove_prefix(count);
  return taken;
}

std::uint8_t Reader::u8() {
  const std::string_view bytes = take(1);
  return bytes.empty() ? std::uint8_t{0} : byte_of(bytes[0]);
}

std::uint16_t Reader::u16() {
  const std::string_view bytes = take(2);
  if (bytes.empty()) return 0;
  return static_cast<std::uint16_t>(byte_of(bytes[0]) << 8 | byte_of(bytes[1]));
}

std::uint32_t Reader::u32() {
  const std::uint32_t high = u16();
  return high << 16 | u16();
}

std::uint32_t Reader::varint() {
  std::uint32_t value = 0;
  for (unsigned shift = 0; shift <= 21; shift += 7) {
    const std::uint8_t byte = u8();
    if (!failure_.empty()) return 0;
    value |= static_cast<std::uint32_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) != 0) continue;
    if (byte == 0 && shift > 0) fail("variable byte integer is longer than needed");
    return failure_.empty() ? value : 0;
  }
  fail("variable byte integer has more than four bytes");
  return 0;
}

std::string_view Reader::binary() { return take(u16()); }

std::string_view Reader::text() {
  const std::string_view bytes = binary();
  if (is_text(bytes)) return bytes;
  fail("text is not UTF-8, or has U+0000");
  return {};
}

std::string_view Reader::rest() { return take(left_.size()); }

bool is_text(std::string_view bytes) {
  while (!bytes.empty()) {
    if (byte_of(bytes[0]) - 1U < 0x7f) {
      bytes.remove_prefix(1);
      continue;
    }
    const auto code_point = take_code_point(bytes);
    if (!code_point || *code_point == 0) return false;
  }
  return true;
}

void put_u8(std::string& out, std::uint8_t value) { out.push_back(static_cast<char>(value)); }

void put_u16(std::string& out, std::uint16_t value) {
  put_u8(out, static_cast<std::uint8_t>(value >> 8));
  put_u8(out, static_cast<std::uint8_t>(value));
}

void put_u32(std::string& out, std::uint32_t value) {
  put_u16(out, static_cast<std::uint16_t>(value >> 16));
  put_u16(out, static_cast<std::uint16_t>(value));
}

void put_u64(std::string& out, std::uint64_t value) {
  put_u32(out, static_cast<std::uint32_t>(value >> 32));
  put_u32(out, static_cast<std::uint32_t>(value));
}

void put_varint(std::string& out, std::uint32_t value) {
  while (value >= 0x80) {
    put_u8(out, static_cast<std::uint8_t>(value | 0x80));
    value >>= 7;
  }
  put_u8(out, static_cast<std::uint8_t>(value));
}

void put_binary(std::string& out, std::string_view bytes) {
  put_u16(out, static_cast<std::uint16_t>(bytes.size()));
  out.append(bytes);
}

std::size_t varint_bytes(std::size_t value) {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : 4;
}

}  // namespace cartstorm::broker::mqtt

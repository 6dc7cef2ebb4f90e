#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "broker-mock/mqtt/reason.hpp"

namespace cartstorm::broker::mqtt {

/// Reads the body of one packet from its front. The first failure sticks: what follows reads as
/// zero and empty, so that a caller asks once, at the end.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : left_{bytes} {}

  std::uint8_t u8();
  std::uint16_t u16();
  std::uint32_t u32();
  /// Variable byte integer (MQTT 5, 1.5.5); longer than needed is a failure.
  std::uint32_t varint();
  /// Two bytes of length, then so many bytes.
  std::string_view binary();
  /// ... that are UTF-8 without U+0000.
  std::string_view text();
  void skip(std::size_t count) { take(count); }
  /// All that is left.
  std::string_view rest();

  std::string_view left() const { return left_; }
  bool is_empty() const { return left_.empty(); }
  /// What went wrong; empty: nothing did.
  std::string_view failure() const { return failure_; }
  /// ... and how the standard calls it: malformed, or what is well-formed and not allowed.
  Reason reason() const { return reason_; }
  void fail(std::string_view why, Reason reason = Reason::malformed_packet) {
    if (failure_.empty()) {
      failure_ = why;
      reason_ = reason;
    }
    left_ = {};
  }

 private:
  std::string_view take(std::size_t count);
  std::string_view left_, failure_;
  Reason reason_ = Reason::success;
};

/// Well-formed UTF-8 without U+0000 (3.1.1: 1.5.3; 5: 1.5.4).
bool is_text(std::string_view bytes);

void put_u8(std::string& out, std::uint8_t value);
void put_u16(std::string& out, std::uint16_t value);
void put_u32(std::string& out, std::uint32_t value);
void put_u64(std::string& out, std::uint64_t value);
/// `value` must be below 2^28.
void put_varint(std::string& out, std::uint32_t value);
/// Two bytes of length; `bytes` must be shorter than 65,536.
void put_binary(std::string& out, std::string_view bytes);
std::size_t varint_bytes(std::size_t value);

}  // namespace cartstorm::broker::mqtt

#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>

namespace cartstorm::sim::explore {

/// 128 bits that stand for a state. With a billion states the chance that any two of them share a
/// key is below 2^-68, so that "seen before" may be taken at its word.
struct Key {
  std::uint64_t low = 0, high = 0;

  bool operator==(const Key&) const = default;
  /// Sums of keys stand for sets and for arrays of changing parts.
  Key& operator^=(const Key& other) {
    low ^= other.low;
    high ^= other.high;
    return *this;
  }
};

struct KeyHash {
  std::size_t operator()(const Key& key) const { return key.low; }
};

/// Makes a key of a sequence of fields. Not for hashing what an enemy chooses.
class KeyWriter {
 public:
  explicit KeyWriter(std::uint64_t domain = 0) : a_(0x2d358dccaa6c78a5u ^ domain) {}

  void number(std::uint64_t value) {
    a_ = fold(a_ ^ value, 0x8bb84b93962eacc9u);
    b_ = fold(b_ + value, 0x4b33a62ed433d4a3u ^ a_);
  }
  /// Several small fields in one go: eight bytes or fewer of them cost as much as one number.
  void numbers(std::initializer_list<std::uint8_t> values) {
    std::uint64_t packed = values.size();
    for (const std::uint8_t value : values) {
      if (packed >> 56 != 0) {
        number(packed);
        packed = 0;
      }
      packed = packed << 8 | value;
    }
    number(packed);
  }
  void key(const Key& key) {
    number(key.low);
    number(key.high);
  }
  void bytes(std::span<const std::byte> content) {
    number(content.size());
    std::uint64_t word = 0;
    while (content.size() >= 8) {
      std::memcpy(&word, content.data(), 8);
      number(word);
      content = content.subspan(8);
    }
    if (!content.empty()) {
      word = 0;
      std::memcpy(&word, content.data(), content.size());
      number(word);
    }
  }
  Key finish() const {
    const std::uint64_t low = fold(a_ ^ 0x9e3779b97f4a7c15u, b_ ^ 0xd6e8feb86659fd93u);
    return {low, fold(b_ ^ 0xa0761d6478bd642fu, a_ ^ 0xe7037ed1a0b428dbu ^ low)};
  }

 private:
  // Both halves of the full product, so that no bit of either factor is lost.
  static std::uint64_t fold(std::uint64_t x, std::uint64_t y) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(x) * y;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  }

  std::uint64_t a_;
  std::uint64_t b_ = 0x9fb21c651e98df25u;
};

}  // namespace cartstorm::sim::explore

#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
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

/// Both halves of the full product, so that no bit of either factor is lost.
constexpr std::uint64_t fold(std::uint64_t x, std::uint64_t y) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(x) * y;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

/// Of something with this key in place `number` of an array: fit to be summed.
constexpr Key key_at(const Key& key, std::uint64_t number) {
  const std::uint64_t place = (number + 1) * 0x9e3779b97f4a7c15u;
  return {fold(key.low ^ place, key.high ^ 0x8bb84b93962eacc9u),
          fold(key.high ^ place, key.low ^ 0x4b33a62ed433d4a3u)};
}

/// Makes a key of a sequence of fields. Not for hashing what an enemy chooses.
///
/// Eight numbers are mixed at a time, in two lanes that do not wait for each other, each of two
/// halves that both take in every number: half of all the time of an exploration goes into keys.
class KeyWriter {
 public:
  explicit KeyWriter(std::uint64_t domain = 0)
      : lanes_{{seeds[0] ^ domain, seeds[1]}, {seeds[2], seeds[3]}} {}

  void number(std::uint64_t value) {
    block_[filled_++] = value;
    if (filled_ == block_.size()) {
      mix([this](std::size_t i) { return block_[i]; });
      filled_ = 0;
    }
  }
  /// Several small fields in one go: seven bytes or fewer of them cost as much as one number.
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
    while (content.size() >= 8 && filled_ != 0) {
      take_word(content, 8);
    }
    for (; content.size() >= sizeof block_; content = content.subspan(sizeof block_)) {
      mix([&](std::size_t i) { return word_at(content, i); });
    }
    while (!content.empty()) {
      take_word(content, content.size() < 8 ? content.size() : 8);
    }
  }
  Key finish() const {
    Lane one = lanes_[0], two = lanes_[1];
    if (filled_ != 0) {
      const auto word = [&](std::uint32_t i) { return i < filled_ ? block_[i] : 0; };
      one.take(word(0), word(1));
      one.take(word(2), word(3));
      two.take(word(4), word(5));
      two.take(word(6), word(7));
    }
    const std::uint64_t x = fold(one.a ^ seeds[4], two.a ^ seeds[5] ^ filled_);
    const std::uint64_t y = fold(one.b ^ seeds[6], two.b ^ seeds[7]);
    const std::uint64_t low = fold(x ^ seeds[5], y ^ seeds[4]);
    return {low, fold(y ^ seeds[7], x ^ seeds[6] ^ low)};
  }

 private:
  struct Lane {
    std::uint64_t a, b;

    void take(std::uint64_t first, std::uint64_t second) {
      a = fold(first ^ a, second ^ seeds[4]);
      b = fold(second ^ b, first ^ seeds[5]);
    }
  };
  static constexpr std::array<std::uint64_t, 8> seeds = {
      0x2d358dccaa6c78a5u, 0x9fb21c651e98df25u, 0x8bb84b93962eacc9u, 0x4b33a62ed433d4a3u,
      0x9e3779b97f4a7c15u, 0xd6e8feb86659fd93u, 0xa0761d6478bd642fu, 0xe7037ed1a0b428dbu};

  template <typename Words>
  void mix(const Words& word) {
    lanes_[0].take(word(0), word(1));
    lanes_[1].take(word(4), word(5));
    lanes_[0].take(word(2), word(3));
    lanes_[1].take(word(6), word(7));
  }
  static std::uint64_t word_at(std::span<const std::byte> content, std::size_t i) {
    std::uint64_t word = 0;
    std::memcpy(&word, content.data() + 8 * i, sizeof word);
    return word;
  }
  void take_word(std::span<const std::byte>& content, std::size_t size) {
    std::uint64_t word = 0;
    std::memcpy(&word, content.data(), size);
    number(word);
    content = content.subspan(size);
  }

  Lane lanes_[2];
  std::array<std::uint64_t, 8> block_;
  std::uint32_t filled_ = 0;
};

}  // namespace cartstorm::sim::explore

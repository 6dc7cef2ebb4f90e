#pragma once
#include <cstdint>

#include "sim/explore/key.hpp"

namespace cartstorm::sim::explore {

/// Which bytes of one slot were read since they last changed, as spans that neither touch nor
/// overlap: equal sets are equal values. A verification reads the image and then the trailer, which
/// is two spans; there is room for four. When a fifth comes, the shortest is dropped and the set
/// is no longer `complete`: it must then not be said of any byte that it was not read.
class ReadSpans {
 public:
  void add(std::uint32_t from, std::uint32_t to);
  void remove(std::uint32_t from, std::uint32_t to);
  void clear() { *this = {}; }
  /// What is not in the set may be taken for not read again, because the slot is written anew.
  void begin_anew() { is_complete_ = true; }
  bool has(std::uint32_t from, std::uint32_t to) const;
  bool is_complete() const { return is_complete_; }
  void encode(KeyWriter&) const;

 private:
  static constexpr std::uint8_t capacity = 4;
  struct Span {
    std::uint32_t from = 0, to = 0;  ///< bytes [from, to)
  };

  void insert(std::uint8_t at, Span);
  void erase(std::uint8_t at);

  Span spans_[capacity] = {};  ///< in order; unused ones are zero
  std::uint8_t count_ = 0;
  bool is_complete_ = true;
};

}  // namespace cartstorm::sim::explore

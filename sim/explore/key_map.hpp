#pragma once
#include <cstdint>
#include <vector>

#include "sim/explore/huge_pages.hpp"
#include "sim/explore/key.hpp"

namespace cartstorm::sim::explore {

/// Small values by key, looked up far more often than added: open addressing, so that a look-up is
/// one cache line where a node of a hash map is two or three. Nothing is ever taken out, and the
/// key of all zeros is nobody's.
template <typename Value>
class KeyMap {
 public:
  /// `rows` to begin with, a power of two.
  explicit KeyMap(std::size_t rows = std::size_t{1} << 14) : rows_(rows) {}

  /// Null if it is not there. Valid until the next add().
  const Value* find(const Key& key) const {
    const Row& row = rows_[place_of(key)];
    return row.key == key ? &row.value : nullptr;
  }
  void add(const Key& key, Value value) {
    if (2 * (size_ + 1) > rows_.size()) {
      grow();
    }
    rows_[place_of(key)] = {key, value};
    ++size_;
  }
  std::size_t size() const { return size_; }
  std::uint64_t memory() const { return rows_.size() * sizeof(Row); }

 private:
  struct Row {
    Key key;
    Value value{};
  };

  using Rows = std::vector<Row, HugePages<Row>>;

  /// Where the key is, or would be.
  std::size_t place_of(const Key& key) const {
    const std::size_t mask = rows_.size() - 1;
    std::size_t at = key.low & mask;
    while (rows_[at].key != key && rows_[at].key != Key{}) {
      at = (at + 1) & mask;
    }
    return at;
  }
  void grow() {
    Rows old(2 * rows_.size());
    std::swap(old, rows_);
    for (const Row& row : old) {
      if (row.key != Key{}) {
        rows_[place_of(row.key)] = row;
      }
    }
  }

  Rows rows_;
  std::size_t size_ = 0;
};

}  // namespace cartstorm::sim::explore

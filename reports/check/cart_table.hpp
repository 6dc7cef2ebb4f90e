#pragma once
#include <vector>

#include "reports/trace/record.hpp"

namespace cartstorm::report {

/// One T per cart, indexed by the dense cart number; grows when a new cart shows up.
template <class T>
class CartTable {
 public:
  T& operator[](CartId cart) {
    const auto place = static_cast<std::size_t>(cart);
    if (place >= rows_.size()) [[unlikely]] {
      rows_.resize(place + 1);
    }
    return rows_[place];
  }
  std::size_t size() const { return rows_.size(); }
  /// Calls f(cart, row) in order of carts.
  template <class F>
  void each(F&& f) {
    for (std::size_t place = 0; place < rows_.size(); ++place) {
      f(CartId{static_cast<std::uint32_t>(place)}, rows_[place]);
    }
  }

 private:
  std::vector<T> rows_;
};

}  // namespace cartstorm::report

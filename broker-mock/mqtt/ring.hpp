#pragma once
#include <cstddef>
#include <utility>
#include <vector>

namespace cartstorm::broker::mqtt {

/// A queue in one piece of memory that grows by doubling and is given back when it is empty.
template <class T>
class Ring {
 public:
  std::size_t size() const { return size_; }
  bool is_empty() const { return size_ == 0; }
  T& operator[](std::size_t at) { return slots_[(head_ + at) & (slots_.size() - 1)]; }
  const T& operator[](std::size_t at) const { return slots_[(head_ + at) & (slots_.size() - 1)]; }
  T& front() { return slots_[head_]; }

  void push_back(T value) {
    if (size_ == slots_.size()) grow();
    (*this)[size_] = std::move(value);
    ++size_;
  }
  void pop_front() {
    slots_[head_] = T{};
    head_ = (head_ + 1) & (slots_.size() - 1);
    if (--size_ == 0 && slots_.size() > kept_slots) std::vector<T>{}.swap(slots_), head_ = 0;
  }

 private:
  static constexpr std::size_t first_slots = 4, kept_slots = 64;
  void grow() {
    std::vector<T> larger(slots_.empty() ? first_slots : slots_.size() * 2);
    for (std::size_t i = 0; i < size_; ++i) larger[i] = std::move((*this)[i]);
    slots_.swap(larger);
    head_ = 0;
  }
  std::vector<T> slots_;
  std::size_t head_ = 0, size_ = 0;
};

}  // namespace cartstorm::broker::mqtt

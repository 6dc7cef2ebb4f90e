#pragma once
#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>
#include <new>

namespace cartstorm::sim::explore {

/// Allocator for large tables that are read at random places: in pages of 2 MiB a look-up does not
/// have to look for its page as well.
template <typename Item>
struct HugePages {
  using value_type = Item;

  HugePages() = default;
  template <typename Other>
  HugePages(const HugePages<Other>&) {}

  Item* allocate(std::size_t count) {
    const bool is_large = count * sizeof(Item) >= page;
    const std::size_t whole = is_large ? page : 64;
    const std::size_t bytes = (count * sizeof(Item) + whole - 1) / whole * whole;
    void* const memory = std::aligned_alloc(whole, bytes);
    if (memory == nullptr) {
      throw std::bad_alloc{};
    }
    if (is_large) {
      ::madvise(memory, bytes, MADV_HUGEPAGE);  // Without it, it is only slower.
    }
    return static_cast<Item*>(memory);
  }
  void deallocate(Item* memory, std::size_t) { std::free(memory); }

  bool operator==(const HugePages&) const = default;

 private:
  static constexpr std::size_t page = std::size_t{2} << 20;
};

}  // namespace cartstorm::sim::explore

#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace cartstorm::broker {

/// A trust anchor that the cloud can distribute.
struct AnchorKey {
  std::uint64_t id = 0;
  std::array<std::byte, 64> public_key{};
};

}  // namespace cartstorm::broker

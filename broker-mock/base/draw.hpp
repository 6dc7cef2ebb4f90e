#pragma once
#include <cstdint>
#include <string_view>

namespace cartstorm::broker {

/// Mixes all bits of `x` (the output function of splitmix64).
constexpr std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

/// A number that depends on the text only, never on an address or on the process.
constexpr std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  }
  return mix(hash);
}

/// Stateless draw: asking for one more never shifts the others.
constexpr std::uint64_t draw(std::uint64_t seed, std::uint64_t purpose, std::uint64_t n) {
  return mix(mix(mix(seed) ^ purpose) ^ n);
}

}  // namespace cartstorm::broker

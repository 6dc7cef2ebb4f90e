#pragma once
#include <cstdint>

#include "broker-mock/base/draw.hpp"

namespace cartstorm::broker::net {

/// Chances per mille, drawn by a counter and a seed: a run of tests can be repeated.
class Dice {
 public:
  /// `purpose` keeps the draws of two dice with the same seed apart.
  Dice(std::uint64_t seed, std::uint64_t purpose) : seed_{seed}, purpose_{purpose} {}
  bool strikes(std::uint32_t per_mille) {
    return per_mille > 0 && draw(seed_, purpose_, draws_++) % 1000 < per_mille;
  }

 private:
  std::uint64_t seed_, purpose_;
  std::uint64_t draws_ = 0;
};

}  // namespace cartstorm::broker::net

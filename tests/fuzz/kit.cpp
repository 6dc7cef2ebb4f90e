#include "kit.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

namespace ota::fuzz {

void require(bool holds, std::string_view promise) {
  if (!holds) {
    fmt::print(stderr, "broken promise: {}\n", promise);
    std::abort();
  }
}

Bytes Input::bytes(std::size_t size) {
  const Bytes piece = left_.first(std::min(size, left_.size()));
  left_ = left_.subspan(piece.size());
  return piece;
}

std::uint64_t Input::number(unsigned size) {
  std::uint64_t value = 0;
  const Bytes piece = bytes(size);
  for (std::size_t i = 0; i < piece.size(); ++i) {
    value |= std::to_integer<std::uint64_t>(piece[i]) << (8 * i);
  }
  return value;
}

}  // namespace ota::fuzz

// What the test support expects and does not find must end the run as well.
extern "C" int LLVMFuzzerInitialize(int*, char***) {
  GTEST_FLAG_SET(throw_on_failure, true);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
  ota::fuzz::run(std::as_bytes(std::span{input, size}));
  return 0;
}

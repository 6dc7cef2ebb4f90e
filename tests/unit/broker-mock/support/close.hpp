#pragma once
#include <gmock/gmock.h>

namespace cartstorm::broker::test {

/// Within a share of the expected value.
inline ::testing::Matcher<double> close_to(double expected, double share = 1e-9) {
  return ::testing::DoubleNear(expected, share * (expected < 0 ? -expected : expected));
}

}  // namespace cartstorm::broker::test

#include "defect.hpp"

#include <gmock/gmock.h>

namespace cartstorm::variants {
namespace {

TEST(Placeholder, Compiles) {}

}  // namespace
}  // namespace cartstorm::variants

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "reports/check/check.hpp"
#include "sim/scenario/known_words.hpp"

namespace cartstorm::sim {
namespace {

// The loader may not include the checks, so it has its own list of their names; this holds the two
// together.
TEST(KnownChecks, AreTheChecksThatExist) {
  std::vector<std::string> existing;
  for (const auto& entry : report::all_checks()) {
    existing.emplace_back(entry.id);
  }
  std::vector<std::string> known;
  for (const auto& id : known_check_ids()) {
    known.emplace_back(id);
  }
  EXPECT_THAT(known, testing::UnorderedElementsAreArray(existing));
}

}  // namespace
}  // namespace cartstorm::sim

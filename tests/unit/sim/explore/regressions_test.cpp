#include <gtest/gtest.h>

#include "sim/explore/replay.hpp"
#include "tests/unit/sim/explore/laboratory.hpp"

// What exploring found in the product, by address. Each must still be a place on its path: one that
// is gone is no proof any more, and has to be found again on the code before its fix.
namespace cartstorm::sim::explore {
namespace {

struct Regression {
  const char* name;
  const char* address;
};
const Regression all_regressions[] = {
    // The good copy of the boot record was erased while the newer one was marginal: no copy left.
    {"confirming_record_flips", "update/good/trial/boot_record#1:program:torn=flips_to_old_5"},
    // A marginal proof let the cart act on a record that it did not find again.
    {"proof_of_the_confirming_record_flips",
     "update/good/trial/boot_record#2:program:torn=flips_to_old_2"},
    // The same, found at the fifth read only.
    {"proof_of_the_confirming_record_flips_late",
     "update/good/trial/boot_record#2:program:torn=flips_to_old_5"},
    // The same of the seal.
    {"seal_of_the_confirming_record_flips",
     "update/good/trial/boot_record#3:program:torn=flips_to_old_2"},
    // A trailer that a cut left was trusted: booted once, gone at the next start, silent revert.
    {"trailer_flips", "update/good/verifying/slot_b#3:program:torn=flips_to_old_3"},
    // Of two unproven copies the later one was believed, and the one that stood was erased.
    {"two_unproven_copies",
     "update/good/trial/boot_record#2:program:torn=flips_to_old_2+"
     "booting/boot_record#2:program:torn=flips_to_old_5"},
};

class Regressions : public testing::TestWithParam<Regression> {};
INSTANTIATE_TEST_SUITE_P(Product, Regressions, testing::ValuesIn(all_regressions),
                         [](const auto& one) { return std::string(one.param.name); });

TEST_P(Regressions, StayFixed) {
  std::string problem;
  const auto token = parse_token(GetParam().address, problem);
  ASSERT_TRUE(token) << problem;
  const Replay told =
      replay(test::shipped(token->address.exploration), linked_device_code(), *token);
  EXPECT_EQ(told.problem, "");
  EXPECT_FALSE(told.violation) << told.violation.what;
  EXPECT_TRUE(is_good(told.outcome)) << name(told.outcome);
  EXPECT_EQ(told.sectors.size(), token->address.points.size());
}

}  // namespace
}  // namespace cartstorm::sim::explore

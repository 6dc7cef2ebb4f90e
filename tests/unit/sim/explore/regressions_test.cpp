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
    // Parts that are faulty and cut as well: found by two levels of broken_flash, and excused for a
    // reason that the README of the explorer gives. The trial of the first was never disarmed.
    {"trial_that_cannot_be_disarmed",
     "broken_flash/good/sector33=erase_noop/staged/boot_record#1:erase:cut=after"},
    {"whole_record_that_was_called_failed",
     "broken_flash/good/idle/boot_record#4:program:fault=error+idle/"
     "boot_record#2:erase:cut=before"},
    {"both_records_lost_to_a_misdirected_write",
     "broken_flash/good/booting/boot_record#2:program:fault=misdirected+"
     "booting/boot_record#2:erase:cut=after"},
    {"journal_lost_to_a_misdirected_erase",
     "broken_flash/crashing/starting/journal#1:erase:fault=misdirected+"
     "starting/journal#2:erase:cut=before"},
    {"rollback_that_was_decided_anew",
     "broken_flash/crashing/booting/boot_record#16:program:fault=error+"
     "booting/boot_record#19:program:torn=bit_mix"},
    {"attempt_that_was_lost_to_a_misdirected_erase",
     "broken_flash/crashing/booting/boot_record#4:erase:fault=misdirected+"
     "booting/boot_record#5:erase:cut=before"},
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

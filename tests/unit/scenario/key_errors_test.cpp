#include "tests/unit/scenario/scratch_folder.hpp"

namespace cartstorm::sim {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

/// What single keys and values get wrong, with the exact text that a person sees.
using ScenarioKeys = ScratchFolder;

TEST_F(ScenarioKeys, UnknownKeyIsSuggested) {
  EXPECT_EQ(errors_with("offset: -13h", "offset: -13h\n    ofset: 1h"),
            "x.yaml:14:5: error: unknown key \"ofset\" in faults[0] (did you mean \"offset\"?)\n"
            "      ofset: 1h\n"
            "      ^\n");
}

TEST_F(ScenarioKeys, UnknownKeyFarFromAllListsThem) {
  EXPECT_EQ(errors_with("fleet: {", "fleet: {color: red, "),
            "x.yaml:4:9: error: unknown key \"color\" in fleet, expected one of carts, profiles, "
            "on_older\n"
            "  fleet: {color: red, carts: 2000, profiles: two}\n"
            "          ^\n");
}

TEST_F(ScenarioKeys, DuplicateIsRefusedWithItsFirstLine) {
  EXPECT_EQ(errors_with("faults:", "  on_hold: let_run\n  on_hold: let_run\nfaults:"),
            "x.yaml:11:3: error: duplicate key \"on_hold\" in rollout, first given in line 10\n"
            "    on_hold: let_run\n"
            "    ^\n");
  EXPECT_EQ(errors_with("why: a test", "why: a test\nwhy: a test"),
            "x.yaml:3:1: error: duplicate key \"why\", first given in line 2\n"
            "  why: a test\n"
            "  ^\n");
}

TEST_F(ScenarioKeys, MissingKeyIsNamed) {
  EXPECT_EQ(errors_with("why: a test\n", ""),
            "x.yaml:1:1: error: missing key \"why\" in the scenario\n  scenario: x\n  ^\n");
  EXPECT_EQ(errors_with("{version: 2.0.0}", "{size: 1KiB}"),
            "x.yaml:7:8: error: missing key \"version\" in images.new\n"
            "    new: {size: 1KiB}\n"
            "         ^\n");
}

TEST_F(ScenarioKeys, MistypedKeyIsNotMissingAsWell) {
  EXPECT_EQ(errors_with("profiles: two", "profile: two"),
            "x.yaml:4:22: error: unknown key \"profile\" in fleet (did you mean \"profiles\"?)\n"
            "  fleet: {carts: 2000, profile: two}\n"
            "                       ^\n");
}

TEST_F(ScenarioKeys, MissingUnitIsRefused) {
  EXPECT_EQ(errors_with("ends: 10d", "ends: 10"),
            "x.yaml:3:7: error: expected a duration above 0 such as 10h or 1h30m in ends, found "
            "\"10\"\n"
            "  ends: 10\n"
            "        ^\n");
  EXPECT_THAT(errors_with("1.8.0", "1.8.0, size: 512"),
              StartsWith("x.yaml:6:31: error: expected a size such as 512KiB or 1MiB in "
                         "images.old.size, found \"512\"\n"));
  EXPECT_THAT(errors_with("{region: eu}", "0.1"),
              StartsWith("x.yaml:12:10: error: expected a share above 0% such as 10% in "
                         "faults[0].who, found \"0.1\"\n"));
}

TEST_F(ScenarioKeys, WrongTypeIsNamed) {
  EXPECT_THAT(
      errors_with("fleet: {carts: 2000, profiles: two}", "fleet: 1000"),
      StartsWith("x.yaml:4:8: error: expected a mapping with carts, profiles, on_older in fleet, "
                 "found \"1000\"\n"));
  EXPECT_THAT(errors_with("ends: 10d", "ends: [10d]"), HasSubstr("in ends, found a list\n"));
  EXPECT_THAT(errors_with("ends: 10d", "ends:"), HasSubstr("in ends, found nothing\n"));
  EXPECT_THAT(errors_with("ends: 10d", "ends: {d: 10}"), HasSubstr("in ends, found a mapping\n"));
  EXPECT_THAT(errors_with("carts: 2000", "carts: 1e3"),
              HasSubstr("expected a whole number from 1 to 1000000 in fleet.carts, found \"1e3\""));
  EXPECT_THAT(errors_with("- not_held", "not_held: 1"),
              HasSubstr("expected a list of expectations in expect, found a mapping\n"));
}

TEST_F(ScenarioKeys, ComplexKeyIsRefused) {
  EXPECT_EQ(errors_in("? [a, b]\n: c\n"),
            "x.yaml:1:3: error: expected a word as key, found a list\n  ? [a, b]\n    ^\n");
}

TEST_F(ScenarioKeys, UnknownPlanIsSuggested) {
  EXPECT_EQ(errors_with("plan: standard", "plan: standart"),
            "x.yaml:9:9: error: unknown plan \"standart\" in rollout.plan (did you mean "
            "\"standard\"?)\n"
            "    plan: standart\n"
            "          ^\n");
}

TEST_F(ScenarioKeys, UnknownFaultIsSuggested) {
  EXPECT_EQ(errors_with("clock_skew", "clock_stepp"),
            "x.yaml:11:12: error: unknown fault \"clock_stepp\" in faults[0] (did you mean "
            "\"clock_skew\"?)\n"
            "    - fault: clock_stepp\n"
            "             ^\n");
}

TEST_F(ScenarioKeys, UnknownProfileTableIsSuggested) {
  // Folders above the scratch folder may hold tables of somebody else; they are named too.
  const std::string text = errors_with("profiles: two", "profiles: tow");
  EXPECT_THAT(text, StartsWith("x.yaml:4:32: error: unknown profile table \"tow\", there are "));
  EXPECT_THAT(text, EndsWith(" (did you mean \"two\"?)\n"
                             "  fleet: {carts: 2000, profiles: tow}\n"
                             "                                 ^\n"));
}

TEST_F(ScenarioKeys, UnknownPromiseIsSuggested) {
  EXPECT_EQ(errors_with("- not_held", "- always_bootabel"),
            "x.yaml:15:5: error: unknown expectation \"always_bootabel\" in expect[0] (did you "
            "mean \"always_bootable\"?)\n"
            "    - always_bootabel\n"
            "      ^\n");
  EXPECT_THAT(errors_with("- not_held", "- violates: [bounded_retrys]"),
              StartsWith("x.yaml:15:16: error: unknown promise \"bounded_retrys\" in "
                         "expect[0].violates[0] (did you mean \"bounded_retries\"?)\n"));
}

TEST_F(ScenarioKeys, UnknownQuirkIsSuggested) {
  EXPECT_THAT(errors_with("1.8.0", "1.8.0, quirks: [local_clock_validty]"),
              StartsWith("x.yaml:6:34: error: unknown image quirk \"local_clock_validty\" in "
                         "images.old.quirks[0] (did you mean \"local_clock_validity\"?)\n"));
}

TEST_F(ScenarioKeys, ZeroErrorRateIsRefusedWithTheReason) {
  EXPECT_THAT(errors_with("1.8.0", "1.8.0, errors_per_hour: 0"),
              HasSubstr("expected a number above 0 in images.old.errors_per_hour: a fleet without "
                        "errors proves nothing about the halt rule\n"));
}

TEST_F(ScenarioKeys, AllMistakesOfAFileComeInOnePassInTheirOrder) {
  EXPECT_EQ(errors_in("scenario: x\n"
                      "why: a test\n"
                      "ends: 10\n"
                      "fleet: {carts: 0, profiles: two}\n"
                      "images:\n"
                      "  old: {version: 1.8}\n"
                      "  new: {version: 2.0.0}\n"
                      "rollout: {plan: standard}\n"
                      "expect: [hold]\n"),
            "x.yaml:3:7: error: expected a duration above 0 such as 10h or 1h30m in ends, found "
            "\"10\"\n"
            "  ends: 10\n"
            "        ^\n"
            "x.yaml:4:16: error: expected a whole number from 1 to 1000000 in fleet.carts, found "
            "\"0\"\n"
            "  fleet: {carts: 0, profiles: two}\n"
            "                 ^\n"
            "x.yaml:6:18: error: expected a version such as 1.8.0 in images.old.version, found "
            "\"1.8\"\n"
            "    old: {version: 1.8}\n"
            "                   ^\n"
            "x.yaml:9:10: error: unknown expectation \"hold\" in expect[0] (did you mean "
            "\"held\"?)\n"
            "  expect: [hold]\n"
            "           ^\n");
}

TEST_F(ScenarioKeys, ColumnsCountCharacters) {
  EXPECT_THAT(errors_with("a test\nends: 10d", "\"\xC3\xA4\xC3\xB6\" \nends: 10d\n\"\xC3\xBC\": 1"),
              StartsWith("x.yaml:4:1: error: unknown key"));
  EXPECT_THAT(errors_with("fleet: {", "fleet: {\"\xC3\xA4\xC3\xB6\": 1, k: 2, "),
              HasSubstr("x.yaml:4:18: error: unknown key \"k\""));
}

}  // namespace
}  // namespace cartstorm::sim

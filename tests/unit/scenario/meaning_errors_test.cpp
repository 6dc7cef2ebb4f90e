#include <fmt/format.h>

#include "tests/unit/scenario/scratch_folder.hpp"

namespace cartstorm::sim {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// Parts that are well written, but do not fit together.
using ScenarioMeaning = ScratchFolder;

TEST_F(ScenarioMeaning, NameMustBeThatOfTheFile) {
  EXPECT_EQ(errors_with("scenario: x", "scenario: y"),
            "x.yaml:1:11: error: scenario y stands in a file named x, expected the same name\n"
            "  scenario: y\n"
            "            ^\n");
}

TEST_F(ScenarioMeaning, QuietPhaseFitsIntoTheRun) {
  EXPECT_THAT(
      errors_with("ends: 10d", "ends: 30m\nquiet: 1h"),
      StartsWith("x.yaml:4:8: error: a quiet phase of 1h does not fit into a run of 30m\n"));
  EXPECT_THAT(
      errors_with("ends: 10d", "ends: 30m"),
      StartsWith("x.yaml:3:7: error: a quiet phase of 1h does not fit into a run of 30m\n"));
}

TEST_F(ScenarioMeaning, ImageFitsIntoASlot) {
  EXPECT_EQ(errors_with("2.0.0", "2.0.0, size: 1MiB"), "");
  EXPECT_THAT(errors_with("2.0.0", "2.0.0, size: 2MiB"),
              StartsWith("x.yaml:7:31: error: 2MiB do not fit into a slot, which holds at most "
                         "1MiB\n"));
}

TEST_F(ScenarioMeaning, ImagesDifferInVersion) {
  EXPECT_THAT(errors_with("2.0.0", "1.8.0"),
              StartsWith("x.yaml:7:18: error: both images have version 1.8.0: nothing would be "
                         "rolled out\n"));
}

TEST_F(ScenarioMeaning, ATrustAnchorEndsOnce) {
  EXPECT_THAT(errors_with("1.8.0", "1.8.0, anchor_until: 30d"), testing::IsEmpty());
  const std::string twice =
      replaced(valid_text, "version: 1.8.0", "version: 1.8.0, anchor_until: 30d");
  EXPECT_THAT(
      errors_in(replaced(twice, "version: 2.0.0", "version: 2.0.0, anchor_until: 31d")),
      HasSubstr("error: ca-current ends at 31d here and at 30d in images.old; say it once"));
}

TEST_F(ScenarioMeaning, ValidityBeginsBeforeItEnds) {
  EXPECT_THAT(errors_with("2.0.0", "2.0.0, valid: {from: 2h, until: 1h}"),
              StartsWith("x.yaml:7:32: error: expected images.new.valid.from to be before until, "
                         "found 2h to 1h\n"));
}

TEST_F(ScenarioMeaning, ExpectationNamesAKnownStage) {
  EXPECT_THAT(
      errors_with("- not_held", "- held: {stage: canry, by: devices}"),
      StartsWith("x.yaml:15:19: error: unknown stage \"canry\" in expect[0], the stages are "
                 "canary, early, tenth, quarter, full (did you mean \"canary\"?)\n"));
}

TEST_F(ScenarioMeaning, ExpectationCanBeMet) {
  EXPECT_THAT(errors_with("- not_held", "- completed: {within: 11d}"),
              HasSubstr("expected within to be at most the run of 10d, found 11d\n"));
  EXPECT_THAT(errors_with("- not_held", "- on_new: {who: {region: us}}"),
              HasSubstr("expected at_least or at_most in expect[0].on_new\n"));
  EXPECT_THAT(errors_with("- not_held", "- on_new: {at_least: 5, at_most: 4}"),
              HasSubstr("expected at_most to be no less than at_least in expect[0].on_new\n"));
  EXPECT_THAT(errors_with("- not_held", "- violates: []"),
              HasSubstr("expected at least one promise in expect[0].violates\n"));
  EXPECT_THAT(errors_with("expect:\n  - not_held", "expect: []"),
              HasSubstr("expected at least one expectation: a run that nobody judges proves "
                        "nothing\n"));
}

TEST_F(ScenarioMeaning, ExpectationCanBeMissed) {
  for (const char* const kind : {"on_new", "rejected"}) {
    EXPECT_THAT(
        errors_with("- not_held", fmt::format("- {}: {{at_most: 2000}}", kind)),
        HasSubstr("expected at_most to be less than all carts: every run would meet this\n"));
    EXPECT_EQ(errors_with("- not_held", fmt::format("- {}: {{at_most: 1999}}", kind)), "");
    EXPECT_THAT(
        errors_with("- not_held", fmt::format("- {}: {{at_least: 2001}}", kind)),
        HasSubstr("expected at_least to be at most the fleet of 2000 carts: no run could meet "
                  "this\n"));
  }
  EXPECT_THAT(errors_with("- not_held", "- rollbacks: {at_most: 100%}"),
              HasSubstr("every run would meet this\n"));
  EXPECT_EQ(errors_with("- not_held", "- rollbacks: {at_least: 2001, at_most: 5000}"), "");
}

TEST_F(ScenarioMeaning, CompletedLeavesTimeForEverySoak) {
  EXPECT_THAT(errors_with("- not_held", "- completed: {within: 6d}"),
              HasSubstr("no rollout can be completed within 6d: its stages are watched for 7d\n"));
  EXPECT_EQ(errors_with("- not_held", "- completed: {within: 7d}"), "");
  const std::string text = replaced(valid_text, "ends: 10d", "ends: 2d");
  EXPECT_THAT(errors_in(replaced(text, "- not_held", "- completed")),
              HasSubstr("no rollout can be completed within 2d: its stages are watched for 7d\n"));
}

TEST_F(ScenarioMeaning, ExpectationIsWrittenOnce) {
  EXPECT_THAT(errors_with("- not_held", "- not_held\n  - not_held"),
              StartsWith("x.yaml:16:5: error: not_held is there twice\n"));
}

TEST_F(ScenarioMeaning, MissingKeyIsOneMistake) {
  EXPECT_THAT(errors_with("ends: 10d", "end: 10d"), Not(HasSubstr("quiet phase")));
  EXPECT_THAT(errors_with("expect:\n  - not_held", ""), Not(HasSubstr("judges")));
}

TEST_F(ScenarioMeaning, ExpectationsDoNotContradictEachOther) {
  EXPECT_THAT(errors_with("- not_held", "- not_held\n  - held: {stage: canary, by: ratio}"),
              StartsWith("x.yaml:15:5: error: the rollout cannot be both held and not_held\n"));
  EXPECT_THAT(errors_with("- not_held", "- converges\n  - violates: [converges]"),
              StartsWith("x.yaml:15:5: error: converges cannot be both kept and violated\n"));
}

TEST_F(ScenarioMeaning, HeldByARuleThatIsOffIsRefused) {
  const std::string text = replaced(valid_text, "plan: standard", "plan: literal");
  EXPECT_THAT(errors_in(replaced(text, "- not_held", "- held: {stage: canary, by: devices}")),
              HasSubstr("error: the rule devices is off in this rollout\n"));
}

TEST_F(ScenarioMeaning, ExpectationOfTheWrongShapeIsExplained) {
  EXPECT_THAT(errors_with("- not_held", "- on_new"),
              HasSubstr("expected \"on_new: ...\" in expect[0], found the bare word\n"));
  EXPECT_THAT(errors_with("- not_held", "- converges: yes"),
              HasSubstr("expected the bare promise \"converges\" in expect[0], found a value\n"));
  EXPECT_THAT(errors_with("- not_held", "- held:"),
              HasSubstr("expected a value in expect[0].held, found nothing\n"));
  EXPECT_THAT(errors_with("- not_held", "- {not_held: , completed: }"),
              HasSubstr("expected one expectation such as"));
  EXPECT_THAT(errors_with("- not_held", "- attempts: {each: 20}"),
              HasSubstr("expected `at least 20`, `at most 3` or both joined by `and` in "
                        "expect[0].attempts.each, found \"20\"\n"));
}

TEST_F(ScenarioMeaning, TableSharesSumToTheWholeFleet) {
  write("profiles/two.yaml", replaced(table_text, "25%", "24%"));
  EXPECT_EQ(errors_in(valid_text),
            "profiles/two.yaml:4:3: error: the shares of the table sum to 99%, expected 100%\n"
            "    - {profile: us_shop, share: 75%, hardware_revision: 2, sensors: [camera, scale],\n"
            "    ^\n");
}

TEST_F(ScenarioMeaning, MistakeInTheTableIsReportedThere) {
  write("profiles/two.yaml", replaced(table_text, "powered: always", "powered: 8-20"));
  EXPECT_THAT(errors_in(valid_text),
              StartsWith("profiles/two.yaml:7:63: error: expected local hours such as 08:00-20:00, "
                         "or always in table[1].powered, found \"8-20\"\n"));
}

TEST_F(ScenarioMeaning, TableNamesAreUnique) {
  write("profiles/two.yaml", replaced(table_text, "eu_shop", "us_shop"));
  EXPECT_THAT(errors_in(valid_text), HasSubstr("error: profile us_shop is there twice\n"));
}

TEST_F(ScenarioMeaning, TableIsNamedLikeItsFile) {
  write("profiles/two.yaml", replaced(table_text, "profiles: two", "profiles: three"));
  EXPECT_THAT(errors_in(valid_text),
              HasSubstr("error: profile table three stands in a file named two\n"));
}

}  // namespace
}  // namespace cartstorm::sim

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

TEST_F(ScenarioMeaning, ValidityBeginsBeforeItEnds) {
  EXPECT_THAT(errors_with("2.0.0", "2.0.0, valid: {from: 2h, until: 1h}"),
              StartsWith("x.yaml:7:32: error: expected images.new.valid.from to be before until, "
                         "found 2h to 1h\n"));
}

TEST_F(ScenarioMeaning, StageOfThePlanIsNotLargerThanTheFleet) {
  EXPECT_EQ(errors_with("carts: 2000", "carts: 5"),
            "x.yaml:9:9: error: stage canary (10 carts) is larger than the fleet of 5, give "
            "rollout.stages of its own\n"
            "    plan: standard\n"
            "          ^\n"
            "x.yaml:9:9: error: stage early (1% = 1 carts) is smaller than stage canary (10 carts) "
            "in a fleet of 5, give rollout.stages of its own\n"
            "    plan: standard\n"
            "          ^\n"
            "x.yaml:9:9: error: stage tenth (10% = 1 carts) adds no cart to stage early (1% = 1 "
            "carts) in a fleet of 5, give rollout.stages of its own\n"
            "    plan: standard\n"
            "          ^\n");
}

TEST_F(ScenarioMeaning, EqualStagesAreRefused) {
  EXPECT_THAT(
      errors_with("carts: 2000", "carts: 901"),
      HasSubstr("error: stage early (1% = 10 carts) adds no cart to stage canary (10 carts) "
                "in a fleet of 901, give rollout.stages of its own\n"));
  EXPECT_EQ(errors_with("carts: 2000", "carts: 1001"), "");
}

TEST_F(ScenarioMeaning, OwnStagesAreJudgedAtTheirPlace) {
  EXPECT_THAT(errors_with("plan: standard",
                          "plan: standard\n"
                          "  stages:\n"
                          "    - {stage: canary, carts: 0, soak: 24h}\n"
                          "    - {stage: some, share: 10%, soak: 24h}\n"
                          "    - {stage: some, carts: 50, soak: 24h}\n"),
              testing::AllOf(
                  HasSubstr("x.yaml:11:30: error: stage canary is empty, expected at least 1 cart"),
                  HasSubstr("x.yaml:13:15: error: stage some is there twice\n"),
                  HasSubstr("x.yaml:13:28: error: stage some (50 carts) is smaller than stage some "
                            "(10% = 200 carts) in a fleet of 2000\n"),
                  HasSubstr("x.yaml:13:28: error: the last stage some (50 carts) leaves 1950 carts "
                            "without the update, expected 100%\n")));
}

TEST_F(ScenarioMeaning, StageHasCartsOrShare) {
  EXPECT_THAT(
      errors_with("plan: standard",
                  "plan: standard\n  stages: [{stage: all, carts: 3, share: 1%, soak: 1h}]"),
      StartsWith("x.yaml:10:12: error: expected either carts or share in "
                 "rollout.stages[0], found both\n"));
  EXPECT_THAT(errors_with("plan: standard", "plan: standard\n  stages: [{stage: all, soak: 1h}]"),
              HasSubstr("expected either carts or share in rollout.stages[0], found neither\n"));
}

TEST_F(ScenarioMeaning, RatioBelowOneIsRefused) {
  EXPECT_THAT(errors_with("plan: standard", "plan: standard\n  rules: {ratio: {ratio: 0.9}}"),
              StartsWith("x.yaml:10:26: error: expected a number from 1 to 1000 in "
                         "rollout.rules.ratio.ratio, found \"0.9\"\n"));
}

TEST_F(ScenarioMeaning, RulesStayWithinWhatTheCloudTakes) {
  const auto with = [&](const std::string& rules) {
    return errors_with("plan: standard", "plan: standard\n  rules: {" + rules + "}");
  };
  EXPECT_THAT(with("ratio: {window: 30s}"),
              HasSubstr("expected a duration from 1m to 1d in rollout.rules.ratio.window"));
  EXPECT_THAT(with("devices: {tolerate: 100%}"), HasSubstr("expected a share below 100%"));
  EXPECT_THAT(with("devices: {alpha: 0%}"), HasSubstr("expected a share above 0% and below 100%"));
  EXPECT_EQ(with("devices: {tolerate: 0%}"), "");
  EXPECT_THAT(errors_with("plan: standard",
                          "plan: standard\n  stages: [{stage: a_name_of_twenty_five_let, share: "
                          "100%, soak: 1h}]"),
              HasSubstr("expected a word of a-z, 0-9 and _ with at most 24 letters in "
                        "rollout.stages[0].stage"));
}

TEST_F(ScenarioMeaning, OneRuleMustBeAbleToSayGo) {
  EXPECT_THAT(errors_with("plan: standard", "plan: standard\n  rules: {ratio: off, devices: off}"),
              StartsWith("x.yaml:10:10: error: all rules are off: no rule could ever say go, "
                         "every stage would be held\n"));
}

TEST_F(ScenarioMeaning, SoakCoversTheWindowOfTheOnlyRule) {
  EXPECT_THAT(
      errors_with("plan: standard",
                  "plan: literal\n  stages: [{stage: all, share: 100%, soak: 10m}]"),
      StartsWith("x.yaml:10:44: error: stage all soaks for 10m, shorter than the ratio rule's "
                 "window of 30m, and no other rule could judge it\n"));
}

/// Rules as they stand in the file, behind ten columns.
class HaltRulesMeaning : public ScenarioMeaning {
 protected:
  std::string with(const std::string& rules) {
    return errors_with("plan: standard", "plan: standard\n  rules: {" + rules + "}");
  }
};

TEST_F(HaltRulesMeaning, AllOfThemTogetherAreFine) {
  EXPECT_EQ(with("ratio: {}, ratio_at_promotion: {}, persistence: {}, poisson_exact: {}, sprt: {}, "
                 "e_value: {}, devices: {}"),
            "");
}

TEST_F(HaltRulesMeaning, AnUnknownRuleSuggestsTheNearest) {
  EXPECT_THAT(with("persistance: {}"),
              StartsWith("x.yaml:10:11: error: unknown key \"persistance\" in rollout.rules (did "
                         "you mean \"persistence\"?)\n"));
  EXPECT_THAT(with("e_value: {restarts: 1h}"), HasSubstr("(did you mean \"restart\"?)"));
}

TEST_F(HaltRulesMeaning, NumbersHaveAPlaceAndAReason) {
  EXPECT_THAT(with("ratio_at_promotion: {ratio: 0.9}"),
              StartsWith("x.yaml:10:39: error: expected a number from 1 to 1000 in "
                         "rollout.rules.ratio_at_promotion.ratio, found \"0.9\"\n"));
  EXPECT_THAT(with("persistence: {looks: 0}"),
              HasSubstr("expected a whole number from 1 to 10000 in "
                        "rollout.rules.persistence.looks, found \"0\""));
  EXPECT_THAT(with("poisson_exact: {alpha: 60%}"),
              HasSubstr("expected a share above 0% and at most 50% such as 5% in "
                        "rollout.rules.poisson_exact.alpha, found \"60%\""));
  EXPECT_THAT(with("poisson_exact: {alpha: 0.05}"), HasSubstr("found \"0.05\""));
  EXPECT_THAT(with("sprt: {theta1: 1}"),
              HasSubstr("expected a ratio above 1 and at most 1000 in rollout.rules.sprt.theta1"));
  EXPECT_THAT(with("sprt: {baseline_errors_per_hour: 0}"),
              HasSubstr("expected a number from 0.000001 to 1000000"));
  EXPECT_THAT(with("sprt: {alpha: 50%, beta: 50%}"),
              HasSubstr("expected alpha and beta to be less than 100% together in "
                        "rollout.rules.sprt"));
  EXPECT_THAT(with("e_value: {grid: [1.5, 1]}"),
              HasSubstr("x.yaml:10:33: error: expected a ratio above 1 and at most 1000 in "
                        "rollout.rules.e_value.grid[1], found \"1\""));
  EXPECT_THAT(with("e_value: {grid: []}"),
              HasSubstr("expected 1 to 32 ratios in rollout.rules.e_value.grid"));
  EXPECT_THAT(with("e_value: {restart: 30s}"),
              HasSubstr("expected restart to be 0s or at least 1m in rollout.rules.e_value"));
  EXPECT_EQ(with("e_value: {restart: 0s}"), "");
  EXPECT_THAT(with("ratio: {baseline_errors_per_hour: 1}"), HasSubstr("unknown key"));
}

TEST_F(HaltRulesMeaning, AStageIsAsLongAsARuleNeeds) {
  const auto soaked = [&](const std::string& rules) {
    return errors_with("plan: standard",
                       "plan: standard\n  stages: [{stage: all, share: 100%, soak: 40m}]\n"
                       "  rules: {" +
                           rules + "}");
  };
  EXPECT_EQ(soaked("poisson_exact: {window: 40m}, e_value: {}, ratio: {window: 1h}"), "");
  EXPECT_THAT(soaked("poisson_exact: {window: 41m}"),
              StartsWith("x.yaml:11:35: error: rule poisson_exact could never hold stage all: its "
                         "soak of 40m is shorter than its window of 41m\n"));
  EXPECT_THAT(soaked("ratio_at_promotion: {window: 1h}"), HasSubstr("could never hold stage all"));
  EXPECT_THAT(soaked("persistence: {}"),
              StartsWith("x.yaml:11:24: error: rule persistence could never hold stage all: its "
                         "soak of 40m is shorter than the 44m that 15 looks at a window of 30m "
                         "take\n"));
  EXPECT_THAT(soaked("sprt: {window: 1h}"), HasSubstr("shorter than its window of 1h"));
  EXPECT_EQ(soaked("sprt: {window: 1h, baseline_errors_per_hour: 1}"), "");
}

TEST_F(HaltRulesMeaning, AHoldIsExpectedByARuleThatIsOn) {
  const auto held_by = [&](const std::string& rule) {
    return errors_with("- not_held", "- held: {stage: canary, by: " + rule + "}");
  };
  EXPECT_EQ(held_by("ratio"), "");
  EXPECT_EQ(held_by("undecided"), "");
  EXPECT_THAT(held_by("e_value"), HasSubstr("the rule e_value is off in this rollout"));
  EXPECT_THAT(held_by("e_values"), HasSubstr("unknown halt rule \"e_values\""));
}

TEST_F(ScenarioMeaning, ReleaseNamesAStage) {
  EXPECT_THAT(errors_with("plan: standard",
                          "plan: standard\n  releases: [{stage: erly, after: 2h, person: dana, "
                          "reason: seen}]"),
              StartsWith("x.yaml:10:22: error: unknown stage \"erly\" in rollout.releases[0], the "
                         "stages are canary, early, tenth, quarter, full (did you mean "
                         "\"early\"?)\n"));
}

TEST_F(ScenarioMeaning, FaultThatMatchesNobodyNamesTheKnownWords) {
  EXPECT_EQ(errors_with("region: eu", "region: ap"),
            "x.yaml:12:19: error: no cart of profile table two has region \"ap\", it has eu, us\n"
            "      who: {region: ap}\n"
            "                    ^\n");
  EXPECT_THAT(errors_with("region: eu", "region: eu, use: retail"),
              StartsWith("x.yaml:12:10: error: no cart of profile table two matches all of "
                         "faults[0].who\n"));
}

TEST_F(ScenarioMeaning, CrashNeedsASensorOfTheTable) {
  EXPECT_THAT(
      errors_with("expect:",
                  "  - fault: sensor_config_boot_crash\n    sensor: lidr\n"
                  "expect:"),
      StartsWith("x.yaml:15:13: error: no cart of profile table two has sensor \"lidr\", it "
                 "has camera, lidar, scale (did you mean \"lidar\"?)\n"));
}

TEST_F(ScenarioMeaning, MissingAnchorMustBeMissed) {
  EXPECT_THAT(
      errors_with("expect:", "  - {fault: ca_missing, anchor: ca-next}\nexpect:"),
      StartsWith("x.yaml:14:33: error: no image is signed by \"ca-next\", nobody would miss "
                 "it; the signers are ca-current\n"));
}

TEST_F(ScenarioMeaning, FaultStrikesBeforeTheQuietPhase) {
  EXPECT_THAT(errors_with("expect:", "  - {fault: power_cut, at: 9d23h}\nexpect:"),
              StartsWith("x.yaml:14:28: error: strikes at 9d23h, when the quiet phase has begun "
                         "(ends 10d minus quiet 1h)\n"));
  EXPECT_EQ(errors_with("expect:", "  - {fault: power_cut, at: 9d22h}\nexpect:"), "");
}

TEST_F(ScenarioMeaning, FaultWithoutEffectIsRefused) {
  EXPECT_THAT(errors_with("-13h", "0s"), HasSubstr("error: a skew of 0s is no fault\n"));
  EXPECT_THAT(errors_with("expect:", "  - {fault: regression, factor: 1}\nexpect:"),
              HasSubstr("error: a factor of 1 is no regression\n"));
}

TEST_F(ScenarioMeaning, ATierIsOneOfTheFleet) {
  const auto errors = [this](std::string_view tiers) {
    return errors_with(
        "plan: standard",
        fmt::format("plan: standard\n  stages:\n    - {{stage: a, carts: 9, soak: 1d, tiers: "
                    "[{}]}}\n    - {{stage: b, share: 100%, soak: 1d}}",
                    tiers));
  };
  EXPECT_EQ(errors("early_access, standard"), "");
  EXPECT_EQ(errors("standard, early_acces"),
            "x.yaml:11:56: error: no profile of this fleet has tier \"early_acces\", the tiers are "
            "early_access, standard (did you mean \"early_access\"?)\n"
            "      - {stage: a, carts: 9, soak: 1d, tiers: [standard, early_acces]}\n"
            "                                                         ^\n");
}

TEST_F(ScenarioMeaning, AWindowNeedsStagesOfADay) {
  const auto errors = [this](std::string_view soak) {
    return errors_with(
        "plan: standard",
        fmt::format("plan: standard\n  window: 01:00-05:00\n  stages:\n    - {{stage: a, share: "
                    "100%, soak: {}}}",
                    soak));
  };
  EXPECT_EQ(errors("1d"), "");
  EXPECT_THAT(
      errors("23h"),
      StartsWith("x.yaml:12:37: error: stage a soaks for 23h, in which rollout.window would "
                 "not open in every time zone, expected at least 1d\n"));
  EXPECT_EQ(errors_with("plan: standard", "plan: standard\n  window: 22:30-04:00"), "");
  EXPECT_THAT(
      errors_with("plan: standard", "plan: standard\n  window: 1-5"),
      StartsWith("x.yaml:10:11: error: expected local hours such as 08:00-20:00, or always"));
}

TEST_F(ScenarioMeaning, LimitsAreShares) {
  const auto errors = [this](std::string_view limits) {
    return errors_with("plan: standard", fmt::format("plan: standard\n  limits: {}", limits));
  };
  EXPECT_EQ(errors("{min_sample: 100%, silent_after: 2h, silent_share: 0%}"), "");
  EXPECT_THAT(errors("{min_sample: 0%}"), StartsWith("x.yaml:10:24: error: expected "));
  EXPECT_THAT(errors("{silent_after: 30m}"), StartsWith("x.yaml:10:26: error: expected "));
  EXPECT_THAT(errors("{silent_share: 101%}"), StartsWith("x.yaml:10:26: error: expected "));
  EXPECT_THAT(errors("{silent: 2h}"), HasSubstr("unknown key \"silent\" in rollout.limits"));
}

TEST_F(ScenarioMeaning, AKilledControllerIsBackBeforeTheQuietPhase) {
  const auto errors = [this](std::string_view keys) {
    return errors_with("expect:", fmt::format("  - {{fault: controller_killed{}}}\nexpect:", keys));
  };
  EXPECT_EQ(errors(", at: 9d"), "");
  EXPECT_THAT(errors(""), HasSubstr("error: expected either at or at_write in faults[1], found "
                                    "neither\n"));
  EXPECT_THAT(errors(", at: 9d, at_write: 2"), HasSubstr("found both\n"));
  EXPECT_THAT(errors(", at: 9d, down: 1d"),
              HasSubstr("error: killed at 9d, down for 1d, the controller would not be back when "
                        "the quiet phase begins (ends 10d minus quiet 1h)\n"));
}

TEST_F(ScenarioMeaning, PowerCutStrikesInOneWay) {
  const auto with = [&](const std::string& keys) {
    return errors_with("expect:", "  - {fault: power_cut" + keys + "}\nexpect:");
  };
  EXPECT_THAT(with(""), HasSubstr("expected exactly one of at_operation, during, at in faults[1], "
                                  "found none\n"));
  EXPECT_THAT(with(", at: 1h, at_operation: 3"), HasSubstr("in faults[1], found several\n"));
  EXPECT_THAT(with(", at: 1h, from: 1s"), HasSubstr("from and until go with during only"));
  EXPECT_THAT(with(", during: downloading, from: 3m, until: 1m"),
              HasSubstr("expected until to be at least from in faults[1]"));
  EXPECT_THAT(with(", during: downlaoding, until: 1m"),
              HasSubstr("unknown agent state \"downlaoding\" in faults[1].during (did you mean "
                        "\"downloading\"?)"));
  EXPECT_EQ(with(", during: downloading, until: 1m"), "");
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

TEST_F(ScenarioMeaning, AFaultEndsAfterItBegan) {
  EXPECT_EQ(errors_with("expect:", "  - {fault: grid_outage, from: 2h, until: 1h}\nexpect:"),
            "x.yaml:14:43: error: ends at 1h, before it begins at 2h\n"
            "    - {fault: grid_outage, from: 2h, until: 1h}\n"
            "                                            ^\n");
}

TEST_F(ScenarioMeaning, NoFaultReachesIntoTheQuietPhase) {
  EXPECT_THAT(errors_with("expect:", "  - {fault: metric_duplicated, until: 1000d}\nexpect:"),
              HasSubstr("error: ends at 1000d, in the quiet phase, which begins at "));
  EXPECT_THAT(errors_with("expect:", "  - {fault: image_swapped, at: 1000d}\nexpect:"),
              HasSubstr("error: strikes at 1000d, when the quiet phase has begun"));
}

TEST_F(ScenarioMeaning, AnOutageNeedsARegionThatExists) {
  EXPECT_THAT(
      errors_with("expect:",
                  "  - {fault: regional_outage, region: mars, until: 1h, from: 0s}\nexpect:"),
      HasSubstr("x.yaml:14:38: error: "));
}

TEST_F(ScenarioMeaning, AWorkshopCanOnlyLackAnAnchorThatSomebodyNeeds) {
  EXPECT_THAT(errors_with("expect:", "  - {fault: reflashed, without: ca-nexxt, at: 0s}\nexpect:"),
              HasSubstr("error: no image is signed by \"ca-nexxt\", nobody would miss it"));
}

TEST_F(ScenarioMeaning, ADelayHasItsBoundsInOrder) {
  EXPECT_THAT(errors_with("expect:", "  - {fault: metric_delayed, least: 2h, most: 1h}\nexpect:"),
              HasSubstr("error: expected most not to be below least in "));
}

TEST_F(ScenarioMeaning, LostMetricsNeedAQuietPhaseInWhichTheyAreRepeated) {
  EXPECT_EQ(
      errors_with("expect:", "  - {fault: metric_lost, share: 10%}\nexpect:"),
      "x.yaml:14:5: error: with metric_lost, quiet must be at least 75m: until then a cart may "
      "wait before it reports a rollback again\n"
      "    - {fault: metric_lost, share: 10%}\n"
      "      ^\n");
}

}  // namespace
}  // namespace cartstorm::sim

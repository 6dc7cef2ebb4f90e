#include <fmt/format.h>

#include "tests/unit/scenario/scratch_folder.hpp"

namespace cartstorm::sim {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// Stages, rules, limits and releases that are well written, but cannot work.
using RolloutMeaning = ScratchFolder;

TEST_F(RolloutMeaning, StageOfThePlanIsNotLargerThanTheFleet) {
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

TEST_F(RolloutMeaning, EqualStagesAreRefused) {
  EXPECT_THAT(
      errors_with("carts: 2000", "carts: 901"),
      HasSubstr("error: stage early (1% = 10 carts) adds no cart to stage canary (10 carts) "
                "in a fleet of 901, give rollout.stages of its own\n"));
  EXPECT_EQ(errors_with("carts: 2000", "carts: 1001"), "");
}

TEST_F(RolloutMeaning, OwnStagesAreJudgedAtTheirPlace) {
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

TEST_F(RolloutMeaning, CohortAndSeedAreOfTheKindsThereAre) {
  EXPECT_EQ(errors_with("plan: standard", "plan: standard\n  cohort: randm"),
            "x.yaml:10:11: error: unknown cohort \"randm\" in rollout.cohort (did you mean "
            "\"random\"?)\n"
            "    cohort: randm\n"
            "            ^\n");
  EXPECT_THAT(errors_with("plan: standard", "plan: standard\n  cohorts: random"),
              HasSubstr("unknown key \"cohorts\" in rollout (did you mean \"cohort\"?)"));
  EXPECT_THAT(errors_with("plan: standard", "plan: standard\n  cohort: [random]"),
              HasSubstr("x.yaml:10:11: error: expected "));
  EXPECT_THAT(
      errors_with("plan: standard", "plan: standard\nseed: -1"),
      HasSubstr("x.yaml:10:7: error: expected a whole number from 0 to 4294967295 in seed"));
  EXPECT_THAT(errors_with("plan: standard", "plan: standard\nsede: 1"),
              HasSubstr("unknown key \"sede\" in the scenario (did you mean \"seed\"?)"));
}

/// A person who would come too late, to nobody, or with nothing to say.
TEST_F(RolloutMeaning, PausesAreThoseThatCanHappen) {
  const auto with = [this](const std::string& pause) {
    return errors_with("plan: standard", "plan: standard\n  pauses: [{" + pause + "}]");
  };
  const std::string signature = ", person: ada, reason: fair";
  EXPECT_EQ(with("stage: early, after: 2h, lasts: 3h" + signature), "");
  EXPECT_EQ(with("stage: early, after: 2h" + signature), "");
  EXPECT_THAT(
      with("stage: earli, after: 2h" + signature),
      StartsWith("x.yaml:10:20: error: unknown stage \"earli\" in rollout.pauses[0], the "
                 "stages are canary, early, tenth, quarter, full (did you mean \"early\"?)"));
  EXPECT_THAT(with("stage: canary, after: 24h" + signature),
              StartsWith("x.yaml:10:35: error: stage canary soaks for 1d and may be over by then, "
                         "expected less than that in rollout.pauses[0].after, found 1d\n"));
  EXPECT_THAT(with("stage: canary, after: 1h, last: 2h" + signature),
              HasSubstr("unknown key \"last\" in rollout.pauses[0] (did you mean \"lasts\"?)"));
  EXPECT_THAT(with("stage: canary, after: 1h, lasts: 0s" + signature),
              HasSubstr("rollout.pauses[0].lasts"));
  EXPECT_THAT(with("stage: canary, after: 1h, person: ada"), HasSubstr("\"reason\""));
  EXPECT_THAT(errors_with("plan: standard", "plan: standard\n  pauses: early"),
              HasSubstr("expected a list of pauses in rollout.pauses"));
}

TEST_F(RolloutMeaning, APauseIsExpectedOnlyWhereSomebodyPauses) {
  EXPECT_THAT(errors_with("- not_held", "- paused: {stage: early}"),
              HasSubstr("nobody pauses stage early in rollout.pauses: no run could meet this"));
  EXPECT_THAT(errors_with("- not_held", "- paused: {stage: erly}"),
              HasSubstr("unknown stage \"erly\""));
  EXPECT_THAT(errors_with("- not_held", "- paused: {stage: early, at_least: 3}"),
              HasSubstr("at_least"));
  EXPECT_THAT(errors_with("- not_held", "- paused"), HasSubstr("expected \"paused: ...\""));
}

/// A pause that would do nothing.
TEST_F(RolloutMeaning, PausesDoNotOverlap) {
  const auto with = [this](const std::string& first, const std::string& second) {
    return errors_with("plan: standard", fmt::format("plan: standard\n  pauses:\n"
                                                     "    - {{{}, person: ada, reason: fair}}\n"
                                                     "    - {{{}, person: bo, reason: fair}}",
                                                     first, second));
  };
  const std::string early = "stage: early, after: 2h, lasts: 3h";
  EXPECT_EQ(with(early, "stage: early, after: 5h1m, lasts: 3h"), "");
  EXPECT_EQ(with("stage: early, after: 6h", early), "");
  EXPECT_EQ(with(early, "stage: tenth, after: 1h"), "");
  EXPECT_THAT(
      with(early, "stage: early, after: 5h"),
      StartsWith("x.yaml:12:29: error: rollout.pauses[1] begins before rollout.pauses[0] is "
                 "over, expected more than 5h in rollout.pauses[1].after, found 5h\n"));
  EXPECT_THAT(
      with("stage: early, after: 3h", early),
      StartsWith("x.yaml:11:29: error: rollout.pauses[0] begins before rollout.pauses[1] is "
                 "over, expected more than 5h in rollout.pauses[0].after, found 3h\n"));
  for (const char* const stage : {"early", "full"}) {
    EXPECT_THAT(with("stage: early, after: 2h", fmt::format("stage: {}, after: 9h", stage)),
                HasSubstr("rollout.pauses[1] begins in rollout.pauses[0], which nobody ends: give "
                          "rollout.pauses[0].lasts\n"));
  }
}

TEST_F(RolloutMeaning, PausesAreOfTheOlderRolloutWhileItLasts) {
  const auto with = [this](const std::string& pause) {
    return errors_with("plan: standard",
                       fmt::format("plan: standard\n  pauses: [{{{}, person: ada, reason: fair}}]\n"
                                   "  superseded: {{stage: tenth, after: 2h, person: bo,\n"
                                   "    stages: [{{stage: everybody, share: 100%, soak: 24h}}]}}",
                                   pause));
  };
  EXPECT_EQ(with("stage: tenth, after: 1h"), "");
  EXPECT_EQ(with("stage: early, after: 3h, lasts: 1h"), "");
  for (const char* const late : {"stage: tenth, after: 2h", "stage: quarter, after: 1h"}) {
    EXPECT_THAT(with(late), HasSubstr("rollout.pauses[0] comes too late: rollout.superseded ends "
                                      "this rollout 2h after stage tenth began\n"));
  }
  EXPECT_THAT(with("stage: early, after: 3h"),
              HasSubstr("stage tenth never begins: nobody ends rollout.pauses[0], give its lasts"));
  const std::string newer = with("stage: everybody, after: 1h");
  EXPECT_THAT(newer,
              StartsWith("x.yaml:10:20: error: stage everybody is of the newer rollout, pauses are "
                         "of the older one; the stages of rollout.pauses[0] are canary, early, "));
  EXPECT_THAT(newer, testing::Not(HasSubstr("unknown stage")));
}

TEST_F(RolloutMeaning, APauseIsExpectedForAsLongAsItIsPlanned) {
  const auto with = [this](const std::string& pauses, const std::string& wanted,
                           const std::string& more = "") {
    return errors_in(
        replaced(replaced(valid_text, "plan: standard",
                          fmt::format("plan: standard\n  pauses: [{}]{}", pauses, more)),
                 "- not_held", "- paused: {stage: early, at_least: " + wanted + "}"));
  };
  const std::string signature = ", person: ada, reason: fair}";
  const std::string first = "{stage: early, after: 1h, lasts: 2h" + signature;
  const std::string both = first + ", {stage: early, after: 4h, lasts: 3h" + signature;
  EXPECT_EQ(with(both, "5h"), "");
  EXPECT_THAT(with(both, "5h1m"),
              HasSubstr("stage early is paused for 5h in rollout.pauses, expected at most that in "
                        "at_least, found 5h1m\n"));
  const std::string open = "{stage: early, after: 4h" + signature;
  EXPECT_EQ(with(first + ", " + open, "3d"), "");
  const std::string newer =
      "\n  superseded: {stage: early, after: 5h, person: bo,\n"
      "    stages: [{stage: everybody, share: 100%, soak: 24h}]}";
  EXPECT_EQ(with(open, "1h", newer), "");
  EXPECT_THAT(with(open, "2h", newer), HasSubstr("stage early is paused for 1h"));
  const std::string unknown = with("{stage: erly, after: 1h" + signature, "1h");
  EXPECT_THAT(unknown, HasSubstr("unknown stage \"erly\" in rollout.pauses[0]"));
  EXPECT_THAT(unknown, testing::Not(HasSubstr("nobody pauses")));
}

/// The five stages of the plan soak for 7 days.
TEST_F(RolloutMeaning, CompletedLeavesTimeForPausesAndForTheOlderRollout) {
  const auto with = [this](const std::string& rollout, const std::string& within) {
    return errors_in(replaced(replaced(valid_text, "plan: standard", "plan: standard" + rollout),
                              "- not_held", "- completed: {within: " + within + "}"));
  };
  const std::string signature = ", person: ada, reason: fair}]";
  const std::string pause = "\n  pauses: [{stage: early, after: 1h, lasts: 12h" + signature;
  EXPECT_EQ(with(pause, "7d12h"), "");
  EXPECT_THAT(with(pause, "7d11h"),
              HasSubstr("no rollout can be completed within 7d11h: its stages "
                        "are watched for 7d and paused for 12h\n"));
  EXPECT_THAT(with("\n  pauses: [{stage: early, after: 1h" + signature, "8d"),
              HasSubstr("no rollout can be completed when nobody ends the pause in stage early"));
  const std::string newer =
      "\n  superseded: {stage: early, after: 2h, person: bo,\n"
      "    stages: [{stage: everybody, share: 100%, soak: 24h}]}";
  EXPECT_EQ(with(newer, "2d2h"), "");
  EXPECT_THAT(with(newer, "2d1h"),
              HasSubstr("no rollout can be completed within 2d1h: the newer one begins after 1d2h, "
                        "and its stages are watched for 1d\n"));
  const std::string before = "\n  pauses: [{stage: canary, after: 1h, lasts: 3h" + signature;
  EXPECT_EQ(with(before + newer, "2d5h"), "");
  EXPECT_THAT(with(before + newer, "2d4h"), HasSubstr("the newer one begins after 1d5h"));
  EXPECT_EQ(with("\n  pauses: [{stage: early, after: 1h" + signature + newer, "2d2h"), "");
}

TEST_F(RolloutMeaning, ANewerRolloutIsJudgedLikeAnyOther) {
  const auto with = [this](const std::string& when, const std::string& stages) {
    return errors_with("plan: standard", "plan: standard\n  superseded:\n    " + when +
                                             "\n    person: ada\n    stages: [" + stages + "]");
  };
  const std::string when = "stage: full\n    after: 2h";
  const std::string all = "{stage: everybody, share: 100%, soak: 24h}";
  EXPECT_EQ(with(when, "{stage: again, carts: 10, soak: 24h}, " + all), "");
  EXPECT_THAT(with("stage: ful\n    after: 2h", all),
              HasSubstr("x.yaml:11:12: error: unknown stage \"ful\" in rollout.superseded, the "
                        "stages are canary, early, tenth, quarter, full (did you mean \"full\"?)"));
  EXPECT_THAT(with("stage: full\n    after: 24h", all),
              HasSubstr("x.yaml:12:12: error: stage full soaks for 1d and may be over by then"));
  EXPECT_THAT(with(when, "{stage: canary, carts: 10, soak: 24h}, " + all),
              HasSubstr("x.yaml:14:22: error: stage canary is there twice"));
  EXPECT_THAT(with(when, "{stage: again, carts: 10, soak: 24h}"),
              HasSubstr("the last stage again (10 carts) leaves 1990 carts without the update"));
  EXPECT_THAT(with(when, ""),
              HasSubstr("expected at least one stage in rollout.superseded.stages"));
  EXPECT_THAT(with(when + "\n    persons: bo", all), HasSubstr("(did you mean \"person\"?)"));
  EXPECT_THAT(errors_with("plan: standard", "plan: standard\n  superseded: true"),
              HasSubstr("expected a mapping with stage, after, person, stages"));
}

TEST_F(RolloutMeaning, PatchOnlyNeedsAPatch) {
  EXPECT_THAT(errors_with("plan: standard", "plan: standard\n  patch_only: true"),
              StartsWith("x.yaml:10:15: error: there is no patch: images.new is not made from the "
                         "old image, give images.new.changes\n"));
  EXPECT_THAT(errors_with("plan: standard", "plan: standard\n  patch_only: yes"),
              HasSubstr("x.yaml:10:15: error: expected true or false in rollout.patch_only, found "
                        "\"yes\""));
  EXPECT_THAT(errors_with("plan: standard", "plan: standard\n  patches_only: true"),
              HasSubstr("(did you mean \"patch_only\"?)"));
  EXPECT_EQ(errors_with("plan: standard", "plan: standard\n  patch_only: false"), "");
}

TEST_F(RolloutMeaning, StageHasCartsOrShare) {
  EXPECT_THAT(
      errors_with("plan: standard",
                  "plan: standard\n  stages: [{stage: all, carts: 3, share: 1%, soak: 1h}]"),
      StartsWith("x.yaml:10:12: error: expected either carts or share in "
                 "rollout.stages[0], found both\n"));
  EXPECT_THAT(errors_with("plan: standard", "plan: standard\n  stages: [{stage: all, soak: 1h}]"),
              HasSubstr("expected either carts or share in rollout.stages[0], found neither\n"));
}

TEST_F(RolloutMeaning, RatioBelowOneIsRefused) {
  EXPECT_THAT(errors_with("plan: standard", "plan: standard\n  rules: {ratio: {ratio: 0.9}}"),
              StartsWith("x.yaml:10:26: error: expected a number from 1 to 1000 in "
                         "rollout.rules.ratio.ratio, found \"0.9\"\n"));
}

TEST_F(RolloutMeaning, RulesStayWithinWhatTheCloudTakes) {
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

TEST_F(RolloutMeaning, OneRuleMustBeAbleToSayGo) {
  EXPECT_THAT(errors_with("plan: standard", "plan: standard\n  rules: {ratio: off, devices: off}"),
              StartsWith("x.yaml:10:10: error: all rules are off: no rule could ever say go, "
                         "every stage would be held\n"));
}

TEST_F(RolloutMeaning, SoakCoversTheWindowOfTheOnlyRule) {
  EXPECT_THAT(
      errors_with("plan: standard",
                  "plan: literal\n  stages: [{stage: all, share: 100%, soak: 10m}]"),
      StartsWith("x.yaml:10:44: error: stage all soaks for 10m, shorter than the ratio rule's "
                 "window of 30m, and no other rule could judge it\n"));
}

/// Rules as they stand in the file, behind ten columns.
class HaltRulesMeaning : public RolloutMeaning {
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

TEST_F(RolloutMeaning, ReleaseNamesAStage) {
  EXPECT_THAT(errors_with("plan: standard",
                          "plan: standard\n  releases: [{stage: erly, after: 2h, person: dana, "
                          "reason: seen}]"),
              StartsWith("x.yaml:10:22: error: unknown stage \"erly\" in rollout.releases[0], the "
                         "stages are canary, early, tenth, quarter, full (did you mean "
                         "\"early\"?)\n"));
}

TEST_F(RolloutMeaning, ATierIsOneOfTheFleet) {
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

TEST_F(RolloutMeaning, AWindowNeedsStagesOfADay) {
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

TEST_F(RolloutMeaning, LimitsAreShares) {
  const auto errors = [this](std::string_view limits) {
    return errors_with("plan: standard", fmt::format("plan: standard\n  limits: {}", limits));
  };
  EXPECT_EQ(errors("{min_sample: 100%, silent_after: 2h, silent_share: 0%}"), "");
  EXPECT_THAT(errors("{min_sample: 0%}"), StartsWith("x.yaml:10:24: error: expected "));
  EXPECT_THAT(errors("{silent_after: 30m}"), StartsWith("x.yaml:10:26: error: expected "));
  EXPECT_THAT(errors("{silent_share: 101%}"), StartsWith("x.yaml:10:26: error: expected "));
  EXPECT_THAT(errors("{silent: 2h}"), HasSubstr("unknown key \"silent\" in rollout.limits"));
}

}  // namespace
}  // namespace cartstorm::sim

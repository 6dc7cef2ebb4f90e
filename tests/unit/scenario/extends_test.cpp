#include "tests/unit/scenario/scratch_folder.hpp"

namespace cartstorm::sim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

/// child.yaml extends x.yaml, the valid scenario.
class ScenarioWithBase : public ScratchFolder {
 protected:
  ScenarioWithBase() { write("x.yaml", valid_text); }

  Loaded child(std::string_view rest) const {
    write("child.yaml", "scenario: child\nextends: x.yaml\n" + std::string(rest));
    return load("child.yaml");
  }
  std::string child_errors(std::string_view rest) const {
    write("child.yaml", "scenario: child\nextends: x.yaml\n" + std::string(rest));
    return errors_of("child.yaml");
  }
};

TEST_F(ScenarioWithBase, InheritsWhatItDoesNotSay) {
  const Loaded loaded = child("");
  ASSERT_TRUE(loaded.diagnostics.empty());
  EXPECT_EQ(loaded.scenario.name, "child");
  EXPECT_EQ(loaded.scenario.why, "a test");
  EXPECT_EQ(loaded.scenario.fleet.carts, 2000U);
  EXPECT_EQ(loaded.scenario.faults.size(), 1U);
}

TEST_F(ScenarioWithBase, MappingsMergeRecursively) {
  const Loaded loaded = child("fleet: {carts: 3000}\nimages: {old: {size: 1KiB}}\n");
  ASSERT_TRUE(loaded.diagnostics.empty());
  EXPECT_EQ(loaded.scenario.fleet.carts, 3000U);
  EXPECT_EQ(loaded.scenario.fleet.profiles_name, "two");
  EXPECT_EQ(loaded.scenario.images.at("old").size, 1024U);
  EXPECT_EQ(to_string(loaded.scenario.images.at("old").version), "1.8.0");
}

TEST_F(ScenarioWithBase, ListsReplace) {
  const Loaded loaded = child("faults: []\nexpect: [converges, completed]\n");
  ASSERT_TRUE(loaded.diagnostics.empty());
  EXPECT_TRUE(loaded.scenario.faults.empty());
  ASSERT_EQ(loaded.scenario.expect.size(), 2U);
  EXPECT_EQ(loaded.scenario.expect[0].text, "converges");
  EXPECT_EQ(loaded.scenario.expect[1].text, "completed");
}

TEST_F(ScenarioWithBase, ScalarReplacesAMapping) {
  write("x.yaml",
        replaced(valid_text, "plan: standard", "plan: standard\n  rules: {ratio: {ratio: 2}}"));
  const Loaded loaded = child("rollout: {rules: {ratio: off}}\n");
  ASSERT_TRUE(loaded.diagnostics.empty());
  EXPECT_FALSE(loaded.scenario.rollout.rules.ratio.enabled);
}

TEST_F(ScenarioWithBase, GrandparentsCount) {
  ASSERT_TRUE(child("tags: [a]\n").diagnostics.empty());
  write("deeper/grandchild.yaml", "scenario: grandchild\nextends: ../child.yaml\nends: 9d\n");
  const Loaded loaded = load("deeper/grandchild.yaml");
  ASSERT_TRUE(loaded.diagnostics.empty());
  EXPECT_THAT(loaded.scenario.tags, ElementsAre("a"));
  EXPECT_EQ(loaded.scenario.ends_us, 777'600'000'000);
}

TEST_F(ScenarioWithBase, MistakePointsToTheFileWhereItStands) {
  write("x.yaml", replaced(valid_text, "offset: -13h", "offset: -13"));
  EXPECT_EQ(child_errors("fleet: {cart: 5}\n"),
            "child.yaml:3:9: error: unknown key \"cart\" in fleet (did you mean \"carts\"?)\n"
            "  fleet: {cart: 5}\n"
            "          ^\n"
            "x.yaml:13:13: error: expected a duration with or without sign such as -13h or 90d in "
            "faults[0].offset, found \"-13\"\n"
            "      offset: -13\n"
            "              ^\n");
}

TEST_F(ScenarioWithBase, MissingBaseIsReportedWhereItIsNamed) {
  EXPECT_EQ(errors_in("scenario: x\nextends: y.yaml\n"),
            "x.yaml:2:10: error: y.yaml: no such file\n"
            "  extends: y.yaml\n"
            "           ^\n");
}

TEST_F(ScenarioWithBase, CircleIsRefused) {
  write("a.yaml", "scenario: a\nextends: b.yaml\n");
  write("b.yaml", "scenario: b\nextends: ./a.yaml\n");
  EXPECT_EQ(errors_of("a.yaml"),
            "b.yaml:2:10: error: extends in a circle: a.yaml -> b.yaml -> a.yaml\n"
            "  extends: ./a.yaml\n"
            "           ^\n");
  EXPECT_THAT(errors_in("scenario: x\nextends: x.yaml\n"),
              StartsWith("x.yaml:2:10: error: extends in a circle: x.yaml -> x.yaml\n"));
}

TEST_F(ScenarioWithBase, CircleThroughALinkIsRefused) {
  std::filesystem::create_symlink(path("x.yaml"), path("link.yaml"));
  EXPECT_THAT(errors_in("scenario: x\nextends: link.yaml\n"), HasSubstr("extends in a circle"));
}

TEST_F(ScenarioWithBase, ChainHasALimit) {
  write("g0.yaml", valid_text);
  for (int i = 1; i <= 9; ++i) {
    write("g" + std::to_string(i) + ".yaml",
          "scenario: g" + std::to_string(i) + "\nextends: g" + std::to_string(i - 1) + ".yaml\n");
  }
  EXPECT_EQ(errors_of("g8.yaml"), "");
  EXPECT_THAT(errors_of("g9.yaml"), HasSubstr("error: extends more than 8 generations of files\n"));
}

TEST_F(ScenarioWithBase, ExtendsMustBeAFileName) {
  EXPECT_EQ(errors_in("extends: [a]\n"),
            "x.yaml:1:10: error: expected a file such as other.yaml in extends, found a list\n"
            "  extends: [a]\n"
            "           ^\n");
}

}  // namespace
}  // namespace cartstorm::sim

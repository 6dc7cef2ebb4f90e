#include "tests/unit/scenario/scratch_folder.hpp"

namespace cartstorm::sim {
namespace {

using testing::ElementsAre;

class ScenarioFolder : public ScratchFolder {
 protected:
  /// File names relative to the folder, then complaints.
  std::vector<std::string> find(const std::vector<std::string>& names,
                                Wanted wanted = Wanted::scenarios) const {
    std::vector<std::filesystem::path> paths;
    paths.reserve(names.size());
    for (const auto& name : names) paths.push_back(path(name));
    const Found found = find_scenarios(paths, wanted);
    std::vector<std::string> result;
    for (const auto& file : found.files) result.push_back(without_folder(file.string()));
    for (const auto& file : found.explorations) {
      result.push_back("explore " + without_folder(file.string()));
    }
    for (const auto& d : found.diagnostics) result.push_back(without_folder(to_text(d, false)));
    return result;
  }
};

TEST_F(ScenarioFolder, IsSearchedRecursivelyAndSorted) {
  write("all/b.yaml", valid_text);
  write("all/a/z.yml", valid_text);
  write("all/a/c.yaml", "extends: ../b.yaml\n");
  EXPECT_THAT(find({"all"}), ElementsAre("all/a/c.yaml", "all/a/z.yml", "all/b.yaml"));
}

TEST_F(ScenarioFolder, LeavesOutWhatIsNoScenario) {
  write("all/a.yaml", valid_text);
  write("all/note.yaml", "title: not a scenario\n");
  write("all/readme.md", "scenario: no\n");
  write("all/profiles/p.yaml", "scenario: no\n");
  write("all/racks/r.yaml", "scenario: no\n");
  write("all/schema/s.yaml", "scenario: no\n");
  write("all/.hidden/h.yaml", "scenario: no\n");
  write("all/.h.yaml", "scenario: no\n");
  EXPECT_THAT(find({"all"}), ElementsAre("all/a.yaml"));
}

TEST_F(ScenarioFolder, KeepsAScenarioThatIsNoValidYaml) {
  write("all/broken.yaml", "scenario: broken\nwhy: [\n");
  write("all/flow.yaml", "{scenario: flow}\n");
  EXPECT_THAT(find({"all"}), ElementsAre("all/broken.yaml", "all/flow.yaml"));
}

TEST_F(ScenarioFolder, FilesAreTakenAsTheyAreInTheirOrder) {
  write("b.yaml", "title: whatever\n");
  write("a.yaml", valid_text);
  EXPECT_THAT(find({"b.yaml", "a.yaml"}), ElementsAre("b.yaml", "a.yaml"));
}

TEST_F(ScenarioFolder, FileNamedTwiceIsThereOnce) {
  write("all/a.yaml", valid_text);
  EXPECT_THAT(find({"all/a.yaml", "all", "all/../all/a.yaml"}), ElementsAre("all/a.yaml"));
}

TEST_F(ScenarioFolder, ThatIsMissingOrEmptyIsReported) {
  std::filesystem::create_directories(path("empty"));
  EXPECT_THAT(find({"absent", "empty"}),
              ElementsAre("absent: error: no such file or folder\n",
                          "empty: error: has no scenarios (files *.yaml with scenario:)\n"));
}

TEST_F(ScenarioFolder, KeepsExplorationsApart) {
  write("all/a.yaml", valid_text);
  write("all/cuts.yaml", "# a comment\nexploration: cuts\nscenario: no\n");
  write("all/flow.yaml", "{exploration: flow}\n");
  write("all/broken.yaml", "exploration: broken\nwhy: [\n");
  EXPECT_THAT(find({"all"}), ElementsAre("all/a.yaml"));
  EXPECT_THAT(
      find({"all"}, Wanted::explorations),
      ElementsAre("explore all/broken.yaml", "explore all/cuts.yaml", "explore all/flow.yaml"));
  EXPECT_THAT(find({"all"}, Wanted::both),
              ElementsAre("all/a.yaml", "explore all/broken.yaml", "explore all/cuts.yaml",
                          "explore all/flow.yaml"));
}

TEST_F(ScenarioFolder, SaysWhichCommandAFileIsFor) {
  write("a/a.yaml", valid_text);
  write("b/cuts.yaml", "exploration: cuts\n");
  EXPECT_THAT(find({"b/cuts.yaml", "b"}),
              ElementsAre("b/cuts.yaml: error: is an exploration: use cartstorm explore\n",
                          "b: error: has no scenarios (files *.yaml with scenario:), only "
                          "explorations: use cartstorm explore\n"));
  EXPECT_THAT(find({"a/a.yaml", "a"}, Wanted::explorations),
              ElementsAre("a/a.yaml: error: is a scenario: use cartstorm run\n",
                          "a: error: has no explorations (files *.yaml with exploration:), only "
                          "scenarios: use cartstorm run\n"));
  EXPECT_THAT(find({"b/cuts.yaml", "a/a.yaml"}, Wanted::both),
              ElementsAre("a/a.yaml", "explore b/cuts.yaml"));
}

TEST_F(ScenarioFolder, LoopOfLinksEnds) {
  write("all/a.yaml", valid_text);
  std::filesystem::create_directory_symlink(path("all"), path("all/again"));
  EXPECT_THAT(find({"all"}), ElementsAre("all/a.yaml"));
}

}  // namespace
}  // namespace cartstorm::sim

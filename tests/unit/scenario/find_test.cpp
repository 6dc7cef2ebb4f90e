#include "tests/unit/scenario/scratch_folder.hpp"

namespace cartstorm::sim {
namespace {

using testing::ElementsAre;

class ScenarioFolder : public ScratchFolder {
 protected:
  /// File names relative to the folder, then complaints.
  std::vector<std::string> find(const std::vector<std::string>& names) const {
    std::vector<std::filesystem::path> paths;
    paths.reserve(names.size());
    for (const auto& name : names) paths.push_back(path(name));
    const Found found = find_scenarios(paths);
    std::vector<std::string> result;
    for (const auto& file : found.files) result.push_back(without_folder(file.string()));
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

TEST_F(ScenarioFolder, LoopOfLinksEnds) {
  write("all/a.yaml", valid_text);
  std::filesystem::create_directory_symlink(path("all"), path("all/again"));
  EXPECT_THAT(find({"all"}), ElementsAre("all/a.yaml"));
}

}  // namespace
}  // namespace cartstorm::sim

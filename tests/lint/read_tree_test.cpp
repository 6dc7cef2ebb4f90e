#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "rules.hpp"

namespace cartstorm::lint {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

/// A small repository on disk.
class TreeOnDisk : public testing::Test {
 protected:
  TreeOnDisk() {
    std::string pattern = (fs::temp_directory_path() / "lint-XXXXXX").string();
    root_ = mkdtemp(pattern.data());
  }
  ~TreeOnDisk() override { fs::remove_all(root_); }

  void plant(const std::string& path, const std::string& text) const {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }

  fs::path root_;
};

TEST_F(TreeOnDisk, BuildAndRunResultsAreNotRead) {
  plant("sim/a.cpp", "int a;\n");
  plant("build/release/a.cpp", "int a;\n");
  plant("out/latest/a.cpp", "int a;\n");
  plant(".git/a.cpp", "int a;\n");
  std::vector<std::string> paths;
  for (const File& file : read_tree(root_).files) paths.push_back(file.path);
  EXPECT_THAT(paths, ElementsAre("sim/a.cpp"));
}

TEST_F(TreeOnDisk, PlantedIncludeIsFoundByTheWholeLint) {
  for (const char* room :
       {"device-model", "broker-mock/jobs", "reports/trace", "sim/kernel", "tests"}) {
    plant(std::string(room) + "/README.md", "A room.\n");
    plant(std::string(room) + "/a.hpp", "#pragma once\n");
  }
  EXPECT_EQ(check_everything(read_tree(root_)).size(), 0U);
  plant("sim/kernel/b.cpp", "#include \"broker-mock/jobs/a.hpp\"\n");
  const Findings findings = check_everything(read_tree(root_));
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].file, "sim/kernel/b.cpp");
  EXPECT_EQ(findings[0].rule, "include");
}

}  // namespace
}  // namespace cartstorm::lint

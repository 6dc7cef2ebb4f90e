#include "defect.hpp"

#include <gmock/gmock.h>

namespace cartstorm::variants {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::Not;

constexpr const char* whole =
    "defect: The attempt is not spent.\n"
    "precedent: trial_crash_loop: a sensor read crashes\n"
    "promise: trial_bounded, attempt_spent_before_jump\n"
    "case: update/crashing\n"
    "depth: 2\n"
    "--- a/device-model/src/x.cpp\n"
    "+++ b/device-model/src/x.cpp\n"
    "@@ -1,2 +1,1 @@\n"
    "--- counter;\n"
    " defect: none of the header\n";

TEST(PatchHeader, NamesWhatItsAuthorExpects) {
  const Defect defect = read_defect("x", whole);
  EXPECT_EQ(defect.sentence, "The attempt is not spent.");
  EXPECT_EQ(defect.precedent, "trial_crash_loop: a sensor read crashes");
  EXPECT_THAT(defect.promises, ElementsAre("trial_bounded", "attempt_spent_before_jump"));
  EXPECT_EQ(defect.exploration, "update/crashing");
  EXPECT_EQ(defect.depth, 2);
}

TEST(PatchHeader, IsNotNeeded) {
  const Defect defect = read_defect("somebodys", "--- a/x.cpp\n+++ b/x.cpp\n");
  EXPECT_EQ(defect.sentence, "somebodys");
  EXPECT_THAT(defect.promises, IsEmpty());
  EXPECT_EQ(defect.exploration, "");
  EXPECT_EQ(defect.depth, 0);
}

TEST(TouchedFiles, AreThoseOfTheHeadersOnly) {
  EXPECT_THAT(touched_files(whole), ElementsAre("device-model/src/x.cpp"));
}

TEST(TouchedFiles, MayBeNewOrGone) {
  EXPECT_THAT(touched_files("--- /dev/null\n+++ b/src/new.cpp\t2024-01-01\n@@ -0,0 +1 @@\n+int a;\n"
                            "--- a/src/old.cpp\n+++ /dev/null\n@@ -1 +0,0 @@\n-int b;\n"),
              ElementsAre("src/new.cpp", "src/old.cpp"));
}

/// Whoever adds a patch says what is wrong, where it went wrong before and who must find it.
TEST(PlantedDefects, SayWhatTheyAre) {
  const std::vector<Defect> defects = read_defects(CARTSTORM_SOURCE_DIR "/tests/variants/planted");
  EXPECT_GE(defects.size(), 40u);
  for (const Defect& defect : defects) {
    EXPECT_THAT(defect, AllOf(Field(&Defect::sentence, testing::EndsWith(".")),
                              Field(&Defect::precedent, Not(IsEmpty())),
                              Field(&Defect::promises, Not(IsEmpty())),
                              Field(&Defect::exploration, Not(IsEmpty()))))
        << defect.name;
  }
}

}  // namespace
}  // namespace cartstorm::variants

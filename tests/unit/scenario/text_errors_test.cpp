#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/scenario/scratch_folder.hpp"

namespace cartstorm::sim {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// What is wrong before any key is looked at.
using ScenarioText = ScratchFolder;

TEST_F(ScenarioText, ThatIsValidHasNoComplaint) { EXPECT_EQ(errors_in(valid_text), ""); }

TEST_F(ScenarioText, MissingFileIsNamed) {
  EXPECT_EQ(errors_of("absent.yaml"), "absent.yaml: error: no such file\n");
}

TEST_F(ScenarioText, FolderIsNoFile) {
  EXPECT_EQ(errors_of("profiles"), "profiles: error: is a folder, expected a file\n");
}

TEST_F(ScenarioText, PipeIsNotWaitedFor) {
  ASSERT_EQ(::mkfifo(path("pipe.yaml").c_str(), 0600), 0);
  EXPECT_EQ(errors_of("pipe.yaml"), "pipe.yaml: error: is not a regular file\n");
}

TEST_F(ScenarioText, LoopOfLinksIsReported) {
  std::filesystem::create_symlink(path("loop.yaml"), path("loop.yaml"));
  EXPECT_EQ(errors_of("loop.yaml"), "loop.yaml: error: Too many levels of symbolic links\n");
}

TEST_F(ScenarioText, EmptyFileIsRefused) {
  const std::string expected = "x.yaml: error: is empty, expected a mapping\n";
  EXPECT_EQ(errors_in(""), expected);
  EXPECT_EQ(errors_in("\n  \n# only a comment\n"), expected);
}

TEST_F(ScenarioText, DocumentMarkerAloneIsNoMapping) {
  EXPECT_EQ(errors_in("---\n"), "x.yaml:2:1: error: expected a mapping, found nothing\n  \n  ^\n");
}

TEST_F(ScenarioText, ListIsNoScenario) {
  EXPECT_EQ(errors_in("- a\n- b\n"),
            "x.yaml:1:1: error: expected a mapping, found a list\n  - a\n  ^\n");
}

TEST_F(ScenarioText, ScalarIsNoScenario) {
  EXPECT_EQ(errors_in("hello\n"),
            "x.yaml:1:1: error: expected a mapping, found \"hello\"\n  hello\n  ^\n");
}

TEST_F(ScenarioText, TabAsIndentationIsRefusedOnEveryLine) {
  EXPECT_EQ(errors_in("fleet:\n\tcarts: 5\n  \tprofiles: two\n"),
            "x.yaml:2:1: error: expected spaces as indentation, found a tab\n"
            "   carts: 5\n"
            "  ^\n"
            "x.yaml:3:3: error: expected spaces as indentation, found a tab\n"
            "     profiles: two\n"
            "    ^\n");
}

TEST_F(ScenarioText, TabsElsewhereAreHarmless) {
  EXPECT_EQ(errors_with("ends: 10d", "ends: 10d\t# a comment\n\t# another\n\t"), "");
}

TEST_F(ScenarioText, BytesThatAreNotUtf8AreNamed) {
  EXPECT_THAT(errors_in("why: \xE4\xF6\n"),
              StartsWith("x.yaml:1:6: error: expected UTF-8 text, found the byte 0xe4\n"));
  EXPECT_THAT(errors_in("why: \xC0\xAF\n"), HasSubstr("found the byte 0xc0"));
  EXPECT_THAT(errors_in("why: \xED\xA0\x80\n"), HasSubstr("found the byte 0xed"));
  EXPECT_THAT(errors_in("why: \xF4\x90\x80\x80\n"), HasSubstr("found the byte 0xf4"));
  EXPECT_THAT(errors_in("why: \xE2\x82\n"), HasSubstr("found the byte 0xe2"));
  EXPECT_THAT(errors_in(std::string_view("a\0b: x\n", 7)),
              StartsWith("x.yaml:1:2: error: expected text, found the control byte 0x00\n"));
}

TEST_F(ScenarioText, BytesThatAreNoTextAreNotShown) {
  EXPECT_EQ(errors_in("why: \x9B\x33\x31m\n\xFF\n\xFE\n"),
            "x.yaml:1:6: error: expected UTF-8 text, found the byte 0x9b\n"
            "  why: ?31m\n"
            "       ^\n");
  EXPECT_EQ(errors_in(std::string_view("\xFF\xFEw\0\n\0", 6)),
            "x.yaml: error: is UTF-16, save it as UTF-8\n");
}

TEST_F(ScenarioText, WrongIndentationIsExplained) {
  EXPECT_THAT(errors_in("scenario: x\nfleet:\n  carts: 5\n   profiles: two\n"),
              HasSubstr("not valid YAML: "));
  EXPECT_THAT(errors_in("fleet:\n  a: {b: 1}\n   c: {d: 1}\n"),
              HasSubstr("end of map not found (is this line indented differently?)\n"));
}

TEST_F(ScenarioText, Utf8AndByteOrderMarkAreWelcome) {
  EXPECT_EQ(errors_with("a test", "\xC3\xA4 \xE2\x82\xAC \xF0\x9F\x9B\x92"), "");
  EXPECT_EQ(errors_in("\xEF\xBB\xBF" + std::string(valid_text)), "");
}

TEST_F(ScenarioText, WindowsLineEndsAreWelcome) {
  std::string text(valid_text);
  for (auto at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 2)) {
    text.insert(at, "\r");
  }
  EXPECT_EQ(errors_in(text), "");
}

TEST_F(ScenarioText, ErrorOfTheYamlItselfHasItsPlace) {
  EXPECT_THAT(errors_in("scenario: x\nwhy: [a, b\nends: 10d\n"),
              testing::AllOf(StartsWith("x.yaml:"), HasSubstr(": error: not valid YAML: ")));
  EXPECT_EQ(errors_in("scenario: x: y\n"),
            "x.yaml:1:12: error: not valid YAML: illegal map value (a text with a colon needs "
            "quotes)\n"
            "  scenario: x: y\n"
            "             ^\n");
}

TEST_F(ScenarioText, UnknownAliasIsReported) {
  EXPECT_THAT(errors_in("scenario: *x\n"), HasSubstr("error: not valid YAML: "));
}

TEST_F(ScenarioText, SecondDocumentIsRefused) {
  EXPECT_EQ(errors_in(std::string(valid_text) + "---\nscenario: y\n"),
            "x.yaml:17:1: error: expected one document, found a second one\n"
            "  scenario: y\n"
            "  ^\n");
}

TEST_F(ScenarioText, DeepNestingIsRefused) {
  EXPECT_THAT(errors_in("why: " + std::string(40, '[') + std::string(40, ']') + "\n"),
              StartsWith("x.yaml:1:37: error: nested deeper than 32 levels\n"));
  EXPECT_THAT(errors_in("why: " + std::string(300'000, '[') + "\n"),
              HasSubstr("nested deeper than 32 levels"));
}

TEST_F(ScenarioText, AliasesThatMultiplyAreRefused) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last;
    for (int k = 0; k < 9; ++k) text += ", " + last;
    text += "]\n";
  }
  EXPECT_THAT(errors_in(text), HasSubstr("error: expands to more than 50,000 values\n"));
}

TEST_F(ScenarioText, LargeFileIsRefused) {
  const std::string comment = "#" + std::string(1024 * 1024 - 2, 'x') + "\n";
  EXPECT_EQ(errors_in(comment), "x.yaml: error: is empty, expected a mapping\n");
  EXPECT_EQ(errors_in(comment + "\n"), "x.yaml: error: is larger than 1 MiB\n");
}

TEST_F(ScenarioText, AnchorsAndAliasesMeanWhatTheyCopy) {
  write("x.yaml", replaced(valid_text, "old: {version: 1.8.0}\n  new: {version: 2.0.0}",
                           "old: {version: 1.8.0, errors_per_hour: &rate 3}\n"
                           "  new: {version: 2.0.0, errors_per_hour: *rate}"));
  const Loaded loaded = load("x.yaml");
  ASSERT_TRUE(loaded.diagnostics.empty());
  EXPECT_EQ(loaded.scenario.images.at("new").errors_per_hour, 3);
}

TEST_F(ScenarioText, MistakeInAnAnchorIsToldOnce) {
  EXPECT_EQ(errors_with("old: {version: 1.8.0}\n  new: {version: 2.0.0}",
                        "old: &image {version: 1.8.0, sice: 1KiB}\n  new: *image"),
            "x.yaml:6:32: error: unknown key \"sice\" in images.old (did you mean \"size\"?)\n"
            "    old: &image {version: 1.8.0, sice: 1KiB}\n"
            "                                 ^\n"
            "x.yaml:6:32: error: unknown key \"sice\" in images.new (did you mean \"size\"?)\n"
            "    old: &image {version: 1.8.0, sice: 1KiB}\n"
            "                                 ^\n");
}

}  // namespace
}  // namespace cartstorm::sim

#include "sim/explore/exploration_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "sim/scenario/vocabulary.hpp"

namespace cartstorm::sim::explore {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* valid_text = R"(exploration: x
why: a test
tags: [explore]
flash: {part: spi_nor}
images: {size: 200KiB, changes: 30%}
cart: {journal_every: 64KiB, trial_attempts: 2}
stories:
  - story: good
  - story: crashing
    fate: crashes
  - story: cancelled
    happens: {cancel: downloading}
  - story: by_patch_aged
    delivery: patch
    first_sequence: 4294967280
    retries: 2
search: {depth: 2, tears: common, faults: [write_lost]}
)";

/// A folder of its own per test, removed afterwards.
class ExplorationFile : public testing::Test {
 protected:
  ExplorationFile() {
    std::string pattern = (std::filesystem::path(testing::TempDir()) / "explore_XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~ExplorationFile() override { std::filesystem::remove_all(folder_); }

  LoadedExploration load(const std::string& text, const char* name = "x.yaml") const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return load_exploration(folder_ / name);
  }
  /// All complaints as they are printed, without the name of the folder.
  std::string errors_in(const std::string& text) const {
    std::string all;
    for (const Diagnostic& diagnostic : load(text).diagnostics) all += to_text(diagnostic, false);
    const std::string prefix = folder_.string() + "/";
    for (auto at = all.find(prefix); at != std::string::npos; at = all.find(prefix)) {
      all.erase(at, prefix.size());
    }
    return all;
  }
  static std::string with(const std::string& part, const std::string& replacement) {
    std::string text = valid_text;
    const auto at = text.find(part);
    EXPECT_NE(at, std::string::npos) << "the text has no " << part;
    return text.replace(at, part.size(), replacement);
  }
  std::string errors_with(const std::string& part, const std::string& replacement) const {
    return errors_in(with(part, replacement));
  }
  std::string digest_with(const std::string& part, const std::string& replacement) const {
    const LoadedExploration loaded = load(with(part, replacement));
    EXPECT_THAT(loaded.diagnostics, testing::IsEmpty()) << replacement;
    return loaded.exploration.digest;
  }

 private:
  std::filesystem::path folder_;
};

TEST_F(ExplorationFile, IsReadAsItIsWritten) {
  const LoadedExploration loaded = load(valid_text);
  for (const Diagnostic& d : loaded.diagnostics) ADD_FAILURE() << to_text(d, false);
  const Exploration& e = loaded.exploration;
  EXPECT_EQ(e.name, "x");
  EXPECT_EQ(e.why, "a test");
  EXPECT_THAT(e.tags, testing::ElementsAre("explore"));
  EXPECT_EQ(e.part.geometry.slot_size, 256U * 1024);
  EXPECT_EQ(e.part.page, 256U);
  EXPECT_EQ(e.images.size, 200U * 1024);
  EXPECT_EQ(e.images.changes, 0.3);
  EXPECT_EQ(e.tuning.trial_attempts, 2);
  EXPECT_EQ(e.tuning.probation_resets, 3);
  ASSERT_EQ(e.stories.size(), 4U);
  EXPECT_EQ(e.stories[0].fate, Fate::good);
  EXPECT_EQ(e.stories[0].incident.what, Happening::nothing);
  EXPECT_EQ(e.stories[1].fate, Fate::crashes);
  EXPECT_EQ(e.stories[2].incident.what, Happening::cancel);
  EXPECT_EQ(e.stories[2].incident.at, ota::State::downloading);
  EXPECT_EQ(e.stories[3].delivery, Delivery::patch);
  EXPECT_EQ(e.stories[3].first_sequence, 4294967280U);
  EXPECT_EQ(e.stories[2].retries, 0U);
  EXPECT_EQ(e.stories[3].retries, 2U);
  EXPECT_EQ(e.search.depth, 2U);
  EXPECT_EQ(e.search.tears, common_tears());
  EXPECT_EQ(e.search.deep_tears, common_tears());
  EXPECT_THAT(e.search.faults, testing::ElementsAre(OpFault::write_lost));
  EXPECT_THAT(e.search.bad_sectors, testing::IsEmpty());
}

TEST_F(ExplorationFile, SearchesEveryTearUnlessToldOtherwise) {
  const Exploration e = load("exploration: x\nwhy: a test\nstories: [{story: a}]\n").exploration;
  EXPECT_EQ(e.search.depth, 1U);
  EXPECT_EQ(e.search.tears, every_tear());
  EXPECT_EQ(e.part.geometry.sector_size, 4096U);
  EXPECT_EQ(e.digest.size(), 16U);
}

TEST_F(ExplorationFile, PolicyHasTheKeysOfTuning) {
  const Exploration e = load(with("trial_attempts: 2",
                                  "confirm_within: 2m, backoff_base: 1s, backoff_cap: 1500ms, "
                                  "restart_takes: 90s, confirm_needs_check_in: false, "
                                  "start_jitter: 0s, download_retries: 0"))
                            .exploration;
  EXPECT_EQ(e.tuning.confirm_within_ms, 120'000U);
  EXPECT_EQ(e.tuning.backoff_base_ms, 1'000U);
  EXPECT_EQ(e.tuning.backoff_cap_ms, 1'500U);
  EXPECT_EQ(e.tuning.restart_takes_s, 90U);
  EXPECT_EQ(e.tuning.start_jitter_ms, 0U);
  EXPECT_EQ(e.tuning.download_retries, 0);
  EXPECT_FALSE(e.tuning.confirm_needs_check_in);
}

TEST_F(ExplorationFile, PartIsNamedAndRefined) {
  const Exploration mcu =
      load(with("{part: spi_nor}", "{part: nor_mcu, slot: 256KiB}")).exploration;
  EXPECT_EQ(mcu.part.geometry.slot_size, 256U * 1024);
  EXPECT_EQ(mcu.part.geometry.sector_size, 2048U);
  EXPECT_EQ(mcu.part.geometry.program_unit, 8U);
  EXPECT_EQ(mcu.part.page, 8U);
}

TEST_F(ExplorationFile, MistypedWordsAreSuggested) {
  EXPECT_EQ(errors_with("fate: crashes", "fate: crahes"),
            "x.yaml:10:11: error: unknown fate \"crahes\" in stories[1].fate (did you mean "
            "\"crashes\"?)\n"
            "      fate: crahes\n"
            "            ^\n");
  EXPECT_EQ(errors_with("images:", "imags:"),
            "x.yaml:5:1: error: unknown key \"imags\" in the exploration (did you mean "
            "\"images\"?)\n"
            "  imags: {size: 200KiB, changes: 30%}\n"
            "  ^\n");
  EXPECT_THAT(
      errors_with("tears: common", "tears: [half, al_zero]"),
      HasSubstr("unknown tear \"al_zero\" in search.tears[1] (did you mean \"all_zero\"?)"));
  EXPECT_THAT(errors_with("tears: common", "tears: sometimes"),
              HasSubstr("expected every, common or a list of tears in search.tears, found "
                        "\"sometimes\""));
  EXPECT_THAT(errors_with("part: spi_nor", "part: spi_nro"), HasSubstr("did you mean \"spi_nor\""));
  EXPECT_THAT(errors_with("cancel: downloading", "cancel: starting"),
              HasSubstr("unknown state \"starting\""));
}

TEST_F(ExplorationFile, UnitsAndDuplicatesAreRefused) {
  EXPECT_THAT(errors_with("size: 200KiB", "size: 200"),
              HasSubstr("expected a size such as 512KiB or 1MiB in images.size, found \"200\""));
  EXPECT_THAT(errors_with("changes: 30%", "changes: 0.3"), HasSubstr("expected a share above 0%"));
  EXPECT_THAT(errors_with("trial_attempts: 2", "confirm_within: 500us"),
              HasSubstr("expected a duration above 0 in whole milliseconds such as 30s in "
                        "cart.confirm_within, found \"500us\""));
  EXPECT_THAT(errors_with("trial_attempts: 2", "trial_attempts: 300"),
              HasSubstr("expected a whole number from 1 to 255"));
  EXPECT_THAT(errors_with("depth: 2", "depth: 4"),
              HasSubstr("expected a whole number from 1 to 3 in search.depth, found \"4\""));
  EXPECT_THAT(errors_with("depth: 2", "depth: 2, depth: 1"), HasSubstr("duplicate key \"depth\""));
  EXPECT_THAT(errors_with("[write_lost]", "[write_lost, write_lost]"),
              HasSubstr("write_lost is there twice"));
  EXPECT_THAT(errors_with("4294967280", "0"), HasSubstr("expected a whole number from 1"));
  EXPECT_THAT(errors_with("[write_lost]", "[none]"), HasSubstr("unknown fault \"none\""));
}

TEST_F(ExplorationFile, ImagesMustFitTheirSlot) {
  EXPECT_EQ(errors_with("size: 200KiB", "size: 253KiB"),
            "x.yaml:5:16: error: an image of 253KiB does not fit into a slot of 256KiB, which "
            "keeps 4KiB for the trailer\n"
            "  images: {size: 253KiB, changes: 30%}\n"
            "                 ^\n");
  EXPECT_EQ(errors_with("size: 200KiB", "size: 252KiB"), "");
  // Sectors of 1 KiB: the trailer needs two.
  EXPECT_THAT(errors_with("{part: spi_nor}", "{slot: 16KiB, sector: 1KiB}"),
              HasSubstr("does not fit into a slot of 16KiB, which keeps 2KiB"));
  EXPECT_THAT(errors_with("{part: spi_nor}", "{slot: 1KiB, sector: 1KiB}"),
              HasSubstr("does not fit into a slot of 1KiB, which keeps 1KiB"));
  EXPECT_THAT(errors_with("images: {size: 200KiB, changes: 30%}\n", ""), "");
}

TEST_F(ExplorationFile, PartsMustBePossible) {
  const auto errors = [&](const char* flash) { return errors_with("{part: spi_nor}", flash); };
  EXPECT_THAT(errors("{program_unit: 24B}"),
              StartsWith("x.yaml:4:23: error: expected program_unit to be a power of two up to "
                         "256B, found 24B"));
  EXPECT_THAT(errors("{program_unit: 512B}"), HasSubstr("a power of two up to 256B"));
  EXPECT_THAT(errors("{page: 384B}"),
              HasSubstr("expected page to be a multiple of program_unit (256B), found 384B"));
  EXPECT_THAT(errors("{page: 512B, sector: 1280B}"),
              HasSubstr("expected sector to be a multiple of page (512B), found 1280B"));
  EXPECT_THAT(errors("{slot: 250KiB}"),
              HasSubstr("expected slot to be a multiple of sector (4KiB), found 250KiB"));
  EXPECT_THAT(errors("{sector: 512B}"), HasSubstr("expected sector to be 1KiB to 128KiB"));
  EXPECT_THAT(errors("{sector: 256KiB}"), HasSubstr("expected sector to be 1KiB to 128KiB"));
  EXPECT_THAT(errors("{sector: 1KiB, slot: 300KiB}"),
              HasSubstr("two slots of 300KiB and the records are 608 sectors of 1KiB, expected at "
                        "most 576"));
  EXPECT_THAT(errors("{sector: 1KiB, slot: 284KiB}"), testing::IsEmpty());
}

TEST_F(ExplorationFile, StoriesAreNamedOnce) {
  EXPECT_THAT(errors_with("story: crashing", "story: good"),
              StartsWith("x.yaml:9:12: error: story good is there twice, first as stories[0]"));
  EXPECT_THAT(errors_with("story: crashing", "story: Crash-ing"),
              HasSubstr("expected a word of a-z, 0-9 and _ in stories[1].story"));
  EXPECT_THAT(errors_with("story: crashing", "story: sector7"), HasSubstr("expected a word"));
  EXPECT_EQ(errors_with("story: crashing", "story: 7_lives"), "");
  EXPECT_THAT(errors_in("exploration: x\nwhy: a test\nstories: []\n"),
              HasSubstr("expected at least one story in stories"));
  EXPECT_THAT(errors_in("exploration: x\nwhy: a test\n"), HasSubstr("missing key \"stories\""));
}

TEST_F(ExplorationFile, OneThingHappensInAStory) {
  EXPECT_THAT(errors_with("{cancel: downloading}", "{cancel: downloading, opt_out: trial}"),
              HasSubstr("expected one thing that happens in stories[2].happens, found 2"));
  EXPECT_THAT(errors_with("{cancel: downloading}", "{}"), HasSubstr("found 0"));
}

TEST_F(ExplorationFile, OnlyARollbackEndsALossOfTheLinkUntilThen) {
  const std::string happens = "happens: {lose_link_until_rollback: reporting}";
  EXPECT_THAT(errors_with("happens: {cancel: downloading}", happens),
              StartsWith("x.yaml:12:14: error: expected fate crashes_after_confirm beside "
                         "lose_link_until_rollback in stories[2], found good"));
  EXPECT_EQ(
      errors_with("happens: {cancel: downloading}", "fate: crashes_after_confirm\n    " + happens),
      "");
}

TEST_F(ExplorationFile, RetriesAreAsManyAsJobsTakes) {
  EXPECT_EQ(errors_with("retries: 2", "retries: 10"), "");
  EXPECT_THAT(errors_with("retries: 2", "retries: 11"), HasSubstr("from 0 to 10"));
}

TEST_F(ExplorationFile, PausesMustGrow) {
  EXPECT_THAT(errors_with("trial_attempts: 2", "backoff_base: 2h"),
              HasSubstr("expected backoff_base to be at most backoff_cap, found 2h and 1h"));
}

TEST_F(ExplorationFile, AllMistakesComeAtOnce) {
  const LoadedExploration loaded = load(
      "exploration: y\nwhy: a test\nflash: {page: 100B}\nimages: {size: 12}\n"
      "stories: [{story: A}]\nsearch: {depth: 0}\n");
  EXPECT_EQ(loaded.diagnostics.size(), 5U);
  EXPECT_EQ(loaded.exploration.digest, "");
}

TEST_F(ExplorationFile, IsNamedAsItsFile) {
  EXPECT_THAT(errors_with("exploration: x", "exploration: y"),
              StartsWith("x.yaml:1:14: error: exploration y stands in a file named x"));
}

TEST_F(ExplorationFile, MissingFileIsAComplaint) {
  ASSERT_EQ(load_exploration("/nowhere/x.yaml").diagnostics.size(), 1U);
}

TEST_F(ExplorationFile, CanonicalTextReadsBack) {
  const Exploration first = load(valid_text).exploration;
  const LoadedExploration again = load(canonical_text(first));
  for (const Diagnostic& d : again.diagnostics) ADD_FAILURE() << to_text(d, false);
  EXPECT_EQ(canonical_text(again.exploration), canonical_text(first));
  EXPECT_EQ(again.exploration.digest, first.digest);
}

TEST_F(ExplorationFile, DigestIsOfTheMeaning) {
  const std::string digest = load(valid_text).exploration.digest;
  EXPECT_EQ(digest.size(), 16U);
  EXPECT_EQ(digest_with("why: a test", "why: another   # remark"), digest);
  EXPECT_EQ(digest_with("tags: [explore]", "tags: [other]"), digest);
  EXPECT_EQ(digest_with("part: spi_nor", "sector: 4096B"), digest);
  EXPECT_EQ(digest_with("trial_attempts: 2", "trial_attempts: 2, probation_resets: 3"), digest);
  for (const auto& [part, other] : std::initializer_list<std::pair<const char*, const char*>>{
           {"part: spi_nor", "slot: 252KiB"},
           {"200KiB", "199KiB"},
           {"30%", "31%"},
           {"trial_attempts: 2", "trial_attempts: 3"},
           {"fate: crashes", "fate: fails_self_test"},
           {"cancel: downloading", "cancel: trial"},
           {"cancel: downloading", "opt_out: downloading"},
           {"delivery: patch", "delivery: full"},
           {"4294967280", "4294967281"},
           {"retries: 2", "retries: 3"},
           {"story: good", "story: fine"},
           {"depth: 2", "depth: 1"}}) {
    EXPECT_NE(digest_with(part, other), digest) << other;
  }
}

TEST(ReadTears, TakesTheWordsOfTheFile) {
  std::vector<Tear> tears;
  EXPECT_EQ(read_tears("every", tears), "");
  EXPECT_EQ(tears.size(), 18U);
  EXPECT_EQ(read_tears("common", tears), "");
  EXPECT_EQ(tears, common_tears());
  EXPECT_EQ(read_tears("half,after,half", tears), "");
  EXPECT_THAT(tears, testing::ElementsAre(Tear::half, Tear::after));
  EXPECT_EQ(read_tears("half,aftr", tears), "unknown tear \"aftr\" (did you mean \"after\"?)");
  EXPECT_THAT(read_tears("", tears), StartsWith("unknown tear \"\", expected every"));
  EXPECT_THAT(read_tears("half,", tears), StartsWith("unknown tear \"\""));
}

const std::filesystem::path shipped = CARTSTORM_SOURCE_DIR "/scenarios";

std::string text_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

TEST(ShippedExplorations, AllLoadAndNameTheirSchema) {
  int count = 0;
  for (const auto& file : std::filesystem::directory_iterator(shipped / "explore")) {
    ++count;
    const LoadedExploration loaded = load_exploration(file.path());
    for (const Diagnostic& d : loaded.diagnostics) ADD_FAILURE() << to_text(d, false);
    EXPECT_THAT(loaded.exploration.tags, testing::Contains("explore")) << file;
    EXPECT_THAT(text_of(file.path()),
                StartsWith("# yaml-language-server: "
                           "$schema=../schema/exploration.schema.json\nexploration: "))
        << file;
  }
  EXPECT_GE(count, 10);
}

TEST(ShippedExplorations, ReferenceUpdateIsTheOneOfTheDesign) {
  const Exploration e = load_exploration(shipped / "explore/update.yaml").exploration;
  EXPECT_EQ(e.part.geometry.slot_size, 256U * 1024);
  EXPECT_EQ(e.part.geometry.sector_size, 4096U);
  EXPECT_EQ(e.part.page, 256U);
  EXPECT_EQ(e.images.size, 200U * 1024);
  ASSERT_EQ(e.stories.size(), 4U);
  EXPECT_EQ(e.stories[3].fate, Fate::crashes_after_confirm);
  EXPECT_EQ(e.search.tears, every_tear());
}

TEST(GeneratedFiles, SchemaOfExplorationsIsFresh) {
  EXPECT_EQ(text_of(shipped / "schema/exploration.schema.json"), exploration_schema())
      << "renew it: ./cartstorm explain --schema exploration "
         "> scenarios/schema/exploration.schema.json";
}

TEST(GeneratedFiles, WordsOfExplorationsAreFresh) {
  EXPECT_EQ(text_of(shipped / "VOCABULARY.md"), vocabulary_markdown() + exploration_vocabulary());
}

}  // namespace
}  // namespace cartstorm::sim::explore

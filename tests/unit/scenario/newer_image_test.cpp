#include <fmt/format.h>

#include "tests/unit/scenario/scratch_folder.hpp"

namespace cartstorm::sim {
namespace {

using testing::HasSubstr;

/// An image that only the rollout of `rollout.superseded` brings.
class NewerImage : public ScratchFolder {
 protected:
  static constexpr std::string_view superseded =
      "  superseded: {stage: early, after: 2h, person: bo,\n"
      "    stages: [{stage: everybody, share: 100%, soak: 24h}]}\n";
  std::string with(std::string_view newer, std::string_view rollout = superseded) const {
    return errors_in(
        replaced(replaced(valid_text, "  new: {version: 2.0.0}",
                          fmt::format("  new: {{version: 2.0.0}}\n  newer: {{{}}}", newer)),
                 "plan: standard\n", fmt::format("plan: standard\n{}", rollout)));
  }
};

TEST_F(NewerImage, HasItsOwnVersionAndErrors) {
  ASSERT_EQ(with("version: 2.0.1, errors_per_hour: 3"), "");
  const Image image = load("x.yaml").scenario.images.at("newer");
  EXPECT_EQ(to_string(image.version), "2.0.1");
  EXPECT_EQ(image.errors_per_hour, 3);
}

TEST_F(NewerImage, IsRefusedWhereNobodyRollsItOut) {
  EXPECT_EQ(with("version: 2.0.1", ""),
            "x.yaml:8:10: error: nobody rolls it out: give rollout.superseded, whose rollout "
            "brings it\n"
            "    newer: {version: 2.0.1}\n"
            "           ^\n");
}

TEST_F(NewerImage, ComesAfterTheOneThatItReplaces) {
  for (const char* const version : {"2.0.0", "1.8.0", "1.9.0"}) {
    EXPECT_THAT(with(fmt::format("version: {}", version)),
                HasSubstr(fmt::format("error: expected a version above 2.0.0, that of images.new, "
                                      "and not that of images.old, found {}\n",
                                      version)));
  }
}

/// An older image may come after images.new, which then takes images.old back.
TEST_F(NewerImage, IsNoneThatCartsComeWith) {
  const auto with_version = [this](const char* version) {
    std::string text = replaced(valid_text, "profiles: two", "profiles: two, on_older: 10%");
    text = replaced(text, "  old: {version: 1.8.0}",
                    "  older: {version: 1.6.0}\n  old: {version: 1.8.0}");
    text = replaced(text, "  new: {version: 2.0.0}",
                    fmt::format("  new: {{version: 1.5.0}}\n  newer: {{version: {}}}", version));
    return errors_in(
        replaced(text, "plan: standard\n", fmt::format("plan: standard\n{}", superseded)));
  };
  EXPECT_EQ(with_version("1.7.0"), "");
  EXPECT_THAT(with_version("1.6.0"),
              HasSubstr("x.yaml:9:20: error: expected another version than 1.6.0, that of "
                        "images.older: carts that come with it would have nothing to update to\n"));
}

TEST_F(NewerImage, IsWholeAndOfAKnownCa) {
  EXPECT_THAT(with("version: 2.0.1, changes: 10%"),
              HasSubstr("only images.new can be made from another image; leave it out here"));
  EXPECT_THAT(with("version: 2.0.1, signed_by: ca-other"),
              HasSubstr("expected ca-current, by which images.new is signed, or ca-current"));
  EXPECT_THAT(with("version: 2.0.1, valid: {from: 2d, until: 1d}"),
              HasSubstr("expected images.newer.valid.from to be before until"));
  EXPECT_THAT(with("version: 2.0.1", fmt::format("  patch_only: true\n{}", superseded)),
              HasSubstr("there is no patch to images.newer: without it nobody could fetch it"));
}

}  // namespace
}  // namespace cartstorm::sim

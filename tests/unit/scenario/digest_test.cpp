#include "tests/unit/scenario/scratch_folder.hpp"

namespace cartstorm::sim {
namespace {

class ScenarioDigest : public ScratchFolder {
 protected:
  std::uint64_t digest_of_text(std::string_view text) const {
    EXPECT_EQ(errors_in(text), "");
    return load("x.yaml").scenario.digest;
  }
  std::uint64_t digest_with(std::string_view part, std::string_view replacement) const {
    return digest_of_text(replaced(valid_text, part, replacement));
  }
  std::uint64_t plain() const { return digest_of_text(valid_text); }
};

TEST_F(ScenarioDigest, IsTheSameForEveryCompilerAndProcess) {
  EXPECT_EQ(plain(), 0xf31da8934d2956e9ULL);
}

TEST_F(ScenarioDigest, IgnoresSpellingCommentsAndOrder) {
  EXPECT_EQ(digest_with("ends: 10d", "ends: 240h   # ten days"), plain());
  EXPECT_EQ(digest_with("{carts: 2000, profiles: two}", "\n  profiles: two\n  carts: 2000"),
            plain());
  EXPECT_EQ(digest_with("plan: standard", "plan: standard\n  on_hold: cancel_queued"), plain());
}

TEST_F(ScenarioDigest, IgnoresInWhichFileAThingStands) {
  write("base.yaml", valid_text);
  write("x.yaml", "scenario: x\nextends: base.yaml\n");
  EXPECT_EQ(load("x.yaml").scenario.digest, plain());
}

TEST_F(ScenarioDigest, ChangesWithEveryValue) {
  EXPECT_NE(digest_with("ends: 10d", "ends: 11d"), plain());
  EXPECT_NE(digest_with("-13h", "-12h"), plain());
  EXPECT_NE(digest_with("- not_held", "- completed"), plain());
  EXPECT_NE(digest_with("2.0.0", "2.0.0, quirks: [local_clock_self_test]"), plain());
}

TEST_F(ScenarioDigest, ChangesWithTheProfileTable) {
  const auto before = plain();
  write("profiles/two.yaml", replaced(table_text, "08:30", "08:31"));
  EXPECT_NE(plain(), before);
}

}  // namespace
}  // namespace cartstorm::sim

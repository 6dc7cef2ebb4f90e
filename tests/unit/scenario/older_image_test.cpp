#include <fmt/format.h>

#include "tests/unit/scenario/scratch_folder.hpp"

namespace cartstorm::sim {
namespace {

using testing::HasSubstr;

/// An image that a part of the fleet comes with.
class OlderImage : public ScratchFolder {
 protected:
  std::string with(std::string_view older, std::string_view who = "{region: eu}") const {
    std::string text = replaced(valid_text, "  old: {version: 1.8.0}",
                                fmt::format("  older: {{{}}}\n  old: {{version: 1.8.0}}", older));
    return errors_in(
        replaced(text, "profiles: two", fmt::format("profiles: two, on_older: {}", who)));
  }
};

TEST_F(OlderImage, RunsOnTheCartsThatTheFleetNames) {
  ASSERT_EQ(with("version: 1.6.0, errors_per_hour: 3", "{region: eu, share: 40%}"), "");
  const Scenario scenario = load("x.yaml").scenario;
  EXPECT_EQ(to_string(scenario.images.at("older").version), "1.6.0");
  EXPECT_EQ(scenario.images.at("older").errors_per_hour, 3);
  ASSERT_TRUE(scenario.fleet.on_older);
  EXPECT_EQ(scenario.fleet.on_older->region, "eu");
  EXPECT_EQ(scenario.fleet.on_older->share, 0.4);
}

TEST_F(OlderImage, MayRunOnAShareOfAll) {
  ASSERT_EQ(with("version: 1.6.0", "10%"), "");
  EXPECT_EQ(load("x.yaml").scenario.fleet.on_older->share, 0.1);
}

TEST_F(OlderImage, IsRefusedWhereNobodyRunsIt) {
  EXPECT_EQ(errors_in(replaced(valid_text, "  old: {version: 1.8.0}",
                               "  older: {version: 1.6.0}\n  old: {version: 1.8.0}")),
            "x.yaml:6:10: error: no cart runs it: give fleet.on_older, the carts that do\n"
            "    older: {version: 1.6.0}\n"
            "           ^\n");
}

TEST_F(OlderImage, IsThereForThoseWhoRunIt) {
  EXPECT_THAT(errors_in(replaced(valid_text, "profiles: two", "profiles: two, on_older: 10%")),
              HasSubstr("there is no images.older that they could run; give it"));
}

TEST_F(OlderImage, RunsOnSomebodyAndNotOnEverybody) {
  const char* const all = "all carts would run images.older, and none images.old";
  EXPECT_THAT(with("version: 1.6.0", "100%"), HasSubstr(all));
  EXPECT_THAT(with("version: 1.6.0", "{}"), HasSubstr(all));
  EXPECT_EQ(with("version: 1.6.0", "99%"), "");
  EXPECT_THAT(with("version: 1.6.0", "{region: er}"),
              HasSubstr("two has region \"er\", it has eu, us"));
  EXPECT_THAT(with("version: 1.6.0", "{region: eu, use: retail}"),
              HasSubstr("no cart of profile table two matches all of fleet.on_older"));
}

TEST_F(OlderImage, RunsOnMoreThanHalfACart) {
  const char* const nobody = "error: no cart of profile table two matches all of fleet.on_older: ";
  EXPECT_THAT(with("version: 1.6.0", "0.01%"),
              HasSubstr(std::string{nobody} + "0.2 of 2000 carts are expected to\n"));
  EXPECT_THAT(with("version: 1.6.0", "{region: eu, share: 0.09%}"), HasSubstr(nobody));
  EXPECT_EQ(with("version: 1.6.0", "{region: eu, share: 0.11%}"), "");
  EXPECT_EQ(with("version: 1.6.0", "0.03%"), "");
}

TEST_F(OlderImage, DoesNotKeepItsCartsFromTheNewOne) {
  EXPECT_THAT(with("version: 1.6.0, security_version: 2"),
              HasSubstr("error: expected at most 1, that of images.new, which these carts would "
                        "all reject, found 2\n"));
  EXPECT_EQ(with("version: 1.6.0, security_version: 1"), "");
}

TEST_F(OlderImage, IsFromBeforeTheOneThatTheFleetComesFrom) {
  for (const char* const version : {"1.8.0", "1.8.1", "2.0.0"}) {
    EXPECT_THAT(with(fmt::format("version: {}", version)),
                HasSubstr(fmt::format("error: expected a version below 1.8.0, that of images.old, "
                                      "and not that of images.new, found {}\n",
                                      version)));
  }
}

TEST_F(OlderImage, IsWholeAndOfTheCaThatTheFleetHas) {
  EXPECT_THAT(with("version: 1.6.0, changes: 10%"),
              HasSubstr("only images.new can be made from another image; leave it out here"));
  EXPECT_THAT(with("version: 1.6.0, signed_by: ca-other"),
              HasSubstr("expected ca-current, by which images.old is signed, found ca-other"));
  EXPECT_THAT(with("version: 1.6.0, valid: {from: 2d, until: 1d}"),
              HasSubstr("expected images.older.valid.from to be before until"));
}

}  // namespace
}  // namespace cartstorm::sim

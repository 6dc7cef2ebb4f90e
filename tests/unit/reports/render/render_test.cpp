#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <sstream>

#include "reports/render/clean.hpp"
#include "tests/unit/reports/render/sample.hpp"
#include "tests/unit/reports/render/well_formed.hpp"

namespace cartstorm::report {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

void expect_lines_fit(const std::string& text) {
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(columns(line), 100) << line;
    EXPECT_FALSE(line.ends_with(' ')) << '"' << line << '"';
  }
}

TEST(Json, SaysWhatTheSummarySays) {
  const auto document = boost::json::parse(to_json(hostile_summary())).as_object();
  EXPECT_EQ(document.at("scenario").as_string(), "clock_storm<&\">");
  EXPECT_EQ(document.at("verdict").as_string(), "fail");
  EXPECT_EQ(document.at("seed").as_uint64(), 18'446'744'073'709'551'615ULL);
  EXPECT_EQ(document.at("trace_hash").as_string(), "0123456789abcdef0123456789abcdef");
  EXPECT_EQ(document.at("fleet").at("on_new").to_number<std::int64_t>(), 4900);
  const auto& stage = document.at("stages").as_array().at(0);
  EXPECT_EQ(stage.at("hold_us").to_number<std::int64_t>(), 15'153'000'000);
  EXPECT_TRUE(stage.at("end_us").is_null());
  const auto& check = document.at("checks").as_array().at(1);
  EXPECT_EQ(check.at("first").at("cart").to_number<std::int64_t>(), 17);
  EXPECT_EQ(check.at("is_declared").as_bool(), true);
  EXPECT_EQ(document.at("expectations").as_array().size(), 2);
}
TEST(Json, KeepsTheOrderOfItsMembers) {
  const std::string text = to_json(hostile_summary());
  EXPECT_THAT(text, StartsWith("{\n  \"scenario\": \"clock_storm<&\\\">\",\n  \"why\": "));
  EXPECT_LT(text.find("\"verdict\""), text.find("\"stages\""));
  EXPECT_LT(text.find("\"stages\""), text.find("\"checks\""));
}
TEST(Json, OfAnEmptySummaryParses) {
  EXPECT_TRUE(boost::json::parse(to_json(Summary{})).is_object());
}

TEST(Text, FitsTheTerminal) {
  expect_lines_fit(to_text(hostile_summary(), false));
  expect_lines_fit(to_text(Summary{}, false));
  expect_lines_fit(night_text({hostile_summary(), Summary{}}, false));
}
TEST(Text, HasNoEscapeCodesUnlessAsked) {
  EXPECT_THAT(to_text(hostile_summary(), false), Not(HasSubstr("\x1b")));
  EXPECT_THAT(to_text(hostile_summary(), true), StartsWith("\x1b[1;31mfail\x1b[0m  "));
  EXPECT_THAT(night_text({hostile_summary()}, false), Not(HasSubstr("\x1b")));
}
TEST(Text, NeverHandsOnEscapeCodesOfAScenario) {
  EXPECT_THAT(to_text(hostile_summary(), true), Not(HasSubstr("\x1b[31mred")));
}
TEST(Text, BeginsWithTheVerdictAndWhy) {
  EXPECT_THAT(to_text(hostile_summary(), false), StartsWith("fail  clock_storm<&\">"));
  EXPECT_THAT(to_text(hostile_summary(), false),
              HasSubstr("\n  halt_holds is broken: <it> & \"that\"\n  repeat: ./cartstorm run "));
}
TEST(Text, ShowsAStageInOneLine) {
  EXPECT_THAT(
      to_text(hostile_summary(), false),
      HasSubstr("\n  a_stage_wit~     10      7      2      0      0      0      1 d0 00:00 "
                "d0 04:12 d0 05:33        -\n"));
}
TEST(Text, ShowsWhereAPromiseBroke) {
  EXPECT_THAT(to_text(hostile_summary(), false),
              HasSubstr("first at d1 01:00:00, record 77, cart 17: stage early started"));
}
TEST(Text, ShowsAlarmsFirstAndNoEmptyRow) {
  EXPECT_THAT(
      to_text(hostile_summary(), false),
      HasSubstr(
          "\ncarts, by what Jobs, the rollback metric and heartbeats say of them\n"
          "          3  ALARM: said SUCCEEDED, but no word came that they run the new version, and "
          "no rollback\n"
          "             was counted: the metric channel is broken, or the status was a lie "
          "(1 of them still at\n"
          "             the end)\n"
          "          2  ALARM: said SUCCEEDED and rolled back later: count them as rolled back, "
          "not as shipped\n"
          "       4890  shipped: SUCCEEDED, no rollback, and they report the new version\n"));
}
TEST(Text, SaysOccurrencesAndCartsOfRollbacksAsTheyWereAndAsTheyWereCounted) {
  EXPECT_THAT(to_text(hostile_summary(), false),
              HasSubstr("  12 carts rolled back, 14 times in all\n"
                        "  the cloud counted 11 rollbacks from 9 carts\n"));
}
TEST(Json, HasEveryRowOfTheReconciliationAndBothRollbackFigures) {
  const auto document = boost::json::parse(to_json(hostile_summary())).as_object();
  const auto& rows = document.at("reconciliation").as_array();
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(boost::json::serialize(rows[0]),
            R"({"row":"silent_revert","is_alarm":true,"carts":1,"ever":3})");
  EXPECT_EQ(rows[2].at("carts").to_number<int>(), 0);
  EXPECT_EQ(document.at("fleet").at("counted_rollbacks").to_number<int>(), 11);
  EXPECT_EQ(document.at("fleet").at("carts_counted").to_number<int>(), 9);
}
TEST(Text, OfANightNamesWhatWasNeverTried) {
  const std::string text = night_text({hostile_summary()}, false);
  EXPECT_THAT(text, HasSubstr("1 runs: 1 fail"));
  EXPECT_THAT(text, HasSubstr("never put to the test: always_bootable"));
}

TEST(JUnit, IsWellFormedWhateverTheTextsAre) {
  // testsuites, testsuite, properties, property, four cases and an outcome in each.
  EXPECT_EQ(well_formed_elements(to_junit({hostile_summary()})), 12);
  EXPECT_EQ(well_formed_elements(to_junit({})), 1);
}
TEST(JUnit, CountsAndNamesWithoutSeeds) {
  const std::string xml = to_junit({hostile_summary()});
  EXPECT_THAT(xml, HasSubstr("<testsuite name=\"clock_storm&lt;&amp;&quot;&gt;\" tests=\"4\" "
                             "failures=\"2\" errors=\"1\" skipped=\"0\">"));
  EXPECT_THAT(xml, HasSubstr("name=\"halt_holds\">\n      <failure message=\"d1 01:00:00, record "
                             "77: stage early started &lt;while&gt;"));
  EXPECT_THAT(xml, HasSubstr("name=\"ca_prereq\">\n      <system-out>broken as expected"));
  EXPECT_THAT(xml, HasSubstr("name=\"converges\">\n      <error message=\"vacuous\">"));
}
TEST(JUnit, SkippedIsSkippedAndInfraIsAnError) {
  Summary skipped;
  skipped.verdict = ScenarioVerdict::skipped;
  skipped.verdict_reason = "the driver lacks torn_erase";
  Summary infra;
  infra.verdict = ScenarioVerdict::infra;
  infra.verdict_reason = "disk full";
  const std::string xml = to_junit({skipped, infra});
  EXPECT_THAT(xml, HasSubstr("<skipped message=\"the driver lacks torn_erase\">"));
  EXPECT_THAT(xml, HasSubstr("<error message=\"infra: disk full\">"));
}
TEST(JUnit, ListsRunsThatWereNotStartedAsSkipped) {
  const std::string xml = to_junit({hostile_summary()}, {{"a<b", 7}, {"healthy", 1}});
  // A run that was not started: testsuite, properties, property, one case and its outcome.
  EXPECT_EQ(well_formed_elements(xml), 12 + 2 * 5);
  EXPECT_THAT(xml, HasSubstr("<testsuite name=\"a&lt;b\" tests=\"1\" failures=\"0\" errors=\"0\" "
                             "skipped=\"1\">\n"
                             "    <properties><property name=\"seed\" value=\"7\"/></properties>\n"
                             "    <testcase classname=\"cartstorm.a&lt;b\" name=\"verdict\">\n"
                             "      <skipped message=\"not started: the night was interrupted\">"
                             "</skipped>\n"));
  EXPECT_LT(xml.find("clock_storm"), xml.find("a&lt;b"));
  EXPECT_LT(xml.find("a&lt;b"), xml.find("healthy"));
}

TEST(Clean, KeepsGoodCharactersAndReplacesTheRest) {
  EXPECT_EQ(clean("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"),
            "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80");
  EXPECT_EQ(clean("a\nb\tc"), "a b c");
  EXPECT_EQ(clean("\x1b[0m"), "?[0m");
  EXPECT_EQ(clean("\xc0\xaf"), "??");       // overlong
  EXPECT_EQ(clean("\xed\xa0\x80"), "???");  // surrogate
  EXPECT_EQ(clean("\xe2\x82"), "??");       // cut short
  EXPECT_EQ(clean("\xc2\x9b"
                  "31m"),
            "?31m");  // a control of the second set
  EXPECT_EQ(columns("caf\xc3\xa9"), 4);
}

}  // namespace
}  // namespace cartstorm::report

#include "sim/cli/replay_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "sim/cli/hex_diff.hpp"

namespace cartstorm::cli {
namespace {

using sim::explore::Replay;
using sim::explore::ReplayKind;
using sim::explore::TornSector;
using testing::HasSubstr;
using testing::Not;

/// 64 bytes of which a program of the first 48 was cut after 20.
TornSector torn_journal() {
  TornSector sector;
  sector.power_cycle = 1;
  sector.region = ota::Region::journal;
  sector.offset = 0x1000;
  sector.first = 0;
  sector.last = 48;
  sector.before.assign(64, std::byte{0xff});
  sector.meant = sector.left = sector.before;
  for (std::size_t n = 0; n < 48; ++n) sector.meant[n] = std::byte{0x11};
  for (std::size_t n = 0; n < 20; ++n) sector.left[n] = std::byte{0x11};
  return sector;
}

TEST(HexDiff, ShowsOnlyRowsThatDiffer) {
  EXPECT_EQ(hex_diff(torn_journal()),
            "    journal sector 0x1000, bytes 0x0 to 0x2f were touched\n"
            "      0x0000  before  ffffffff ffffffff ffffffff ffffffff\n"
            "              meant   11111111 11111111 11111111 11111111\n"
            "              left    11111111 11111111 11111111 11111111\n"
            "      0x0010  before  ffffffff ffffffff ffffffff ffffffff\n"
            "              meant   11111111 11111111 11111111 11111111\n"
            "              left    11111111 ffffffff ffffffff ffffffff\n"
            "      0x0020  before  ffffffff ffffffff ffffffff ffffffff\n"
            "              meant   11111111 11111111 11111111 11111111\n"
            "              left    ffffffff ffffffff ffffffff ffffffff\n");
}

TEST(HexDiff, CountsRowsOfWhichTheSameCanBeSaid) {
  TornSector sector = torn_journal();
  sector.before.assign(4096, std::byte{0x22});
  sector.meant.assign(4096, std::byte{0xff});
  sector.left = sector.meant;
  sector.last = 4096;
  sector.reads_until_flip = 1;
  EXPECT_EQ(hex_diff(sector),
            "    journal sector 0x1000, bytes 0x0 to 0xfff were touched\n"
            "      0x0000  before  22222222 22222222 22222222 22222222\n"
            "              meant   ffffffff ffffffff ffffffff ffffffff\n"
            "              left    ffffffff ffffffff ffffffff ffffffff\n"
            "              to 0xfff: 255 more rows as meant\n"
            "      unstable: what was left reads otherwise from read 2 on\n");
}

TEST(HexDiff, ShortSectorsAreErasedBehindTheirEnd) {
  TornSector sector = torn_journal();
  sector.before.clear();
  sector.left.resize(20);
  EXPECT_EQ(hex_diff(sector), hex_diff(torn_journal()));
}

Replay brick() {
  Replay replay;
  replay.address = {"update", "good", sim::explore::ExploredFlash::no_operation, {}, {}};
  replay.fingerprint = "1f3c9a2b";
  replay.lines.push_back({ReplayKind::power, 1, 0, "the supply comes"});
  for (std::uint32_t n = 0; n < 20; ++n) {
    replay.lines.push_back({ReplayKind::operation, 1, n, "program slot_b"});
  }
  replay.lines.push_back({ReplayKind::cut, 1, 20, "journal#3:program:torn=all_but_last"});
  replay.lines.push_back({ReplayKind::power, 2, 0, "the supply comes"});
  replay.lines.push_back({ReplayKind::violation, 2, 0, "nothing boots"});
  replay.sectors = {torn_journal()};
  replay.violation = {sim::explore::Promise::always_bootable, "nothing boots", 0};
  replay.outcome = sim::explore::Outcome::brick;
  return replay;
}

TEST(ReplayText, ShowsPowerCyclesWithTheCutMarked) {
  const std::string text = to_text(brick(), false);
  EXPECT_THAT(text, testing::StartsWith("portable  update/good\nexact     update/good@1f3c9a2b\n"));
  EXPECT_THAT(text, HasSubstr("\npower cycle 1\n        0  power      the supply comes\n"
                              "      ...  14 operations of the flash\n"
                              "       14  operation  program slot_b\n"));
  EXPECT_THAT(text, HasSubstr("\n>>     20  cut        journal#3:program:torn=all_but_last\n"
                              "    journal sector 0x1000"));
  EXPECT_THAT(text, HasSubstr("\npower cycle 2\n"));
  EXPECT_THAT(text, testing::EndsWith("\nends as brick\nbroken: always_bootable (D1)\n"
                                      "  nothing boots\n"));
}

TEST(ReplayText, CutsMessagesToTheTerminalAndCountsWhatALineTellsOf) {
  Replay replay = brick();
  replay.lines.clear();
  replay.lines.push_back(
      {ReplayKind::operation, 1, 0, "program slot_b 0x0..0x400 in 4 operations"});
  replay.lines.push_back({ReplayKind::job, 1, 4, "cart says " + std::string(200, 'x')});
  const std::string text = to_text(replay, false);
  EXPECT_THAT(text,
              HasSubstr("      ...  4 operations of the flash\n        4  job        cart says " +
                        std::string(67, 'x') + "~\n"));
}

TEST(ReplayText, ThatLedNowhereShowsHowFarItCame) {
  Replay replay = brick();
  replay.problem = "there is no journal#3:program in downloading any more";
  const std::string text = to_text(replay, false);
  EXPECT_THAT(text, HasSubstr("power cycle 2"));
  EXPECT_THAT(text, Not(HasSubstr("ends as")));
  EXPECT_THAT(text, Not(HasSubstr("portable")));
}

TEST(ReplayJson, HasEveryLineAndRow) {
  const auto json = boost::json::parse(to_json(brick(), 1));
  EXPECT_EQ(json.at("token").as_string(), "update/good");
  EXPECT_EQ(json.at("outcome").as_string(), "brick");
  EXPECT_EQ(json.at("promise").as_string(), "always_bootable");
  EXPECT_EQ(json.at("exit_code").to_number<int>(), 1);
  EXPECT_EQ(json.at("lines").as_array().size(), 24U);
  EXPECT_EQ(json.at("lines").at(21).at("kind").as_string(), "cut");
  const auto& rows = json.at("sectors").at(0).at("rows");
  ASSERT_EQ(rows.as_array().size(), 3U);
  EXPECT_EQ(rows.at(1).at("offset").to_number<int>(), 16);
  EXPECT_EQ(rows.at(1).at("left").as_string(), "11111111ffffffffffffffffffffffff");
}

}  // namespace
}  // namespace cartstorm::cli

#include <gtest/gtest.h>

#include "broker-mock/base/deadline_queue.hpp"
#include "broker-mock/base/hex.hpp"
#include "broker-mock/base/json_append.hpp"
#include "broker-mock/base/time_text.hpp"
#include "broker-mock/base/version_text.hpp"

namespace cartstorm::broker {
namespace {

TEST(Version, PacksItsThreeParts) {
  EXPECT_EQ(parse_version("2.0.0")->value, 0x00020000U);
  EXPECT_EQ(parse_version("65535.255.255")->value, 0xffffffffU);
  EXPECT_EQ(to_text({0x00010800}), "1.8.0");
}

TEST(Version, HasOneSpelling) {
  for (const char* text : {"", "1", "1.2", "1.2.3.4", "01.2.3", "1.2.256", "65536.0.0", "1..2",
                           "-1.2.3", "1.2.3 ", " 1.2.3", "1.2.x", "99999999999.0.0"}) {
    EXPECT_FALSE(parse_version(text)) << text;
  }
}

TEST(HexId, IsSixteenLowerCaseDigits) {
  EXPECT_EQ(parse_hex_id("00000000000000a1"), 0xa1U);
  EXPECT_EQ(hex(0x6b1f0c2ad9e35587), "6b1f0c2ad9e35587");
  EXPECT_FALSE(parse_hex_id("00000000000000A1"));
  EXPECT_FALSE(parse_hex_id("a1"));
  EXPECT_FALSE(parse_hex_id("00000000000000a1f"));
}

TEST(TimeText, IsUtc) {
  EXPECT_EQ(basic_time(1'710'072'000), "20240310T120000Z");
  EXPECT_EQ(extended_time(1'780'000'000), "2026-05-28T20:26:40Z");
  EXPECT_EQ(parse_basic_time("20130524T000000Z"), 1'369'353'600);
  EXPECT_EQ(parse_basic_time("20240229T235959Z"), 1'709'251'199);
  EXPECT_FALSE(parse_basic_time("20230229T000000Z"));
  EXPECT_FALSE(parse_basic_time("20240310T240000Z"));
  EXPECT_FALSE(parse_basic_time("2024-03-10T12:00"));
}

TEST(TimeText, HttpDatesGoBothWays) {
  for (const auto& [seconds, text] : {std::pair{784'111'777, "Sun, 06 Nov 1994 08:49:37 GMT"},
                                      std::pair{1'710'072'000, "Sun, 10 Mar 2024 12:00:00 GMT"},
                                      std::pair{0, "Thu, 01 Jan 1970 00:00:00 GMT"},
                                      std::pair{-1, "Wed, 31 Dec 1969 23:59:59 GMT"}}) {
    EXPECT_EQ(http_time(seconds), text);
    EXPECT_EQ(parse_http_time(text), seconds);
  }
  for (const char* text : {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
                           "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 31 Feb 2024 08:49:37 GMT",
                           "Son, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
                           "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT "}) {
    EXPECT_FALSE(parse_http_time(text)) << text;
  }
}

TEST(TimeText, DivisionRoundsDown) {
  EXPECT_EQ(floor_div(-1, 1000), -1);
  EXPECT_EQ(floor_div(-1000, 1000), -1);
  EXPECT_EQ(floor_div(1999, 1000), 1);
}

TEST(JsonAppend, EscapesWhatItMust) {
  std::string out;
  append_json_string(out, "a\"b\\c\n\x01");
  EXPECT_EQ(out, R"("a\"b\\c\u000a\u0001")");
}

TEST(DeadlineQueue, KeepsOneDeadlinePerIdInTimeOrder) {
  DeadlineQueue queue;
  EXPECT_EQ(queue.next(), never);
  queue.set(7, {30});
  queue.set(3, {10});
  queue.set(5, {10});
  queue.set(7, {20});
  EXPECT_EQ(queue.next(), ServerTime{10});
  EXPECT_FALSE(queue.pop_due({9}));
  EXPECT_EQ(queue.pop_due({10}), 3U);
  EXPECT_EQ(queue.pop_due({10}), 5U);
  EXPECT_FALSE(queue.pop_due({19}));
  queue.clear(7);
  EXPECT_EQ(queue.next(), never);
  queue.set(7, never);
  EXPECT_EQ(queue.next(), never);
}

}  // namespace
}  // namespace cartstorm::broker

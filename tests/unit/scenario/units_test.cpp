#include "sim/scenario/units.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace cartstorm::sim {
namespace {

TEST(Durations, AreNumbersWithUnitsInFallingOrder) {
  EXPECT_EQ(parse_duration("10h"), 36'000'000'000);
  EXPECT_EQ(parse_duration("1h30m"), 5'400'000'000);
  EXPECT_EQ(parse_duration("2d4h5m6s7ms8us"), 187'506'007'008);
  EXPECT_EQ(parse_duration("-13h"), -46'800'000'000);
  EXPECT_EQ(parse_duration("+90d"), 7'776'000'000'000);
  EXPECT_EQ(parse_duration("0s"), 0);
}

TEST(Durations, RefuseWhatHasNoUnitOrNoOrder) {
  for (const char* text : {"", "-", "10", "h", "10 h", "1.5h", "30m1h", "1h1h", "10hours", "1H",
                           "--1h", "1h-30m", "10001d", "99999999999999999999h", "10000d1us"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(Sizes, AreBinary) {
  EXPECT_EQ(parse_size("512KiB"), 524'288U);
  EXPECT_EQ(parse_size("1MiB"), 1'048'576U);
  EXPECT_EQ(parse_size("100B"), 100U);
  for (const char* text : {"512", "512KB", "512kib", "KiB", "-1B", "4096MiB", "1.5MiB"}) {
    EXPECT_EQ(parse_size(text), std::nullopt) << text;
  }
}

TEST(Rates, ArePerSecond) {
  EXPECT_EQ(parse_rate("256KiB/s"), 262'144U);
  EXPECT_EQ(parse_rate("256KiB"), std::nullopt);
  EXPECT_EQ(rate_text(262'144), "256KiB/s");
}

TEST(Shares, ArePercentages) {
  EXPECT_EQ(parse_share("10%"), 0.1);
  EXPECT_EQ(parse_share("0.5%"), 0.005);
  EXPECT_EQ(parse_share("100%"), 1.0);
  for (const char* text : {"10", "0.1", "101%", "-1%", "%", "1e1%", "inf%", "nan%", ".5%"}) {
    EXPECT_EQ(parse_share(text), std::nullopt) << text;
  }
}

TEST(Shares, PrintAsTheyWereWritten) {
  for (const char* text : {"0%", "0.001%", "0.5%", "2%", "7%", "10%", "33.3%", "57%", "100%"}) {
    EXPECT_EQ(share_text(*parse_share(text)), text);
    EXPECT_EQ(percent_text(*parse_percent(text)), text);
  }
}

TEST(Versions, HaveThreePartsThatFitTheirBits) {
  EXPECT_EQ(parse_version("1.8.0")->value, 0x00010800U);
  EXPECT_EQ(parse_version("65535.255.255")->value, 0xFFFFFFFFU);
  for (const char* text : {"1.8", "1.8.0.1", "1.8.x", "65536.0.0", "1.256.0", "v1.8.0", ""}) {
    EXPECT_EQ(parse_version(text), std::nullopt) << text;
  }
}

TEST(Dates, AreUtc) {
  EXPECT_EQ(parse_date("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(parse_date("2026-05-28T20:26:40Z"), 1'780'000'000);
  EXPECT_EQ(parse_date("2028-02-29T12:00:00Z"), 1'835'438'400);
  for (const char* text : {"2026-05-28", "2026-02-29T00:00:00Z", "2026-05-28T24:00:00Z",
                           "2026-05-28T20:26:40", "2026-05-28 20:26:40Z", "1969-12-31T00:00:00Z"}) {
    EXPECT_EQ(parse_date(text), std::nullopt) << text;
  }
}

TEST(Numbers, AreNotNegativeAndHaveNoExponent) {
  EXPECT_EQ(parse_number("1.5"), 1.5);
  EXPECT_EQ(parse_number("90"), 90.0);
  for (const char* text : {"", "-1", "1e3", "0x10", "inf", "nan", "1.", ".5", "1.2.3", "1,5"}) {
    EXPECT_EQ(parse_number(text), std::nullopt) << text;
  }
}

RC_GTEST_PROP(Durations, ReadBackWhatTheyPrint, ()) {
  const auto us = *rc::gen::inRange<std::int64_t>(-864'000'000'000'000, 864'000'000'000'000);
  RC_ASSERT(parse_duration(duration_text(us)) == us);
}

RC_GTEST_PROP(Shares, ReadBackWhatTheyPrint, ()) {
  const double value = *rc::gen::inRange(0, 1'000'000'001) / 1e9;
  RC_ASSERT(parse_share(share_text(value)) == value);
}

RC_GTEST_PROP(Numbers, ReadBackWhatTheyPrint, ()) {
  const double value = *rc::gen::inRange(0, 2'000'000'000) / 1024.0;
  RC_ASSERT(parse_number(number_text(value)) == value);
}

RC_GTEST_PROP(Sizes, ReadBackWhatTheyPrint, (std::uint32_t bytes)) {
  RC_ASSERT(parse_size(size_text(bytes)) == bytes);
}

RC_GTEST_PROP(Dates, ReadBackWhatTheyPrint, ()) {
  const auto unix_s = *rc::gen::inRange<std::int64_t>(0, 7'200'000'000);
  RC_ASSERT(parse_date(date_text(unix_s)) == unix_s);
}

}  // namespace
}  // namespace cartstorm::sim

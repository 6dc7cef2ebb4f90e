#include "sim/cli/make/values.hpp"

#include <gmock/gmock.h>

namespace cartstorm::cli {
namespace {

using ::testing::HasSubstr;

TEST(ReadTime, TakesDatesAndDistancesFromNow) {
  TimeWish wish;
  EXPECT_EQ(read_time("1970-01-02", wish), "");
  EXPECT_EQ(wish, (TimeWish{86'400, false}));
  EXPECT_EQ(read_time("1970-01-01T00:00:07Z", wish), "");
  EXPECT_EQ(wish, (TimeWish{7, false}));
  EXPECT_EQ(read_time("-2h", wish), "");
  EXPECT_EQ(wish.at({10'000}), ota::UnixTime{2'800});
  EXPECT_EQ(read_time("now", wish), "");
  EXPECT_EQ(wish.at({10'000}), ota::UnixTime{10'000});
}

TEST(ReadTime, RefusesWhatIsNoMoment) {
  TimeWish wish{5, false};
  for (const char* typed : {"", "tomorrow", "2026-02-30", "2026-6-1", "2026-06-01 00:00", "90"}) {
    EXPECT_THAT(read_time(typed, wish), HasSubstr("expected a time")) << typed;
  }
  EXPECT_EQ(wish, (TimeWish{5, false}));
}

TEST(ReadTime, NamesTheYears) {
  TimeWish wish;
  for (const char* typed : {"2200-01-01", "1960-06-01"}) {
    EXPECT_THAT(read_time(typed, wish), HasSubstr("(years 1970 to 2199)")) << typed;
  }
}

TEST(ReadVersion, NamesTheLargest) {
  ota::Version version;
  EXPECT_EQ(read_version("65535.255.255", version), "");
  EXPECT_EQ(version.value, 0xffff'ffffu);
  EXPECT_THAT(read_version("99999.0.0", version), HasSubstr("up to 65535.255.255"));
}

TEST(ReadHardware, TakesNumbersAndRanges) {
  std::uint32_t mask = 0;
  EXPECT_EQ(read_hardware("2,3", mask), "");
  EXPECT_EQ(mask, 0b1100u);
  EXPECT_EQ(read_hardware("0-2,31", mask), "");
  EXPECT_EQ(mask, 0x80000007u);
}

TEST(ReadHardware, RefusesTheRest) {
  std::uint32_t mask = 9;
  for (const char* typed : {"", ",", "2,", "32", "-1", "3-2", "2-", "a", "1 2", "0-99999999999"}) {
    EXPECT_THAT(read_hardware(typed, mask), HasSubstr("expected hardware revisions")) << typed;
  }
  EXPECT_EQ(mask, 9u);
}

TEST(ReadName, RefusesWhatACertificateCannotHold) {
  std::string name = "before";
  for (const std::string& typed :
       {std::string{}, std::string(65, 'x'), std::string{"a\nb"}, std::string{"\x1b[31m"},
        std::string{"\xff"}, std::string{"\xc0\xaf"}, std::string{"\xed\xa0\x80"},
        std::string{"\xe2\x82"}}) {
    EXPECT_NE(read_name(typed, name), "") << typed.size();
  }
  EXPECT_EQ(name, "before");
  EXPECT_EQ(read_name("Flotte \xc3\xbc \xe2\x82\xac \xf0\x9f\x9b\x92", name), "");
}

TEST(ReadSize, HasTheLimitsOfAPatch) {
  std::uint32_t size = 0;
  EXPECT_EQ(read_size("128MiB", size), "");
  EXPECT_EQ(size, 134'217'728u);
  for (const char* typed : {"0B", "129MiB", "512", "-1KiB", "1.5KiB"}) {
    EXPECT_THAT(read_size(typed, size), HasSubstr("from 1B to 128MiB, with B, KiB or MiB"))
        << typed;
  }
}

TEST(ReadSector, IsAPowerOfTwo) {
  std::uint32_t size = 0;
  EXPECT_EQ(read_sector("256B", size), "");
  EXPECT_EQ(read_sector("128KiB", size), "");
  for (const char* typed : {"128B", "3KiB", "256KiB"}) {
    EXPECT_NE(read_sector(typed, size), "") << typed;
  }
}

TEST(ReadNumber, TakesDigitsOnly) {
  std::uint64_t number = 0;
  EXPECT_EQ(read_number("31", 0, 31, number), "");
  for (const char* typed : {"", "-1", "+1", "32", "1x", "0x1", " 1"}) {
    EXPECT_EQ(read_number(typed, 0, 31, number),
              std::string("expected a whole number from 0 to 31, found \"") + typed + "\"");
  }
}

TEST(ReadUrl, IsWhatACartTakes) {
  std::string url;
  EXPECT_EQ(read_url("${aws:iot:s3-presigned-url-v2:https://x/y.bin}", url), "");
  EXPECT_NE(read_url("", url), "");
  EXPECT_NE(read_url("https://x/a b", url), "");
  EXPECT_NE(read_url("https://x/\xc3\xbc", url), "");
  EXPECT_NE(read_url(std::string(2049, 'x'), url), "");
}

}  // namespace
}  // namespace cartstorm::cli

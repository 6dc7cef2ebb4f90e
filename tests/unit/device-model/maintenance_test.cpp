#include "ota/maintenance.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdlib>
#include <ctime>
#include <string>

namespace ota {
namespace {

constexpr ClockChange march_last_sunday{3, 5, 0, 120};
constexpr ClockChange october_last_sunday{10, 5, 0, 180};
constexpr TimeZone berlin{60, 120, march_last_sunday, october_last_sunday};
constexpr TimeZone new_york{-300, -240, {3, 2, 0, 120}, {11, 1, 0, 120}};
constexpr TimeZone sydney{600, 660, {10, 1, 0, 120}, {4, 1, 0, 180}};
constexpr TimeZone tokyo{540, 540, {}, {}};

constexpr UnixTime utc(std::int64_t days_since_2026, int hour, int minute = 0, int second = 0) {
  constexpr std::int64_t new_year_2026 = 1'767'225'600;
  return {new_year_2026 + days_since_2026 * 86'400 + hour * 3600 + minute * 60 + second};
}
constexpr std::int64_t march_29 = 87, october_25 = 297, april_5 = 94;

constexpr MaintenanceWindow nightly(TimeZone zone, int from_h = 1, int until_h = 4) {
  return {static_cast<std::uint16_t>(from_h * 60), static_cast<std::uint16_t>(until_h * 60), 0x7f,
          zone};
}

TEST(Offset, ChangesAtTheInstantThatTheRuleNames) {
  EXPECT_EQ(offset_at(berlin, utc(march_29, 0, 59, 59)), 60);
  EXPECT_EQ(offset_at(berlin, utc(march_29, 1)), 120);
  EXPECT_EQ(offset_at(berlin, utc(october_25, 0, 59, 59)), 120);
  EXPECT_EQ(offset_at(berlin, utc(october_25, 1)), 60);
  EXPECT_EQ(offset_at(new_york, utc(66, 6, 59, 59)), -300);  // March 8, 2026
  EXPECT_EQ(offset_at(new_york, utc(66, 7)), -240);
  EXPECT_EQ(offset_at(tokyo, utc(march_29, 1)), 540);
}

TEST(Offset, SpansTheNewYearInTheSouth) {
  EXPECT_EQ(offset_at(sydney, utc(0, 0)), 660);
  EXPECT_EQ(offset_at(sydney, utc(april_5 - 1, 15, 59, 59)), 660);
  EXPECT_EQ(offset_at(sydney, utc(april_5 - 1, 16)), 600);
}

// The C library reads the same rule from a TZ text; no time zone files are involved.
class PosixZone {
 public:
  explicit PosixZone(const char* text) {
    setenv("TZ", text, 1);
    tzset();
  }
  ~PosixZone() {
    unsetenv("TZ");
    tzset();
  }
  static std::int32_t offset_min(UnixTime t) {
    const std::time_t time = t.s;
    std::tm local{};
    localtime_r(&time, &local);
    return static_cast<std::int32_t>(local.tm_gmtoff / 60);
  }
};

RC_GTEST_PROP(Offset, IsWhatTheCLibrarySays, ()) {
  struct Zone {
    const char* text;
    TimeZone zone;
  };
  const auto& [text, zone] = *rc::gen::element(
      Zone{"CET-1CEST,M3.5.0,M10.5.0/3", berlin}, Zone{"EST5EDT,M3.2.0,M11.1.0", new_york},
      Zone{"AEST-10AEDT,M10.1.0,M4.1.0/3", sydney}, Zone{"JST-9", tokyo});
  // 1970 to 2099, and close to a change more often than not.
  const auto t = *rc::gen::inRange<std::int64_t>(0, 4'102'444'800);
  const PosixZone posix{text};
  RC_ASSERT(offset_at(zone, {t}) == PosixZone::offset_min({t}));
  const std::int64_t near = t - t % 3600;
  RC_ASSERT(offset_at(zone, {near}) == PosixZone::offset_min({near}));
  RC_ASSERT(offset_at(zone, {near - 1}) == PosixZone::offset_min({near - 1}));
}

TEST(Window, IsOpenInLocalTime) {
  EXPECT_FALSE(is_open(nightly(berlin), utc(10, 23, 59)));  // 00:59 in winter
  EXPECT_TRUE(is_open(nightly(berlin), utc(11, 0)));
  EXPECT_TRUE(is_open(nightly(berlin), utc(11, 2, 59, 59)));
  EXPECT_FALSE(is_open(nightly(berlin), utc(11, 3)));
  EXPECT_TRUE(is_open(nightly(berlin), utc(180, 23)));  // 01:00 in summer
}

TEST(Window, OverMidnightBelongsToTheDayOnWhichItOpens) {
  MaintenanceWindow window = nightly({}, 22, 4);
  window.weekdays = 1 << 5;  // Friday; January 2, 2026 is one
  EXPECT_FALSE(is_open(window, utc(1, 3)));
  EXPECT_TRUE(is_open(window, utc(1, 22)));
  EXPECT_TRUE(is_open(window, utc(2, 3, 59)));
  EXPECT_FALSE(is_open(window, utc(2, 22)));
}

TEST(Window, OfNoLengthIsAlwaysOpenOnItsDays) {
  EXPECT_TRUE(MaintenanceWindow{}.is_always());
  EXPECT_TRUE(is_open({}, utc(0, 0)));
  MaintenanceWindow sundays{};
  sundays.weekdays = 1;
  EXPECT_FALSE(sundays.is_always());
  EXPECT_FALSE(is_open(sundays, utc(1, 12)));
  EXPECT_TRUE(is_open(sundays, utc(3, 12)));
}

TEST(Window, MustStayOpenUntilTheRestartIsOver) {
  EXPECT_TRUE(is_open_for(nightly(berlin), utc(11, 2, 49), 600));
  EXPECT_FALSE(is_open_for(nightly(berlin), utc(11, 2, 50), 600));
}

// 02:00 to 03:00 does not exist on this night, and twice the night in October.
TEST(Window, KnowsThatAChangeOfTheClocksTakesItAwayOrRepeatsIt) {
  const MaintenanceWindow window = nightly(berlin, 2, 3);
  EXPECT_FALSE(is_open(window, utc(march_29, 0, 59, 59)));
  EXPECT_FALSE(is_open(window, utc(march_29, 1)));
  EXPECT_EQ(opens_in_s(window, utc(march_29, 0), 600), 24u * 3600);
  EXPECT_TRUE(is_open(window, utc(october_25, 0, 30)));
  EXPECT_TRUE(is_open(window, utc(october_25, 1, 30)));
  EXPECT_FALSE(is_open(window, utc(october_25, 2)));
}

TEST(Opening, IsFoundAcrossAChangeOfTheClocks) {
  // 05:00 to 05:30 is four hours after 00:00 on the night that loses an hour.
  const MaintenanceWindow window{300, 330, 0x7f, berlin};
  EXPECT_EQ(opens_in_s(window, utc(march_29 - 1, 23), 600), 4u * 3600);
  EXPECT_EQ(opens_in_s(window, utc(october_25 - 1, 22), 600), 6u * 3600);
  EXPECT_EQ(opens_in_s(window, utc(march_29, 3, 10, 7), 600), 0u);
}

TEST(Opening, IsTheSecondOneOfTheNightWhenTheClocksAreSetBack) {
  // Open at 02:30, set back from 03:00 to 02:00, so open at 02:30 again: at 01:30 UTC.
  const MaintenanceWindow window{150, 240, 0x7f, berlin};
  EXPECT_EQ(opens_in_s(window, utc(october_25, 0, 51), 600), 39u * 60);
  // 02:10 to 02:20 comes twice; at 02:50 the first time is over.
  const MaintenanceWindow twice{130, 140, 0x7f, berlin};
  EXPECT_EQ(opens_in_s(twice, utc(october_25, 0, 50), 0), 20u * 60);
}

TEST(Opening, IsToTheSecond) {
  EXPECT_EQ(opens_in_s(nightly({}), utc(0, 0, 59, 13), 600), 47u);
  EXPECT_EQ(opens_in_s(nightly({}), utc(0, 4), 600), 21u * 3600);
}

TEST(Opening, IsNeverForAWindowThatIsTooShortOrHasNoDay) {
  EXPECT_EQ(opens_in_s(MaintenanceWindow{60, 65, 0x7f, berlin}, utc(0, 0), 600), never_opens);
  MaintenanceWindow closed = nightly(berlin);
  closed.weekdays = 0;
  EXPECT_EQ(opens_in_s(closed, utc(0, 0), 600), never_opens);
}

RC_GTEST_PROP(Opening, IsTheFirstMomentAtWhichTheWindowIsOpen, ()) {
  const TimeZone zone = *rc::gen::element(berlin, new_york, sydney, tokyo);
  MaintenanceWindow window{*rc::gen::inRange<std::uint16_t>(0, 1440),
                           *rc::gen::inRange<std::uint16_t>(0, 1440),
                           *rc::gen::inRange<std::uint8_t>(1, 128), zone};
  const UnixTime t = utc(*rc::gen::inRange<std::int64_t>(0, 365), *rc::gen::inRange(0, 24),
                         *rc::gen::inRange(0, 60), *rc::gen::inRange(0, 60));
  const std::uint32_t found = opens_in_s(window, t, 0);
  RC_PRE(found != never_opens);
  RC_ASSERT(is_open(window, {t.s + found}));
  for (std::int64_t s = t.s - t.s % 60 + 60; s < t.s + found; s += 60) {
    RC_ASSERT(!is_open(window, {s}));
  }
  RC_ASSERT(found == 0 || !is_open(window, t));
}

}  // namespace
}  // namespace ota

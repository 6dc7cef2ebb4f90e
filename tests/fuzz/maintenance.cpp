#include "ota/maintenance.hpp"

#include "kit.hpp"

// Any window and zone that a profile can name, at any time that a server can tell: the search for
// the next opening ends, and tells the truth.
namespace ota::fuzz {
namespace {

constexpr std::uint32_t step_s = 900;  // the search looks every quarter of an hour

ClockChange change_of(Input& input) {
  return {static_cast<std::uint8_t>(1 + input.u8() % 12),
          static_cast<std::uint8_t>(1 + input.u8() % 5), static_cast<std::uint8_t>(input.u8() % 7),
          static_cast<std::int16_t>(input.u16() % 1440)};
}

MaintenanceWindow window_of(Input& input) {
  MaintenanceWindow window;
  window.from_minute = input.u16() % 1440;
  window.until_minute = input.u16() % 1440;
  window.weekdays = input.u8();
  window.zone.offset_min = static_cast<std::int16_t>(input.u16() % (27 * 60) - 12 * 60);
  const int summer = input.u8() % 4 * 30;
  window.zone.summer_offset_min = static_cast<std::int16_t>(window.zone.offset_min + summer);
  window.zone.summer_begins = change_of(input);
  window.zone.summer_ends = change_of(input);
  // Summer and winter last months.
  const int months = 1 + window.zone.summer_ends.month % 10;
  window.zone.summer_ends.month =
      static_cast<std::uint8_t>(1 + (window.zone.summer_begins.month + months) % 12);
  return window;
}

/// Whether the search must find the very first opening: no change of the clocks can make the window
/// or the time between two windows shorter than a step.
bool is_roomy(const MaintenanceWindow& window) {
  const int open_min = (window.until_minute - window.from_minute + 1440) % 1440;
  return open_min >= 150 && open_min <= 1440 - 150;
}

}  // namespace

void run(Bytes bytes) {
  Input input{bytes};
  const MaintenanceWindow window = window_of(input);
  const UnixTime t{input.u32()};
  const std::uint32_t length_s = input.u16() % 7200;
  const std::int32_t offset = offset_at(window.zone, t);
  require(offset == window.zone.offset_min || offset == window.zone.summer_offset_min,
          "the clocks stand at one of two offsets");
  const std::uint32_t wait_s = opens_in_s(window, t, length_s);
  require((wait_s == 0) == is_open_for(window, t, length_s), "no wait means open now");
  if (wait_s == never_opens) {
    require(!window.is_always(), "a window that is always open opens");
    return;
  }
  require(wait_s < search_days * 86'400, "the search is bounded");
  require(is_open_for(window, {t.s + wait_s}, length_s), "it is open when it was promised");
  for (std::uint32_t s = 0; is_roomy(window) && s + step_s < wait_s; s += 7 * step_s + 1) {
    require(!is_open_for(window, {t.s + s}, length_s), "it is not open earlier than promised");
  }
}

}  // namespace ota::fuzz

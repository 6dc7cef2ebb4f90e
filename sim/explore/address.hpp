#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ota/agent.hpp"
#include "sim/explore/flash.hpp"

namespace cartstorm::sim::explore {

/// Where in a power cycle an operation stands, in words that survive a rebuild: the nth operation
/// of its kind on its region while the device is in this phase.
struct Spot {
  /// Of the agent when the step began; in the bootloader `booting`.
  bool is_booting = false;
  ota::State phase = ota::State::starting;
  ota::Region region{};
  FlashOp kind{};
  std::uint32_t nth = 0;  ///< from 1, over the whole power cycle

  bool operator==(const Spot&) const = default;
};

/// One thing that was done to a path: a cut, or a fault with the supply on.
struct Point {
  std::uint32_t operation = 0;  ///< of its power cycle, from 0: exact, for this build
  Spot spot;                    ///< the same place, for every build
  Tear tear = Tear::before;
  OpFault fault = OpFault::none;  ///< not none: no cut, this happened instead

  bool operator==(const Point&) const = default;
};

/// How to come to a state again: from the start of a story through these points.
///
///   update/good/downloading/journal#3:program:torn=half+booting/boot_record#1:erase:cut=after
///   update/good/op1042:torn=half+op7:cut=after@1f3c9a2b
///
/// The first form is portable. The second is exact, and says for which exploration and device code
/// it was made. A sector that was bad from the start follows the story, as a third part of the
/// path: `sector130=erase_noop`. What happened is `cut=before`, `cut=after`, `torn=<tear>`,
/// `reset=watchdog` or `fault=<fault>`. A story that nobody cut is an address without points.
struct Address {
  std::string exploration;
  std::string story;
  std::uint32_t bad_sector = ExploredFlash::no_operation;  ///< that the story began with
  BadSector bad_mode{};
  std::vector<Point> points;
};

std::string portable_text(const Address&);
/// `fingerprint`: eight hexadecimal digits of (exploration, device code).
std::string exact_text(const Address&, const std::string& fingerprint);
/// One point alone, portable.
std::string text(const Point&);

/// A token as it was typed.
struct Token {
  Address address;
  bool is_exact = false;  ///< operations are set, spots are not; portable: the other way round
  std::string fingerprint;
};
/// Nothing, and `problem` says what was expected and where, when it is no token.
std::optional<Token> parse_token(const std::string& text, std::string& problem);

const char* region_name(ota::Region);

}  // namespace cartstorm::sim::explore

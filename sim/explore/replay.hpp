#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "sim/explore/explorer.hpp"

namespace cartstorm::sim::explore {

enum class ReplayKind : std::uint8_t {
  power,      ///< the supply came, or a reset happened
  cut,        ///< where the supply failed, and how
  operation,  ///< of the flash
  boot,       ///< what the bootloader verified and decided
  state,      ///< of the agent
  job,        ///< what was said to the cloud about the job, and what it answered
  fact,       ///< confirm, rollback, manifest verdict, trust, quarantine, incidents of the story
  violation,
  end,
};
inline constexpr std::size_t replay_kind_count = 9;
const char* name(ReplayKind);

/// One line of a replay.
struct ReplayLine {
  ReplayKind kind{};
  std::uint32_t power_cycle = 0;  ///< from 1
  std::uint32_t operation = 0;    ///< operations of this power cycle that were done before
  std::string text;
};

/// A sector that the cut met, as it was and as it is.
struct TornSector {
  std::uint32_t power_cycle = 0;
  ota::Region region{};
  std::uint32_t offset = 0;           ///< of the sector in its region
  std::uint32_t first = 0, last = 0;  ///< [first, last) in the sector: what the operation touched
  std::vector<std::byte> before, meant, left;  ///< whole sectors
  std::uint8_t reads_until_flip = 0;           ///< 0: stable
};

struct Replay {
  Address address;  ///< resolved: operations and spots are set
  std::vector<ReplayLine> lines;
  std::vector<TornSector> sectors;
  Violation violation;
  Outcome outcome = Outcome::unknown;
  std::string fingerprint;
  /// Not empty: the token does not lead anywhere here, and why (another exploration or build, a
  /// place that does not exist any more); `lines` tells how far it led.
  std::string problem;
};

/// Walks to the state that a token names, and on to the end of the path.
Replay replay(const Exploration&, const DeviceCode&, const Token&);

}  // namespace cartstorm::sim::explore

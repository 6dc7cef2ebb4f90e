#pragma once
#include <cstdint>
#include <string_view>

#include "broker-mock/base/json_scan.hpp"
#include "broker-mock/cloud/facts.hpp"

namespace cartstorm::broker::telemetry {

/// WIRE.md section 3.
struct RollbackUplink {
  std::uint64_t occurrence = 0;
  Version target, running;
  std::uint64_t attempt = 0;
};
/// WIRE.md section 4.
struct ErrorUplink {
  Version version;
  std::uint32_t code = 0;
  std::uint64_t episode = 0;
};
/// WIRE.md section 5. Whoever cares for trust anchors reads `anchors_json`, a valid JSON array.
struct HeartbeatUplink {
  Version version;
  bool is_recovery = false;
  std::string_view anchors_json;
};

// False if the payload breaks the contract: not one JSON object, a known member missing, given
// twice, of a wrong type or over-long.
bool parse(std::string_view payload, RollbackUplink& uplink);
bool parse(std::string_view payload, ErrorUplink& uplink);
bool parse(std::string_view payload, HeartbeatUplink& uplink);

}  // namespace cartstorm::broker::telemetry

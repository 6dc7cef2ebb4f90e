#pragma once
#include <cstdint>
#include <string>

namespace cartstorm::broker {

/// What the registry knows of a thing; cohorts are stratified over these.
struct ThingAttributes {
  std::string name;  ///< AWS thing name
  std::uint32_t hardware_revision = 0;
  std::string region, use, tier;
  std::string configuration;        ///< sensor and board configuration, the cell that matters most
  std::int32_t utc_offset_min = 0;  ///< local time minus UTC
};

}  // namespace cartstorm::broker

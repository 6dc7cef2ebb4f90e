#pragma once
#include <cstdint>
#include <string>

namespace cartstorm::broker {

/// What the registry knows of a thing; cohorts are stratified over these.
struct ThingAttributes {
  std::string name;  ///< AWS thing name
  std::uint32_t hardware_revision = 0;
  std::string region, use, tier;
  std::string configuration;  ///< sensor and board configuration, the cell that matters most
};

}  // namespace cartstorm::broker

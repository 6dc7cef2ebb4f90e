#pragma once
#include "ota/job_context.hpp"
#include "sim/explore/device_code.hpp"

namespace cartstorm::sim::explore {

/// The table of whatever device model this is compiled with. Included by the program, and by the
/// one source file that turns a patched device model into a loadable variant.
inline DeviceCode device_code_of_this_build() {
  return {
      [](ota::Agent& agent, ota::Uptime now, const ota::Event& event, ota::Hardware& hardware,
         const ota::Tuning& tuning,
         ota::Commands& out) { agent.step(now, event, hardware, tuning, out); },
      [](const ota::Agent& agent) { return agent.deadline(); },
      ota::select_slot,
      ota::provision,
      {sizeof(ota::Agent), sizeof(ota::JobContext), sizeof(ota::Event), sizeof(ota::Commands),
       sizeof(ota::Hardware), sizeof(ota::Tuning), sizeof(ota::BootDecision),
       sizeof(ota::FactoryState)},
  };
}

/// Name of the symbol that a variant exports: `extern "C" const DeviceCode* (*)()`.
inline constexpr const char* device_code_symbol = "cartstorm_device_code";

}  // namespace cartstorm::sim::explore

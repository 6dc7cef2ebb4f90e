#pragma once
#include "ota/boot_record.hpp"
#include "ota/counters.hpp"
#include "ota/job_context.hpp"
#include "ota/journal.hpp"
#include "ota/trust.hpp"
#include "sim/explore/device_code.hpp"

namespace cartstorm::sim::explore {

/// Of a cart that was updated before, the security floor follows one update behind, and the second
/// slot can boot too: its image is the first one's.
inline void age(ota::BootRecord& record) {
  record.security_floor = 0;
  record.slots[1] = record.slots[0];
  record.confirmed_mask = ota::mask_of(ota::Slot::a) | ota::mask_of(ota::Slot::b);
  record.invalid_mask = 0;
}
template <typename Record>
void age(Record&) {}

template <typename Record>
ota::Status age_record(ota::Hardware& hardware, std::uint64_t first_sequence) {
  Record record;
  ota::RecordPlace place;
  const ota::Status status = load(hardware.flash, record, place, ota::RecordCare::both);
  age(record);
  return status == ota::Status::ok ? format(hardware.flash, record, first_sequence) : status;
}

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
      [](ota::Hardware& hardware, std::uint64_t first_sequence) {
        for (const auto age : {age_record<ota::TrustStore>, age_record<ota::Counters>,
                               age_record<ota::Journal>, age_record<ota::BootRecord>}) {
          if (const ota::Status status = age(hardware, first_sequence); status != ota::Status::ok) {
            return status;
          }
        }
        return ota::Status::ok;
      },
      {sizeof(ota::Agent), sizeof(ota::JobContext), sizeof(ota::Event), sizeof(ota::Commands),
       sizeof(ota::Hardware), sizeof(ota::Tuning), sizeof(ota::BootDecision),
       sizeof(ota::FactoryState)},
      0,
  };
}

/// Name of the symbol that a variant exports: `extern "C" const DeviceCode* (*)()`.
inline constexpr const char* device_code_symbol = "cartstorm_device_code";

}  // namespace cartstorm::sim::explore

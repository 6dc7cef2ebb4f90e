#pragma once
#include "broker-mock/trace/words.hpp"
#include "ota/agent.hpp"
#include "ota/observer.hpp"
#include "reports/trace/record.hpp"
#include "sim/hardware/flash_model.hpp"

/// Cart and cloud have their own words for the same facts, by design. Here, the one place where
/// both meet, they become the words of the trace. Each function is total: a new enumerator on
/// either side does not compile until it has a word.
namespace cartstorm::sim {

report::AgentState word(ota::State);
report::Reason word(ota::Reason);
report::RollbackReason word(ota::RollbackReason);
report::BootReason word(ota::BootReason);
report::BootNote word(ota::BootNote);
report::ResetCause word(ota::ResetCause);
report::SlotName word(ota::Slot);
report::FlashPart word(ota::Region);
report::FlashOpKind word(FlashOpKind);
report::OpOutcome word(FlashOutcome);
// Those of the cloud's facts.
using broker::trace::word;
/// Status text of the Jobs API; queued for a text it does not know.
report::JobStatus job_status(std::string_view text);
/// Reason code of WIRE.md section 10; none for a text it does not know.
report::Reason reason(std::string_view text);

report::ShortDigest short_digest(const ota::Digest&);

}  // namespace cartstorm::sim

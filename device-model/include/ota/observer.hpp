#pragma once
#include <string_view>

#include "ota/boot.hpp"
#include "ota/types.hpp"

namespace ota {

enum class State : std::uint8_t;

/// Facts that only the cart knows, named like the rows of the trace (invariants.md section 1).
namespace fact {

struct StateChanged {
  State from, to;
};
struct BootVerified {
  Slot slot;
  Digest digest;
  bool signature_ok;  ///< pinned digests matched, or (both records lost) a signature did
  std::uint32_t security_version, security_floor;
  bool verdict_ok;
};
struct BootDecided {
  BootDecision decision;
};
/// One step of confirming the running image.
struct Confirmed {
  enum class Phase : std::uint8_t { requested, durable };
  Slot slot;
  Version version;
  Phase phase;
};
/// The give-up decision became durable.
struct RolledBack {
  Version from, to;
  RollbackReason reason;
  OccurrenceId occurrence;
};
/// Begin: the slot was durably invalidated and writing starts or resumes at `offset`; once per job
/// and boot, whatever pauses there are.
/// End: every byte and the trailer are in flash and were read back.
struct SlotWrite {
  enum class Phase : std::uint8_t { begin, end };
  Slot slot;
  Version version;
  std::uint32_t offset;
  Phase phase;
};
struct ManifestJudged {
  std::string_view job;
  std::uint32_t execution;
  Version version;
  bool accepted;
  Reason reason;
};
struct JobUpdateSent {
  std::string_view job;
  std::uint32_t execution;
  std::string_view status;  ///< IN_PROGRESS, SUCCEEDED, FAILED, REJECTED
  Reason reason;
  Version version;
  std::uint32_t expected_version;
};
struct RollbackSent {
  Version target;
  OccurrenceId occurrence;
};
/// The cloud named the occurrence, and the record that forgets it is durable.
struct RollbackCleared {
  OccurrenceId occurrence;
};
struct AnchorChanged {
  enum class Change : std::uint8_t { installed, acknowledged, removed };
  AnchorId anchor;
  Change change;
};
/// A version is refused after repeated rollbacks; survives reboots.
struct Quarantined {
  Version version;
};

}  // namespace fact

/// Receives every fact of the trace that only the cart knows. A board prints them as checksummed
/// console lines, a simulation adds them to the trace; the agent never reads anything back.
class Observer {
 public:
  virtual void on(const fact::StateChanged&) = 0;
  virtual void on(const fact::BootVerified&) = 0;
  virtual void on(const fact::BootDecided&) = 0;
  virtual void on(const fact::Confirmed&) = 0;
  virtual void on(const fact::RolledBack&) = 0;
  virtual void on(const fact::SlotWrite&) = 0;
  virtual void on(const fact::ManifestJudged&) = 0;
  virtual void on(const fact::JobUpdateSent&) = 0;
  virtual void on(const fact::RollbackSent&) = 0;
  virtual void on(const fact::RollbackCleared&) = 0;
  virtual void on(const fact::AnchorChanged&) = 0;
  virtual void on(const fact::Quarantined&) = 0;

 protected:
  ~Observer() = default;
};

}  // namespace ota

#pragma once
#include <cstdint>
#include <span>
#include <string_view>

/// The closed vocabularies of the trace. Each enumerator is spelled as it is printed, stored and
/// written in scenarios; name() gives that text, words_of() all texts of a type in the order of
/// their values.
namespace cartstorm::report {

#define CARTSTORM_WORDS(X)                                                                       \
  X(PowerCause, scripted, brownout, watchdog, panic, user, grid, commanded)                      \
  X(FlashOpKind, read, program, erase)                                                           \
  X(FlashPart, slot_a, slot_b, boot_record, journal, counters, trust)                            \
  X(OpOutcome, full, none, torn, error)                                                          \
  X(SlotName, a, b)                                                                              \
  X(BootReason, confirmed, trial, fallback, recovery, none)                                      \
  X(BootNote, none, no_fallback, fallback_bitrot, bcb_lost)                                      \
  X(ResetCause, power_on, brownout, watchdog, panic, commanded, unknown)                         \
  X(AgentState, starting, idle, offered, precheck, downloading, backing_off, verifying, staged,  \
    armed, trial, reporting, recovery)                                                           \
  X(Phase, requested, durable, begin, end)                                                       \
  X(RollbackReason, none, attempts_spent, verify_failed, self_test_failed, cancelled,            \
    after_confirm)                                                                               \
  X(Reason, none, malformed_document, document_too_large, document_mismatch, malformed_manifest, \
    unknown_flag, wrong_hardware, wrong_layout, image_too_large, older_security_version,         \
    bad_signature, not_yet_valid, expired, digest_mismatch, download_failed, flash_failed,       \
    record_failed, self_test_failed, rolled_back, quarantined, cancelled, opted_out, downgrade,  \
    bad_chain, untrusted_chain, wrong_key_use, signer_not_yet_valid, signer_expired,             \
    anchor_expired)                                                                              \
  X(JobStatus, queued, in_progress, succeeded, failed, rejected, timed_out, canceled, removed)   \
  X(MetricName, rollback, error, heartbeat)                                                      \
  X(ClockEvent, set, step, drift)                                                                \
  X(StageEvent, requested, refused, start, complete, hold, release, abort, pause, end, resume)   \
  X(TargetEvent, eligible, queued, excluded)                                                     \
  X(AnchorEvent, installed, ack, removed, expired, sent)                                         \
  X(FaultEvent, arm, fire, clear)                                                                \
  X(Verdict, go, hold, undecided)                                                                \
  X(LinkEvent, connect, refused, lost, closed)                                                   \
  X(ConsentEvent, opt_in, opt_out, window_open, window_closed)                                   \
  X(CheckVerdict, pass, fail, vacuous, not_evaluable)

#define CARTSTORM_DECLARE_WORD(Type, ...)         \
  enum class Type : std::uint8_t { __VA_ARGS__ }; \
  std::string_view name(Type);                    \
  std::span<const std::string_view> words_of(Type);
CARTSTORM_WORDS(CARTSTORM_DECLARE_WORD)
#undef CARTSTORM_DECLARE_WORD

}  // namespace cartstorm::report

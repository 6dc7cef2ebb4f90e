#include "sim/virtual_fleet/trace_words.hpp"

#include <string>

namespace cartstorm::sim {
namespace {

// Both sides list the same words in the same order; this fails to compile when they part.
template <class To, class From>
constexpr To same(From from) {
  return static_cast<To>(from);
}

static_assert(static_cast<int>(report::AgentState::starting) ==
              static_cast<int>(ota::State::starting));
static_assert(static_cast<int>(report::AgentState::idle) == static_cast<int>(ota::State::idle));
static_assert(static_cast<int>(report::AgentState::offered) ==
              static_cast<int>(ota::State::offered));
static_assert(static_cast<int>(report::AgentState::precheck) ==
              static_cast<int>(ota::State::precheck));
static_assert(static_cast<int>(report::AgentState::downloading) ==
              static_cast<int>(ota::State::downloading));
static_assert(static_cast<int>(report::AgentState::backing_off) ==
              static_cast<int>(ota::State::backing_off));
static_assert(static_cast<int>(report::AgentState::verifying) ==
              static_cast<int>(ota::State::verifying));
static_assert(static_cast<int>(report::AgentState::staged) == static_cast<int>(ota::State::staged));
static_assert(static_cast<int>(report::AgentState::armed) == static_cast<int>(ota::State::armed));
static_assert(static_cast<int>(report::AgentState::trial) == static_cast<int>(ota::State::trial));
static_assert(static_cast<int>(report::AgentState::reporting) ==
              static_cast<int>(ota::State::reporting));
static_assert(static_cast<int>(report::AgentState::recovery) ==
              static_cast<int>(ota::State::recovery));
static_assert(static_cast<int>(report::Reason::none) == static_cast<int>(ota::Reason::none));
static_assert(static_cast<int>(report::Reason::malformed_document) ==
              static_cast<int>(ota::Reason::malformed_document));
static_assert(static_cast<int>(report::Reason::document_too_large) ==
              static_cast<int>(ota::Reason::document_too_large));
static_assert(static_cast<int>(report::Reason::document_mismatch) ==
              static_cast<int>(ota::Reason::document_mismatch));
static_assert(static_cast<int>(report::Reason::malformed_manifest) ==
              static_cast<int>(ota::Reason::malformed_manifest));
static_assert(static_cast<int>(report::Reason::unknown_flag) ==
              static_cast<int>(ota::Reason::unknown_flag));
static_assert(static_cast<int>(report::Reason::wrong_hardware) ==
              static_cast<int>(ota::Reason::wrong_hardware));
static_assert(static_cast<int>(report::Reason::wrong_layout) ==
              static_cast<int>(ota::Reason::wrong_layout));
static_assert(static_cast<int>(report::Reason::image_too_large) ==
              static_cast<int>(ota::Reason::image_too_large));
static_assert(static_cast<int>(report::Reason::older_security_version) ==
              static_cast<int>(ota::Reason::older_security_version));
static_assert(static_cast<int>(report::Reason::bad_signature) ==
              static_cast<int>(ota::Reason::bad_signature));
static_assert(static_cast<int>(report::Reason::not_yet_valid) ==
              static_cast<int>(ota::Reason::not_yet_valid));
static_assert(static_cast<int>(report::Reason::expired) == static_cast<int>(ota::Reason::expired));
static_assert(static_cast<int>(report::Reason::digest_mismatch) ==
              static_cast<int>(ota::Reason::digest_mismatch));
static_assert(static_cast<int>(report::Reason::download_failed) ==
              static_cast<int>(ota::Reason::download_failed));
static_assert(static_cast<int>(report::Reason::flash_failed) ==
              static_cast<int>(ota::Reason::flash_failed));
static_assert(static_cast<int>(report::Reason::record_failed) ==
              static_cast<int>(ota::Reason::record_failed));
static_assert(static_cast<int>(report::Reason::self_test_failed) ==
              static_cast<int>(ota::Reason::self_test_failed));
static_assert(static_cast<int>(report::Reason::rolled_back) ==
              static_cast<int>(ota::Reason::rolled_back));
static_assert(static_cast<int>(report::Reason::quarantined) ==
              static_cast<int>(ota::Reason::quarantined));
static_assert(static_cast<int>(report::Reason::cancelled) ==
              static_cast<int>(ota::Reason::cancelled));
static_assert(static_cast<int>(report::Reason::opted_out) ==
              static_cast<int>(ota::Reason::opted_out));
static_assert(static_cast<int>(report::Reason::downgrade) ==
              static_cast<int>(ota::Reason::downgrade));
static_assert(static_cast<int>(report::Reason::bad_chain) ==
              static_cast<int>(ota::Reason::bad_chain));
static_assert(static_cast<int>(report::Reason::untrusted_chain) ==
              static_cast<int>(ota::Reason::untrusted_chain));
static_assert(static_cast<int>(report::Reason::wrong_key_use) ==
              static_cast<int>(ota::Reason::wrong_key_use));
static_assert(static_cast<int>(report::Reason::signer_not_yet_valid) ==
              static_cast<int>(ota::Reason::signer_not_yet_valid));
static_assert(static_cast<int>(report::Reason::signer_expired) ==
              static_cast<int>(ota::Reason::signer_expired));
static_assert(static_cast<int>(report::Reason::anchor_expired) ==
              static_cast<int>(ota::Reason::anchor_expired));
static_assert(static_cast<int>(report::RollbackReason::none) ==
              static_cast<int>(ota::RollbackReason::none));
static_assert(static_cast<int>(report::RollbackReason::attempts_spent) ==
              static_cast<int>(ota::RollbackReason::attempts_spent));
static_assert(static_cast<int>(report::RollbackReason::verify_failed) ==
              static_cast<int>(ota::RollbackReason::verify_failed));
static_assert(static_cast<int>(report::RollbackReason::self_test_failed) ==
              static_cast<int>(ota::RollbackReason::self_test_failed));
static_assert(static_cast<int>(report::RollbackReason::cancelled) ==
              static_cast<int>(ota::RollbackReason::cancelled));
static_assert(static_cast<int>(report::RollbackReason::after_confirm) ==
              static_cast<int>(ota::RollbackReason::after_confirm));
static_assert(static_cast<int>(report::BootReason::confirmed) ==
              static_cast<int>(ota::BootReason::confirmed));
static_assert(static_cast<int>(report::BootReason::trial) ==
              static_cast<int>(ota::BootReason::trial));
static_assert(static_cast<int>(report::BootReason::fallback) ==
              static_cast<int>(ota::BootReason::fallback));
static_assert(static_cast<int>(report::BootReason::recovery) ==
              static_cast<int>(ota::BootReason::recovery));
static_assert(static_cast<int>(report::BootReason::none) ==
              static_cast<int>(ota::BootReason::none));
static_assert(static_cast<int>(report::BootNote::none) == static_cast<int>(ota::BootNote::none));
static_assert(static_cast<int>(report::BootNote::no_fallback) ==
              static_cast<int>(ota::BootNote::no_fallback));
static_assert(static_cast<int>(report::BootNote::fallback_bitrot) ==
              static_cast<int>(ota::BootNote::fallback_bitrot));
static_assert(static_cast<int>(report::BootNote::bcb_lost) ==
              static_cast<int>(ota::BootNote::bcb_lost));
static_assert(static_cast<int>(report::ResetCause::power_on) ==
              static_cast<int>(ota::ResetCause::power_on));
static_assert(static_cast<int>(report::ResetCause::brownout) ==
              static_cast<int>(ota::ResetCause::brownout));
static_assert(static_cast<int>(report::ResetCause::watchdog) ==
              static_cast<int>(ota::ResetCause::watchdog));
static_assert(static_cast<int>(report::ResetCause::panic) ==
              static_cast<int>(ota::ResetCause::panic));
static_assert(static_cast<int>(report::ResetCause::commanded) ==
              static_cast<int>(ota::ResetCause::commanded));
static_assert(static_cast<int>(report::ResetCause::unknown) ==
              static_cast<int>(ota::ResetCause::unknown));
static_assert(static_cast<int>(report::SlotName::a) == static_cast<int>(ota::Slot::a));
static_assert(static_cast<int>(report::SlotName::b) == static_cast<int>(ota::Slot::b));
static_assert(static_cast<int>(report::FlashPart::slot_a) == static_cast<int>(ota::Region::slot_a));
static_assert(static_cast<int>(report::FlashPart::slot_b) == static_cast<int>(ota::Region::slot_b));
static_assert(static_cast<int>(report::FlashPart::boot_record) ==
              static_cast<int>(ota::Region::boot_record));
static_assert(static_cast<int>(report::FlashPart::journal) ==
              static_cast<int>(ota::Region::journal));
static_assert(static_cast<int>(report::FlashPart::counters) ==
              static_cast<int>(ota::Region::counters));
static_assert(static_cast<int>(report::FlashPart::trust) == static_cast<int>(ota::Region::trust));
static_assert(static_cast<int>(report::FlashOpKind::read) == static_cast<int>(FlashOpKind::read));
static_assert(static_cast<int>(report::FlashOpKind::program) ==
              static_cast<int>(FlashOpKind::program));
static_assert(static_cast<int>(report::FlashOpKind::erase) == static_cast<int>(FlashOpKind::erase));
static_assert(static_cast<int>(report::OpOutcome::full) == static_cast<int>(FlashOutcome::full));
static_assert(static_cast<int>(report::OpOutcome::none) == static_cast<int>(FlashOutcome::none));
static_assert(static_cast<int>(report::OpOutcome::torn) == static_cast<int>(FlashOutcome::torn));
static_assert(static_cast<int>(report::OpOutcome::error) == static_cast<int>(FlashOutcome::error));
template <class Word>
Word find_word(std::string_view text, Word fallback) {
  const auto words = report::words_of(Word{});
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == text) {
      return static_cast<Word>(i);
    }
  }
  return fallback;
}

}  // namespace

report::AgentState word(ota::State from) { return same<report::AgentState>(from); }
report::Reason word(ota::Reason from) { return same<report::Reason>(from); }
report::RollbackReason word(ota::RollbackReason from) { return same<report::RollbackReason>(from); }
report::BootReason word(ota::BootReason from) { return same<report::BootReason>(from); }
report::BootNote word(ota::BootNote from) { return same<report::BootNote>(from); }
report::ResetCause word(ota::ResetCause from) { return same<report::ResetCause>(from); }
report::SlotName word(ota::Slot from) { return same<report::SlotName>(from); }
report::FlashPart word(ota::Region from) { return same<report::FlashPart>(from); }
report::FlashOpKind word(FlashOpKind from) { return same<report::FlashOpKind>(from); }
report::OpOutcome word(FlashOutcome from) { return same<report::OpOutcome>(from); }

report::JobStatus job_status(std::string_view text) {
  std::string lower;
  for (const char c : text) {
    lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return find_word(lower, report::JobStatus::queued);
}

report::Reason reason(std::string_view text) { return find_word(text, report::Reason::none); }

report::ShortDigest short_digest(const ota::Digest& digest) {
  report::ShortDigest value = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    value = (value << 8) | std::to_integer<std::uint64_t>(digest[i]);
  }
  return value;
}

}  // namespace cartstorm::sim

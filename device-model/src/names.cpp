#include <algorithm>

#include "ota/agent.hpp"

namespace ota {
namespace {

template <std::size_t size>
constexpr std::size_t count(const char (&texts)[size]) {
  return static_cast<std::size_t>(std::count(texts, texts + size - 1, '\0'));
}

const char* nth(const char* text, std::size_t count, std::size_t index) {
  if (index >= count) {
    return "unknown";
  }
  for (; index > 0; ++text) {
    index -= *text == '\0' ? 1 : 0;
  }
  return text;
}

// One text per enumerator, in their order, each with its end; the tests hold every spelling as a
// literal. A table of pointers would take as much flash again.
constexpr char states[] =
    "starting\0idle\0offered\0precheck\0"
    "downloading\0backing_off\0verifying\0staged\0"
    "armed\0trial\0reporting\0recovery\0";
static_assert(count(states) == state_count);

constexpr char reasons[] =
    "none\0malformed_document\0document_too_large\0document_mismatch\0"
    "malformed_manifest\0unknown_flag\0wrong_hardware\0wrong_layout\0"
    "image_too_large\0older_security_version\0bad_signature\0not_yet_valid\0"
    "expired\0digest_mismatch\0download_failed\0flash_failed\0"
    "record_failed\0self_test_failed\0rolled_back\0quarantined\0"
    "cancelled\0opted_out\0downgrade\0bad_chain\0"
    "untrusted_chain\0wrong_key_use\0signer_not_yet_valid\0signer_expired\0"
    "anchor_expired\0";
static_assert(count(reasons) == reason_count);

constexpr char rollback_reasons[] =
    "none\0attempts_spent\0verify_failed\0self_test_failed\0"
    "cancelled\0after_confirm\0";
static_assert(count(rollback_reasons) == rollback_reason_count);

}  // namespace

const char* name(State state) { return nth(states, state_count, static_cast<std::size_t>(state)); }
const char* name(Reason reason) {
  return nth(reasons, reason_count, static_cast<std::size_t>(reason));
}
const char* name(RollbackReason reason) {
  return nth(rollback_reasons, rollback_reason_count, static_cast<std::size_t>(reason));
}

}  // namespace ota

#include "ota/agent.hpp"

namespace ota {
namespace {

// Indexed by enumerator; the tests hold every spelling as a literal.
constexpr const char* states[] = {
    "starting",  "idle",   "offered", "precheck", "downloading", "backing_off",
    "verifying", "staged", "armed",   "trial",    "reporting",   "recovery",
};
static_assert(std::size(states) == state_count);

constexpr const char* reasons[] = {
    "none",
    "malformed_document",
    "document_too_large",
    "document_mismatch",
    "malformed_manifest",
    "unknown_flag",
    "wrong_hardware",
    "wrong_layout",
    "image_too_large",
    "older_security_version",
    "bad_signature",
    "not_yet_valid",
    "expired",
    "digest_mismatch",
    "download_failed",
    "flash_failed",
    "record_failed",
    "self_test_failed",
    "rolled_back",
    "quarantined",
    "cancelled",
    "opted_out",
    "downgrade",
    "bad_chain",
    "untrusted_chain",
    "wrong_key_use",
    "signer_not_yet_valid",
    "signer_expired",
    "anchor_expired",
};
static_assert(std::size(reasons) == reason_count);

constexpr const char* rollback_reasons[] = {
    "none", "attempts_spent", "verify_failed", "self_test_failed", "cancelled", "after_confirm",
};
static_assert(std::size(rollback_reasons) == rollback_reason_count);

template <std::size_t size, typename Enum>
const char* look_up(const char* const (&names)[size], Enum value) {
  const auto index = static_cast<std::size_t>(value);
  return index < size ? names[index] : "unknown";
}

}  // namespace

const char* name(State state) { return look_up(states, state); }
const char* name(Reason reason) { return look_up(reasons, reason); }
const char* name(RollbackReason reason) { return look_up(rollback_reasons, reason); }

}  // namespace ota

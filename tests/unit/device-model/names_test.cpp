#include <gtest/gtest.h>

#include <string>

#include "ota/agent.hpp"

namespace ota {
namespace {

TEST(Names, StatesAreSpelledAsTheyAreReported) {
  const char* expected[] = {"starting",    "idle",        "offered",   "precheck",
                            "downloading", "backing_off", "verifying", "staged",
                            "armed",       "trial",       "reporting", "recovery"};
  for (std::size_t i = 0; i < state_count; ++i) {
    EXPECT_STREQ(name(static_cast<State>(i)), expected[i]);
  }
}

TEST(Names, ReasonsAreSpelledAsOnTheWire) {
  const char* expected[] = {"none",
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
                            "anchor_expired"};
  for (std::size_t i = 0; i < reason_count; ++i) {
    EXPECT_STREQ(name(static_cast<Reason>(i)), expected[i]);
  }
}

TEST(Names, RollbackReasonsAreSpelledAsOnTheWire) {
  EXPECT_STREQ(name(RollbackReason::none), "none");
  EXPECT_STREQ(name(RollbackReason::attempts_spent), "attempts_spent");
  EXPECT_STREQ(name(RollbackReason::verify_failed), "verify_failed");
  EXPECT_STREQ(name(RollbackReason::self_test_failed), "self_test_failed");
  EXPECT_STREQ(name(RollbackReason::cancelled), "cancelled");
  EXPECT_STREQ(name(RollbackReason::after_confirm), "after_confirm");
}

TEST(Names, ValuesOutOfRangeAreUnknownAndNotACrash) {
  EXPECT_STREQ(name(static_cast<State>(200)), "unknown");
  EXPECT_STREQ(name(static_cast<State>(state_count)), "unknown");
}

}  // namespace
}  // namespace ota

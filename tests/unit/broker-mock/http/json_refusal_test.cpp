#include "broker-mock/http/json_refusal.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace cartstorm::broker::http {
namespace {

using Why = Refusal::Why;

TEST(JsonRefusal, EveryReasonHasAnExceptionAndAMessage) {
  const struct {
    Why why;
    int status;
    const char* type;
  } cases[] = {
      {Why::not_signed, 403, "MissingAuthenticationTokenException"},
      {Why::outdated_scheme, 400, "IncompleteSignatureException"},
      {Why::two_schemes, 400, "IncompleteSignatureException"},
      {Why::malformed_target, 400, "InvalidRequestException"},
      {Why::malformed_claim, 400, "IncompleteSignatureException"},
      {Why::unknown_key, 403, "UnrecognizedClientException"},
      {Why::wrong_token, 403, "UnrecognizedClientException"},
      {Why::ended_token, 403, "ExpiredTokenException"},
      {Why::wrong_scope, 403, "InvalidSignatureException"},
      {Why::not_yet_valid, 403, "InvalidSignatureException"},
      {Why::expired, 403, "InvalidSignatureException"},
      {Why::skewed, 403, "InvalidSignatureException"},
      {Why::headers_not_signed, 403, "InvalidSignatureException"},
      {Why::wrong_signature, 403, "InvalidSignatureException"},
      {Why::no_payload_hash, 403, "InvalidSignatureException"},
      {Why::invalid_payload_hash, 403, "InvalidSignatureException"},
      {Why::wrong_payload, 403, "InvalidSignatureException"},
      {Why::malformed_chunks, 403, "InvalidSignatureException"},
      {Why::wrong_chunk_signature, 403, "InvalidSignatureException"},
      {Why::malformed_trailer, 403, "InvalidSignatureException"},
      {Why::no_length, 403, "InvalidSignatureException"},
      {Why::wrong_length, 403, "InvalidSignatureException"},
  };
  for (const auto& [why, status, type] : cases) {
    const Response answer = json_refusal({.why = why, .service = "iot", .text = "it is \"so\""});
    EXPECT_EQ(answer.status, status) << type;
    ASSERT_NE(find(answer.fields, "x-amzn-errortype"), nullptr);
    EXPECT_EQ(*find(answer.fields, "x-amzn-errortype"), type);
    EXPECT_EQ(*find(answer.fields, "content-type"), "application/json");
    const auto body = boost::json::parse(answer.body);
    EXPECT_FALSE(body.at("message").as_string().empty()) << type;
  }
}

TEST(JsonRefusal, SaysWhichTimesDoNotFit) {
  Refusal refusal{.why = Why::skewed, .service = "iot"};
  refusal.signed_at_s = 1'710'072'000;
  refusal.now_s = 1'710'075'600;
  EXPECT_EQ(json_refusal(refusal).body,
            R"({"message":"Signature expired: 20240310T121500Z ended before 20240310T130000Z"})");
  refusal.now_s = 1'710'068'400;
  EXPECT_EQ(json_refusal(refusal).body,
            R"j({"message":"Signature not yet current: 20240310T120000Z is still later than )j"
            R"j(20240310T111500Z (20240310T110000Z + 15 min.)"})j");
}

}  // namespace
}  // namespace cartstorm::broker::http

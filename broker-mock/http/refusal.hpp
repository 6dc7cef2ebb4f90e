#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace cartstorm::broker::http {

/// Why a request is not the one that a holder of one of our keys signed. Services word it each in
/// their own way: S3 in XML (`s3/words`), the IoT calls in JSON (`json_refusal`).
struct Refusal {
  enum class Why : std::uint8_t {
    not_signed,            ///< nothing claims to sign it
    outdated_scheme,       ///< signature version 2
    two_schemes,           ///< header and query both claim to sign it
    malformed_target,      ///< a broken escape in path or query
    malformed_claim,       ///< header or parameters are not of the form; `text` says what is wrong
    unknown_key,           ///< `access_key` is none of ours
    wrong_token,           ///< the session token is not the one of that key
    ended_token,           ///< the session of that key is over
    wrong_scope,           ///< not our region, no service of ours, or another day than the date's
    not_yet_valid,         ///< presigned more than 15 minutes in the future
    expired,               ///< presigned, and its time is over
    skewed,                ///< signed in a header more than 15 minutes from our time
    headers_not_signed,    ///< `text` names headers that had to be signed
    wrong_signature,       ///< the last three texts say what was signed
    no_payload_hash,       ///< S3 wants x-amz-content-sha256
    invalid_payload_hash,  ///< it is neither a digest nor one of the names
    wrong_payload,         ///< the body is not the one that was signed
    malformed_chunks,      ///< aws-chunked that cannot be read
    wrong_chunk_signature,
    malformed_trailer,
    no_length,     ///< aws-chunked without x-amz-decoded-content-length
    wrong_length,  ///< aws-chunked with another length than announced
  };
  Why why = Why::not_signed;
  bool is_presigned = false;
  std::string service;          ///< as claimed; empty if nothing legible claims one
  std::string access_key = {};  ///< as claimed
  std::string region = {};      ///< the right one
  std::string_view text = {};   ///< always a literal
  std::string named = {};       ///< headers, or the digest that was claimed
  std::int64_t signed_at_s = 0, expires_s = 0, now_s = 0;
  std::string provided = {}, string_to_sign = {}, canonical_request = {};
};

}  // namespace cartstorm::broker::http

#pragma once
#include "broker-mock/http/message.hpp"
#include "broker-mock/http/refusal.hpp"

namespace cartstorm::broker::http {

/// A refusal as the JSON services of AWS word it: 403 (or 400), `x-amzn-ErrorType` and
/// `{"message": ...}` (reference section 2.1). SDKs correct their clocks after
/// InvalidSignatureException, by the Date of the answer.
Response json_refusal(const Refusal& refusal);

}  // namespace cartstorm::broker::http

#pragma once
#include <variant>

#include "broker-mock/s3/desk.hpp"

namespace cartstorm::broker::s3 {

using CallFunction = Answer (*)(Desk&, Call&);

/// The operation that a request asks for, by method, place, query and x-amz-copy-source; or the
/// error: MethodNotAllowed, or NotImplemented for what S3 has and this has not.
std::variant<CallFunction, Error> route(const Call& call);

}  // namespace cartstorm::broker::s3

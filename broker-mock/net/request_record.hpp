#pragma once
#include <string>
#include <string_view>

#include "broker-mock/http/message.hpp"

namespace cartstorm::broker::net {

/// What of a request a journal keeps: method, target, body, and the fields that decide an answer.
/// Signatures and other credentials are not among them.
std::string record_of(const http::Request& request);
/// The inverse; an empty request if the record is damaged.
http::Request request_of(std::string_view record);

}  // namespace cartstorm::broker::net

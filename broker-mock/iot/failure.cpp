#include "broker-mock/iot/failure.hpp"

#include <utility>

#include "broker-mock/base/json_append.hpp"
#include "broker-mock/base/utf8.hpp"

namespace cartstorm::broker::iot {
namespace {

http::Response json(std::uint16_t status, std::string body) {
  http::Response response;
  response.status = status;
  response.fields.push_back({"Content-Type", "application/json"});
  response.body = std::move(body);
  return response;
}

/// A message may quote what a path held, and that need not be UTF-8; a JSON text must be.
std::string quotable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::string_view before = text;
    if (take_code_point(text)) {
      out.append(before.substr(0, before.size() - text.size()));
    } else {
      out.push_back('?');
      text = before.substr(1);
    }
  }
  return out;
}

Failure failure_of(jobs::Refused why) {
  switch (why) {
    case jobs::Refused::no:
    case jobs::Refused::invalid:
      return Failure::invalid_request;
    case jobs::Refused::not_found:
      return Failure::not_found;
    case jobs::Refused::exists:
      return Failure::already_exists;
    case jobs::Refused::state:
      return Failure::state;
    case jobs::Refused::version:
      return Failure::version;
    case jobs::Refused::limit:
      return Failure::limit;
  }
  return Failure::invalid_request;
}

}  // namespace

std::string_view wire_name(Failure failure) {
  switch (failure) {
    case Failure::invalid_request:
      return "InvalidRequestException";
    case Failure::not_found:
      return "ResourceNotFoundException";
    case Failure::already_exists:
      return "ResourceAlreadyExistsException";
    case Failure::state:
      return "InvalidStateTransitionException";
    case Failure::version:
      return "VersionConflictException";
    case Failure::terminal:
      return "TerminalStateException";
    case Failure::limit:
      return "LimitExceededException";
    case Failure::throttled:
      return "ThrottlingException";
    case Failure::unknown_operation:
      return "UnknownOperationException";
    case Failure::internal:
      return "InternalFailureException";
    case Failure::unavailable:
      return "ServiceUnavailableException";
  }
  return "";
}

std::uint16_t status_of(Failure failure, Plane plane) {
  switch (failure) {
    case Failure::invalid_request:
      return 400;
    case Failure::not_found:
    case Failure::unknown_operation:
      return 404;
    case Failure::already_exists:
    case Failure::state:
    case Failure::version:
      return 409;
    case Failure::terminal:
    case Failure::limit:
      return 410;
    case Failure::throttled:
      return plane == Plane::control ? 400 : 429;
    case Failure::internal:
      return 500;
    case Failure::unavailable:
      return 503;
  }
  return 400;
}

http::Response answer(std::string body) { return json(200, std::move(body)); }

http::Response refuse(Plane plane, Failure failure, std::string_view message,
                      std::string_view more) {
  std::string body = "{";
  append_member(body, "message", std::string_view{quotable(message)});
  body.append(more).push_back('}');
  http::Response response = json(status_of(failure, plane), std::move(body));
  response.fields.push_back({"x-amzn-ErrorType", std::string{wire_name(failure)}});
  return response;
}

http::Response refuse(const jobs::Refusal& refusal) {
  return refuse(Plane::control, failure_of(refusal.why), refusal.message);
}

}  // namespace cartstorm::broker::iot

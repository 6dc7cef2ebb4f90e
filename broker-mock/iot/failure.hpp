#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "broker-mock/http/message.hpp"
#include "broker-mock/jobs/engine.hpp"

namespace cartstorm::broker::iot {

/// The exceptions of the two service models.
enum class Failure : std::uint8_t {
  invalid_request,
  not_found,
  already_exists,
  state,
  version,
  terminal,
  limit,
  throttled,
  unknown_operation,
  internal,     ///< chaos
  unavailable,  ///< chaos
};

/// They give some exceptions different statuses (reference section 2.1).
enum class Plane : std::uint8_t { control, data };

/// `InvalidRequestException` and the like.
std::string_view wire_name(Failure failure);
std::uint16_t status_of(Failure failure, Plane plane);

/// 200 with a JSON body.
http::Response answer(std::string body);
/// The exception as every SDK reads it. `more` are further members of the body, beginning with a
/// comma.
http::Response refuse(Plane plane, Failure failure, std::string_view message,
                      std::string_view more = {});
/// What the Jobs engine refused.
http::Response refuse(const jobs::Refusal& refusal);

}  // namespace cartstorm::broker::iot

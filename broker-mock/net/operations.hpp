#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker-mock/cloud/cloud.hpp"

namespace cartstorm::broker::net {

/// What became of something that an operator asked for.
struct OperationResult {
  std::uint16_t status = 200;  ///< 400: the request is wrong; 404; 409: refused; 503: nobody there
  std::string message;         ///< why not; empty when it was done
};

using FindThing = std::function<std::optional<ThingId>(std::string_view name)>;

/// The operations that change the cloud, by name: rollout/create, rollout/release, rollout/pause,
/// ...
std::vector<std::string_view> operation_names();
/// What is wrong with the arguments of an operation by themselves; empty if nothing is. Asked
/// before it is kept, so that a stricter check of today changes no journal of yesterday.
std::string problem_of_operation(std::string_view name, std::string_view body);
/// `body` is JSON as the table in the README of this folder says. A function of its arguments and
/// the cloud, so that a journal can repeat it.
OperationResult operate(Cloud& cloud, const FindThing& find, std::string_view name,
                        std::string_view body, ServerTime now);

}  // namespace cartstorm::broker::net

#pragma once
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

#include "broker-mock/iot/call.hpp"
#include "broker-mock/iot/control_plane.hpp"

/// The operations of the control plane, named like those of the service. Each answers one call.
namespace cartstorm::broker::iot {

/// Upper end of a range without one.
inline constexpr std::int64_t any_number = std::numeric_limits<std::int64_t>::max();

using Operation = http::Response (*)(const Surroundings& around, Call& call);

// job_operations.cpp, job_changes.cpp
http::Response create_job(const Surroundings& around, Call& call);
http::Response describe_job(const Surroundings& around, Call& call);
http::Response update_job(const Surroundings& around, Call& call);
http::Response cancel_job(const Surroundings& around, Call& call);
http::Response delete_job(const Surroundings& around, Call& call);
http::Response list_jobs(const Surroundings& around, Call& call);
http::Response get_job_document(const Surroundings& around, Call& call);
http::Response associate_targets_with_job(const Surroundings& around, Call& call);

// execution_operations.cpp
http::Response describe_job_execution(const Surroundings& around, Call& call);
http::Response cancel_job_execution(const Surroundings& around, Call& call);
http::Response delete_job_execution(const Surroundings& around, Call& call);
http::Response list_job_executions_for_job(const Surroundings& around, Call& call);
http::Response list_job_executions_for_thing(const Surroundings& around, Call& call);

// thing_operations.cpp
http::Response create_thing(const Surroundings& around, Call& call);
http::Response describe_thing(const Surroundings& around, Call& call);
http::Response update_thing(const Surroundings& around, Call& call);
http::Response delete_thing(const Surroundings& around, Call& call);
http::Response list_things(const Surroundings& around, Call& call);

// group_operations.cpp
http::Response create_thing_group(const Surroundings& around, Call& call);
http::Response describe_thing_group(const Surroundings& around, Call& call);
http::Response update_thing_group(const Surroundings& around, Call& call);
http::Response delete_thing_group(const Surroundings& around, Call& call);
http::Response list_thing_groups(const Surroundings& around, Call& call);
http::Response list_thing_groups_for_thing(const Surroundings& around, Call& call);

// membership_operations.cpp
http::Response add_thing_to_thing_group(const Surroundings& around, Call& call);
http::Response remove_thing_from_thing_group(const Surroundings& around, Call& call);
http::Response list_things_in_thing_group(const Surroundings& around, Call& call);

// resource_operations.cpp
http::Response describe_endpoint(const Surroundings& around, Call& call);
http::Response tag_resource(const Surroundings& around, Call& call);
http::Response untag_resource(const Surroundings& around, Call& call);
http::Response list_tags_for_resource(const Surroundings& around, Call& call);

/// Shorthands that all of them use.
inline http::Response bad_request(std::string_view message) {
  return refuse(Plane::control, Failure::invalid_request, message);
}
inline http::Response not_found(std::string_view message) {
  return refuse(Plane::control, Failure::not_found, message);
}
inline http::Response done() { return answer("{}"); }

}  // namespace cartstorm::broker::iot

#pragma once
#include <string>
#include <string_view>

#include "broker-mock/jobs/job.hpp"

namespace cartstorm::broker::jobs {

/// Reads the source text of a statusDetails object. Empty on success, else which limit it breaks:
/// at most 10 pairs, keys `[a-zA-Z0-9:_-]{1,128}`, values of 1..1024 characters without control,
/// format or private-use characters.
std::string parse_status_details(std::string_view object, const Knobs& knobs,
                                 StatusDetails& details);

}  // namespace cartstorm::broker::jobs

#pragma once
#include <cstdint>
#include <string>

#include "reports/trace/record.hpp"

/// How times and versions are written in messages and reports.
namespace cartstorm::report {

/// `d3 04:12:33` of virtual time, `-d1 02:00:00` before the rollout starts; whole seconds.
std::string moment_text(std::int64_t time_us);
/// `90 s`, `12 min`, `3.5 h` or `9.0 d`, whichever reads best.
std::string span_text(std::int64_t span_us);
/// MAJOR.MINOR.PATCH.
std::string version_text(Version);

}  // namespace cartstorm::report

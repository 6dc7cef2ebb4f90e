#pragma once
#include <boost/json/value.hpp>
#include <string>

namespace cartstorm::sim {

using Json = boost::json::value;

/// With two spaces of indentation, members in their order, numbers in their shortest form.
std::string json_text(const Json&);

}  // namespace cartstorm::sim

#pragma once
#include <boost/json/value.hpp>

#include "reports/render/odds.hpp"

namespace cartstorm::report {

/// The odds as a member of a larger document.
boost::json::value odds_value(const Odds&);

}  // namespace cartstorm::report

#pragma once
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>

/// What `cartstorm rollout status` shows of an endpoint's status.
namespace cartstorm::cli {

/// All rollouts, or the one of that name. What is not of the shape that we know is left out.
boost::json::array rollouts_of(const boost::json::object& status, const std::string& name);
std::string rollouts_json(const boost::json::array& rollouts);
std::string rollouts_text(const boost::json::object& status, const boost::json::array& rollouts,
                          bool in_color);

}  // namespace cartstorm::cli

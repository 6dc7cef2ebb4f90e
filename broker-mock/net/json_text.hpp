#pragma once
#include <boost/json/value.hpp>
#include <span>
#include <string>
#include <string_view>

namespace cartstorm::broker::net {

/// Reads one JSON text (RFC 8259) of what people and tools send, at most 16 deep. If it is none,
/// null and `problem`: `not JSON: line 3, column 7: syntax error`. Columns are bytes, from 1.
boost::json::value read_json(std::string_view text, std::string& problem);

/// The known word that somebody may have meant by `typed`; empty if none is near.
std::string_view nearest(std::string_view typed, std::span<const std::string> known);

}  // namespace cartstorm::broker::net

#pragma once
#include <cstdint>
#include <string_view>

#include "broker-mock/mqtt/settings.hpp"

namespace cartstorm::broker::mqtt {

/// Not empty, no wildcards (4.7). UTF-8 was checked when the packet was read.
bool is_topic_name(std::string_view topic);
/// Not empty, wildcards only as whole levels, `#` only as the last one (4.7.1).
bool is_topic_filter(std::string_view filter);
bool has_wildcard(std::string_view filter);
/// Bytes and slashes within the limits of a topic name or filter.
bool is_within(const Limits& limits, std::string_view topic);

/// Whether a valid filter matches a valid name; a name that begins with `$` is not matched by a
/// filter that begins with a wildcard (4.7.2).
bool matches(std::string_view filter, std::string_view topic, bool hash_matches_parent);

/// `$share/NAME/FILTER` taken apart; without that prefix `name` is empty and `filter` is all.
struct SharedFilter {
  std::string_view name, filter;
  bool is_valid = true;  ///< 4.8.2: NAME not empty and without wildcards, FILTER valid
};
SharedFilter split_shared(std::string_view filter);

}  // namespace cartstorm::broker::mqtt

#include "broker-mock/mqtt/topic.hpp"

#include <algorithm>

namespace cartstorm::broker::mqtt {
namespace {

constexpr std::string_view share_prefix = "$share/";
constexpr std::string_view rules_prefix = "$aws/rules/";

/// Takes one level and its slash off the front. `is_last` tells that there was no slash.
std::string_view take_level(std::string_view& topic, bool& is_last) {
  const std::size_t slash = topic.find('/');
  is_last = slash == std::string_view::npos;
  const std::string_view level = topic.substr(0, slash);
  topic.remove_prefix(is_last ? topic.size() : slash + 1);
  return level;
}

/// Basic Ingest: the prefix with the rule's name counts in no limit.
std::string_view without_rule(std::string_view topic) {
  if (!topic.starts_with(rules_prefix)) return topic;
  const std::size_t slash = topic.find('/', rules_prefix.size());
  return slash == std::string_view::npos ? topic : topic.substr(slash + 1);
}

}  // namespace

bool is_topic_name(std::string_view topic) {
  return !topic.empty() && topic.find_first_of("+#") == std::string_view::npos;
}

bool has_wildcard(std::string_view filter) {
  return filter.find_first_of("+#") != std::string_view::npos;
}

bool is_topic_filter(std::string_view filter) {
  if (filter.empty()) return false;
  bool is_last = false;
  while (!is_last) {
    const std::string_view level = take_level(filter, is_last);
    if (level == "+" || (level == "#" && is_last)) continue;
    if (has_wildcard(level)) return false;
  }
  return true;
}

bool is_within(const Limits& limits, std::string_view topic) {
  if (limits.exempts_rules) topic = without_rule(topic);
  return topic.size() <= limits.max_topic_bytes &&
         static_cast<std::uint64_t>(std::count(topic.begin(), topic.end(), '/')) <=
             limits.max_topic_slashes;
}

bool matches(std::string_view filter, std::string_view topic, bool hash_matches_parent) {
  if (topic.starts_with('$') && (filter.starts_with('+') || filter.starts_with('#'))) return false;
  bool filter_ends = false, topic_ends = false;
  while (true) {
    const std::string_view wanted = take_level(filter, filter_ends);
    if (wanted == "#") return true;
    const std::string_view level = take_level(topic, topic_ends);
    if (wanted != "+" && wanted != level) return false;
    if (filter_ends) return topic_ends;
    if (topic_ends) return filter == "#" && hash_matches_parent;
  }
}

SharedFilter split_shared(std::string_view filter) {
  if (!filter.starts_with(share_prefix)) return {{}, filter, is_topic_filter(filter)};
  const std::string_view named = filter.substr(share_prefix.size());
  const std::size_t slash = named.find('/');
  if (slash == std::string_view::npos) return {{}, filter, false};
  const std::string_view name = named.substr(0, slash), inner = named.substr(slash + 1);
  return {name, inner, !name.empty() && !has_wildcard(name) && is_topic_filter(inner)};
}

}  // namespace cartstorm::broker::mqtt

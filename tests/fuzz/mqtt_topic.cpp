#include <vector>

#include "broker-mock/mqtt/bytes.hpp"
#include "broker-mock/mqtt/filter_tree.hpp"
#include "broker-mock/mqtt/topic.hpp"
#include "kit.hpp"

// Lines of text: a topic name, then filters. Three ways to match agree: the level-wise reading of
// the standard below, matches(), and a tree of all the filters.
namespace ota::fuzz {
namespace {

namespace mqtt = cartstorm::broker::mqtt;

std::vector<std::string_view> pieces(std::string_view text, char separator) {
  std::vector<std::string_view> all;
  while (true) {
    const std::size_t end = text.find(separator);
    all.push_back(text.substr(0, end));
    if (end == std::string_view::npos) {
      return all;
    }
    text.remove_prefix(end + 1);
  }
}

bool naive(std::string_view filter, std::string_view topic, bool hash_matches_parent) {
  if (topic[0] == '$' && (filter[0] == '+' || filter[0] == '#')) {
    return false;
  }
  const auto wanted = pieces(filter, '/'), levels = pieces(topic, '/');
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] == "#") {
      return i < levels.size() || hash_matches_parent;
    }
    if (i == levels.size() || (wanted[i] != "+" && wanted[i] != levels[i])) {
      return false;
    }
  }
  return wanted.size() == levels.size();
}

void match_all(const std::vector<std::string_view>& lines, bool hash_matches_parent) {
  mqtt::FilterTree tree{hash_matches_parent};
  std::size_t expected = 0;
  std::vector<std::string_view> filters;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (!mqtt::is_topic_filter(lines[i]) || tree.find(lines[i]) != nullptr) {
      continue;
    }
    filters.push_back(lines[i]);
    tree.at(lines[i]).plain.push_back({});
    const bool is_match = naive(lines[i], lines[0], hash_matches_parent);
    require(mqtt::matches(lines[i], lines[0], hash_matches_parent) == is_match,
            "a filter matches as the standard says");
    expected += is_match ? 1 : 0;
  }
  std::vector<mqtt::FilterEntry*> found;
  tree.match(lines[0], found);
  require(found.size() == expected, "a tree finds as many as match");
  for (const mqtt::FilterEntry* entry : found) {
    require(naive(entry->filter, lines[0], hash_matches_parent), "and only those");
  }
  for (const std::string_view filter : filters) {
    mqtt::FilterEntry& entry = tree.at(filter);
    entry.plain.clear();
    tree.prune(entry);
    require(tree.find(filter) == nullptr, "what was left is forgotten");
  }
  found.clear();
  tree.match(lines[0], found);
  require(found.empty(), "an empty tree finds nothing");
}

}  // namespace

void run(Bytes input) {
  // The tree is as deep as its deepest filter, which the limits of a profile bound.
  if (input.size() > 2'000) {
    return;
  }
  const auto lines = pieces(text_of(input), '\n');
  for (const std::string_view line : lines) {
    const mqtt::SharedFilter shared = mqtt::split_shared(line);
    require(!shared.is_valid || mqtt::is_topic_filter(shared.filter), "a share is of a filter");
    (void)mqtt::is_text(line);
  }
  if (!mqtt::is_topic_name(lines[0])) {
    return;
  }
  match_all(lines, true);
  match_all(lines, false);
}

}  // namespace ota::fuzz

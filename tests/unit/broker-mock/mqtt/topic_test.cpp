#include "broker-mock/mqtt/topic.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "broker-mock/mqtt/filter_tree.hpp"

namespace cartstorm::broker::mqtt {
namespace {

std::vector<std::string> levels_of(const std::string& topic) {
  std::vector<std::string> levels(1);
  for (const char c : topic) {
    if (c == '/') {
      levels.emplace_back();
    } else {
      levels.back() += c;
    }
  }
  return levels;
}

/// 4.7, level by level and by recursion: slow, and easy to agree with.
bool naive(const std::vector<std::string>& filter, const std::vector<std::string>& topic,
           std::size_t at, bool hash_matches_parent) {
  if (at == filter.size()) return at == topic.size();
  if (filter[at] == "#") return at < topic.size() || (at == topic.size() && hash_matches_parent);
  if (at >= topic.size()) return false;
  if (filter[at] != "+" && filter[at] != topic[at]) return false;
  return naive(filter, topic, at + 1, hash_matches_parent);
}

bool naive(const std::string& filter, const std::string& topic, bool hash_matches_parent) {
  if (topic[0] == '$' && (filter[0] == '+' || filter[0] == '#')) return false;
  return naive(levels_of(filter), levels_of(topic), 0, hash_matches_parent);
}

rc::Gen<std::string> from(std::vector<std::string> words) {
  return rc::gen::map(
      rc::gen::resize(5, rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(
                             rc::gen::elementOf(std::move(words))))),
      [](const std::vector<std::string>& levels) {
        std::string topic = levels[0];
        for (std::size_t i = 1; i < levels.size(); ++i) topic += "/" + levels[i];
        return topic;
      });
}

/// Few words, so that much matches.
std::string some_topic() {
  return *rc::gen::suchThat(from({"a", "b", "$a", ""}),
                            [](const std::string& topic) { return is_topic_name(topic); });
}
std::string some_filter() {
  return *rc::gen::suchThat(from({"a", "b", "$a", "", "+", "+", "#"}),
                            [](const std::string& filter) { return is_topic_filter(filter); });
}

RC_GTEST_PROP(MqttTopics, MatchAsTheStandardSaysLevelByLevel, ()) {
  const std::string filter = some_filter(), topic = some_topic();
  const bool parent = *rc::gen::arbitrary<bool>();
  RC_ASSERT(matches(filter, topic, parent) == naive(filter, topic, parent));
}

RC_GTEST_PROP(MqttTopics, ATreeOfFiltersFindsWhatEachFilterMatches, ()) {
  const bool parent = *rc::gen::arbitrary<bool>();
  FilterTree tree{parent};
  std::vector<std::string> model;
  const auto steps = *rc::gen::inRange(1, 60);
  for (int i = 0; i < steps; ++i) {
    const std::string filter = some_filter();
    const auto known = std::find(model.begin(), model.end(), filter);
    RC_ASSERT((tree.find(filter) != nullptr) == (known != model.end()));
    if (known == model.end()) {
      tree.at(filter).plain.push_back({});
      model.push_back(filter);
    } else if (*rc::gen::arbitrary<bool>()) {
      tree.at(filter).plain.clear();
      tree.prune(tree.at(filter));
      model.erase(known);
    }
    const std::string topic = some_topic();
    std::vector<FilterEntry*> found;
    tree.match(topic, found);
    std::vector<std::string> filters, expected;
    for (const FilterEntry* entry : found) filters.push_back(entry->filter);
    std::copy_if(model.begin(), model.end(), std::back_inserter(expected),
                 [&](const std::string& each) { return naive(each, topic, parent); });
    std::sort(filters.begin(), filters.end());
    std::sort(expected.begin(), expected.end());
    RC_ASSERT(filters == expected);
  }
}

TEST(MqttTopics, OfTheStandardsExamples) {
  EXPECT_TRUE(matches("sport/tennis/player1/#", "sport/tennis/player1", true));
  EXPECT_FALSE(matches("sport/tennis/player1/#", "sport/tennis/player1", false));
  EXPECT_TRUE(matches("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true));
  EXPECT_TRUE(matches("sport/#", "sport", true));
  EXPECT_TRUE(matches("sport/tennis/+", "sport/tennis/player1", true));
  EXPECT_FALSE(matches("sport/tennis/+", "sport/tennis/player1/ranking", true));
  EXPECT_FALSE(matches("sport/+", "sport", true));
  EXPECT_TRUE(matches("sport/+", "sport/", true));
  EXPECT_TRUE(matches("+/+", "/finance", true));
  EXPECT_TRUE(matches("/+", "/finance", true));
  EXPECT_FALSE(matches("+", "/finance", true));
  EXPECT_FALSE(matches("#", "$SYS/monitor/Clients", true));
  EXPECT_FALSE(matches("+/monitor/Clients", "$SYS/monitor/Clients", true));
  EXPECT_TRUE(matches("$SYS/#", "$SYS/monitor/Clients", true));
  EXPECT_TRUE(matches("$SYS/monitor/+", "$SYS/monitor/Clients", true));
}

TEST(MqttTopics, JobsFiltersKeepListAndDescribeApart) {
  EXPECT_TRUE(matches("$aws/things/T/jobs/get/+", "$aws/things/T/jobs/get/accepted", false));
  EXPECT_FALSE(matches("$aws/things/T/jobs/get/+", "$aws/things/T/jobs/J/get/accepted", false));
}

TEST(MqttTopics, SharedFilters) {
  const SharedFilter shared = split_shared("$share/group/a/+");
  EXPECT_EQ(shared.name, "group");
  EXPECT_EQ(shared.filter, "a/+");
  EXPECT_TRUE(shared.is_valid);
  for (const char* wrong : {"$share/", "$share/g", "$share/g/", "$share//a", "$share/g#/a"}) {
    EXPECT_FALSE(split_shared(wrong).is_valid) << wrong;
  }
  EXPECT_EQ(split_shared("$shared/g/a").filter, "$shared/g/a");
}

}  // namespace
}  // namespace cartstorm::broker::mqtt

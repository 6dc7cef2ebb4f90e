#pragma once
#include <map>
#include <string>
#include <string_view>

#include "broker-mock/iot/reader.hpp"

namespace cartstorm::broker::iot {

/// Tags of jobs and thing groups, by ARN.
class Tags {
 public:
  static constexpr std::size_t max_of_resource = 50;

  /// False if the resource would have more than 50; then nothing is changed.
  bool add(std::string_view arn, const std::vector<Tag>& tags) {
    Attributes all = of(arn);
    for (const Tag& tag : tags) all[tag.key] = tag.value;
    if (all.size() > max_of_resource) return false;
    if (!all.empty()) by_arn_[std::string{arn}] = std::move(all);
    return true;
  }
  void remove(std::string_view arn, const std::vector<std::string>& keys) {
    const auto found = by_arn_.find(arn);
    if (found == by_arn_.end()) return;
    for (const std::string& key : keys) found->second.erase(key);
    if (found->second.empty()) by_arn_.erase(found);
  }
  /// With the resource.
  void forget(std::string_view arn) {
    if (const auto found = by_arn_.find(arn); found != by_arn_.end()) by_arn_.erase(found);
  }
  Attributes of(std::string_view arn) const {
    const auto found = by_arn_.find(arn);
    return found == by_arn_.end() ? Attributes{} : found->second;
  }

 private:
  std::map<std::string, Attributes, std::less<>> by_arn_;
};

}  // namespace cartstorm::broker::iot

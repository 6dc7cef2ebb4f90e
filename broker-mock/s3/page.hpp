#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "broker-mock/s3/inventory.hpp"

namespace cartstorm::broker::s3 {

/// What a page of a listing is asked for.
struct PageRequest {
  std::string_view prefix, delimiter;
  std::string_view after;  ///< only keys behind it
  /// `after` was the last entry of a page: if it is a group, all of its keys are behind us.
  bool is_after_entry = false;
  std::uint64_t limit = 1000;  ///< objects and groups together
};

/// Objects, and groups: what keys have in common up to the first delimiter behind the prefix.
struct Page {
  std::vector<std::pair<std::string_view, const Object*>> objects;
  std::vector<std::string> groups;
  bool is_truncated = false;
  std::string last;  ///< last entry, object or group
};

/// One page, in the order of keys. Costs O(log n) per entry, however many keys a group has.
Page page_of(const std::map<std::string, Object, std::less<>>& objects, const PageRequest& request);

/// Opaque text that stands for `last`, and back; empty if it is none of ours.
std::string token_of(std::string_view last);
std::optional<std::string> parse_token(std::string_view token);

/// The least text that is greater than all that begin with `front`; empty: there is none.
std::string behind_all(std::string_view front);

}  // namespace cartstorm::broker::s3

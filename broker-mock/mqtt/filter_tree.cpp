#include "broker-mock/mqtt/filter_tree.hpp"

#include "broker-mock/mqtt/topic.hpp"

namespace cartstorm::broker::mqtt {
namespace {

struct Split {
  std::string_view level, rest;
  bool is_last;
};

Split take_level(std::string_view filter) {
  const std::size_t slash = filter.find('/');
  if (slash == std::string_view::npos) return {filter, {}, true};
  return {filter.substr(0, slash), filter.substr(slash + 1), false};
}

}  // namespace

FilterEntry& FilterTree::at(std::string_view filter) {
  if (!has_wildcard(filter)) {
    if (const auto found = exact_.find(filter); found != exact_.end()) return *found->second;
    auto entry = std::make_unique<FilterEntry>();
    entry->filter = filter;
    const std::string_view key = entry->filter;
    return *exact_.emplace(key, std::move(entry)).first->second;
  }
  Node* node = &root_;
  for (Split at{{}, filter, false}; !at.is_last;) {
    at = take_level(at.rest);
    auto& child = node->children[std::string{at.level}];
    if (!child) child = std::make_unique<Node>();
    node = child.get();
  }
  if (!node->here) {
    node->here = std::make_unique<FilterEntry>();
    node->here->filter = filter;
  }
  return *node->here;
}

FilterEntry* FilterTree::find(std::string_view filter) {
  if (!has_wildcard(filter)) {
    const auto found = exact_.find(filter);
    return found == exact_.end() ? nullptr : found->second.get();
  }
  const Node* node = &root_;
  for (Split at{{}, filter, false}; !at.is_last;) {
    at = take_level(at.rest);
    const auto child = node->children.find(std::string{at.level});
    if (child == node->children.end()) return nullptr;
    node = child->second.get();
  }
  return node->here.get();
}

void FilterTree::prune(FilterEntry& entry) {
  if (!entry.is_empty()) return;
  if (has_wildcard(entry.filter)) {
    prune(root_, std::string{entry.filter});
  } else {
    exact_.erase(exact_.find(std::string_view{entry.filter}));
  }
}

/// Returns whether nothing is left below and at the node.
bool FilterTree::prune(Node& node, std::string_view rest) {
  const Split at = take_level(rest);
  const auto child = node.children.find(std::string{at.level});
  if (at.is_last) {
    child->second->here.reset();
    if (child->second->is_empty()) node.children.erase(child);
  } else if (prune(*child->second, at.rest)) {
    node.children.erase(child);
  }
  return node.is_empty();
}

void FilterTree::split(std::string_view topic) {
  level_count_ = 0;
  for (Split at{{}, topic, false}; !at.is_last; ++level_count_) {
    at = take_level(at.rest);
    if (level_count_ == levels_.size()) levels_.emplace_back();
    levels_[level_count_].assign(at.level);
  }
}

void FilterTree::match(std::string_view topic, std::vector<FilterEntry*>& found) {
  if (const auto exact = exact_.find(topic); exact != exact_.end()) {
    found.push_back(exact->second.get());
  }
  if (root_.children.empty()) return;
  split(topic);
  walk(root_, 0, {topic.starts_with('$'), found});
  // A topic of 65,535 slashes must not keep its memory for ever.
  if (levels_.size() > 64) levels_.resize(64);
}

// As deep as the deepest filter, which the limits bound.
void FilterTree::walk(const Node& node, std::size_t level, const Walk& to) {
  static const std::string hash = "#", plus = "+";
  const bool may_be_wild = level > 0 || !to.is_reserved;
  const bool is_end = level == level_count_;
  if (may_be_wild && (!is_end || hash_matches_parent_)) {
    const auto rest = node.children.find(hash);
    if (rest != node.children.end() && rest->second->here) {
      to.found.push_back(rest->second->here.get());
    }
  }
  if (is_end) {
    if (node.here) to.found.push_back(node.here.get());
    return;
  }
  const auto same = node.children.find(levels_[level]);
  if (same != node.children.end()) walk(*same->second, level + 1, to);
  if (!may_be_wild) return;
  const auto any = node.children.find(plus);
  if (any != node.children.end()) walk(*any->second, level + 1, to);
}

}  // namespace cartstorm::broker::mqtt

#include "sim/scenario/node.hpp"

#include <charconv>

namespace cartstorm::sim {

const Node* Node::find(std::string_view key) const {
  for (const Member& member : members) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

namespace {

/// Takes the first step off a path: a key, or an index in brackets.
std::string_view take_step(std::string_view& path) {
  if (path.starts_with('.')) path.remove_prefix(1);
  if (path.starts_with('[')) {
    const auto end = path.find(']');
    const auto step = path.substr(0, end);
    path.remove_prefix(end == std::string_view::npos ? path.size() : end + 1);
    return step;
  }
  const auto step = path.substr(0, path.find_first_of(".["));
  path.remove_prefix(step.size());
  return step;
}

const Node* follow(const Node& from, std::string_view step) {
  if (!step.starts_with('[')) return from.find(step);
  std::size_t index = 0;
  std::from_chars(step.data() + 1, step.data() + step.size(), index);
  return index < from.items.size() ? &from.items[index] : nullptr;
}

std::string joined(const Node& node) {
  std::string text;
  for (const Node& item : node.items) {
    if (!text.empty()) text += ", ";
    text += flow_text(item);
  }
  for (const Member& member : node.members) {
    if (!text.empty()) text += ", ";
    text += member.key + ": " + flow_text(member.value);
  }
  return text;
}

}  // namespace

Place place_of(const Node& root, std::string_view path) {
  const Node* node = &root;
  while (!path.empty()) {
    const Node* next = follow(*node, take_step(path));
    if (next == nullptr) break;
    node = next;
  }
  return node->place;
}

std::string flow_text(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return "";
    case Node::Kind::scalar:
      return node.text;
    case Node::Kind::sequence:
      return "[" + joined(node) + "]";
    case Node::Kind::mapping:
      return "{" + joined(node) + "}";
  }
  return {};
}

std::string describe(const Node& node) {
  constexpr std::size_t longest = 40;
  switch (node.kind) {
    case Node::Kind::null:
      return "nothing";
    case Node::Kind::scalar:
      if (node.text.size() > longest) return "a long text";
      return "\"" + node.text + "\"";
    case Node::Kind::sequence:
      return "a list";
    case Node::Kind::mapping:
      return "a mapping";
  }
  return {};
}

}  // namespace cartstorm::sim

#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/source.hpp"

namespace cartstorm::sim {

struct Member;

/// One value of a YAML document with the place where it stands. Unlike the parser's own tree it
/// keeps duplicate keys and their places, so that they can be refused.
struct Node {
  enum class Kind { null, scalar, sequence, mapping };
  Kind kind = Kind::null;
  Place place;
  std::string text;             ///< of a scalar
  std::vector<Node> items;      ///< of a sequence
  std::vector<Member> members;  ///< of a mapping, as written

  /// The value of a mapping's key; null if this is no mapping or has no such key.
  const Node* find(std::string_view key) const;
};

struct Member {
  std::string key;
  Place place;  ///< of the key
  Node value;
};

/// Where `path` ("rollout.stages[2].carts") stands, or the nearest thing above it that exists.
Place place_of(const Node& root, std::string_view path);

/// On one line in flow style with the scalars as written, for reports.
std::string flow_text(const Node&);

/// For messages: `"10"`, `a list`, `a mapping` or `nothing`.
std::string describe(const Node&);

}  // namespace cartstorm::sim

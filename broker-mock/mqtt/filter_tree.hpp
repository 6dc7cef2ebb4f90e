#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cartstorm::broker::mqtt {

/// Dense number of a session in the broker.
using SessionIndex = std::uint32_t;

struct Subscription {
  SessionIndex session = 0;
  std::uint32_t identifier = 0;  ///< 0: none
  std::uint8_t qos = 0;
  bool is_no_local = false, retains_as_published = false;
};

/// Sessions that take turns (4.8.2).
struct ShareGroup {
  std::string name;
  std::vector<Subscription> members;
  std::size_t next = 0;
};

/// Everybody who subscribed to one filter. Stays where it is until pruned.
struct FilterEntry {
  std::string filter;
  std::vector<Subscription> plain;
  std::vector<std::unique_ptr<ShareGroup>> groups;

  bool is_empty() const { return plain.empty() && groups.empty(); }
};

/// Filters by what they match: those without wildcards in a hash table, the others in a tree whose
/// nodes are levels. A match costs one hash look-up per topic and, in the tree, as many nodes as
/// match its beginning.
class FilterTree {
 public:
  explicit FilterTree(bool hash_matches_parent) : hash_matches_parent_{hash_matches_parent} {}

  /// The entry of a valid filter, made if there is none.
  FilterEntry& at(std::string_view filter);
  FilterEntry* find(std::string_view filter);
  /// Forgets the entry if nobody is left in it.
  void prune(FilterEntry& entry);

  /// Appends all entries that match a valid topic name.
  void match(std::string_view topic, std::vector<FilterEntry*>& found);

 private:
  struct Node {
    std::unordered_map<std::string, std::unique_ptr<Node>> children;
    std::unique_ptr<FilterEntry> here;  ///< the filter that ends at this level
    bool is_empty() const { return children.empty() && !here; }
  };
  struct Walk {
    bool is_reserved;
    std::vector<FilterEntry*>& found;
  };
  void walk(const Node& node, std::size_t level, const Walk& walk);
  bool prune(Node& node, std::string_view rest);
  void split(std::string_view topic);

  bool hash_matches_parent_;
  std::unordered_map<std::string_view, std::unique_ptr<FilterEntry>> exact_;
  Node root_;
  std::vector<std::string> levels_;  ///< of the topic being matched; kept for its memory
  std::size_t level_count_ = 0;
};

}  // namespace cartstorm::broker::mqtt

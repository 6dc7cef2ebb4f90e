#pragma once
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "broker-mock/rollout/effects.hpp"

namespace cartstorm::broker::rollout {

/// The durable side of one rollout: lists of carts, each written once and never changed, and one
/// record of everything else. The record is the commit point: a list counts once a record names it,
/// so that one which a crash left behind is simply written over.
class Journal {
 public:
  using List = std::uint32_t;
  static constexpr List no_list = 0xffffffffU;

  /// `number`: the rollout's place among all, part of its keys.
  Journal(Effects& effects, std::uint32_t number);
  static std::string spec_key(std::uint32_t number);

  List add(std::vector<ThingId> things);
  /// Empty for no_list.
  const std::vector<ThingId>& list(List list) const;

  /// Writes the lists that are new, then the record.
  void commit(std::string_view record);
  /// The record, empty if nothing was ever committed; its lists are read by read_lists().
  std::string record() const;
  /// The first `count` lists, as many as the record knew of. False if one of them is damaged.
  bool read_lists(std::uint32_t count);
  /// Whether a list was added that no commit has written: then something was decided.
  bool has_news() const { return written_ < lists_.size(); }
  std::uint32_t lists() const { return static_cast<std::uint32_t>(lists_.size()); }
  /// Once a rollout is over nobody asks for its carts any more.
  void erase_lists();

 private:
  std::string list_key(List list) const;

  Effects& effects_;
  std::string prefix_;
  std::deque<std::vector<ThingId>> lists_;  ///< references stay good when one is added
  std::uint32_t written_ = 0;
};

}  // namespace cartstorm::broker::rollout

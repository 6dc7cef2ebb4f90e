#include "broker-mock/rollout/journal.hpp"

#include <fmt/format.h>

#include "broker-mock/rollout/archive.hpp"

namespace cartstorm::broker::rollout {
namespace {

// Fixed width: keys sort as numbers do.
std::string prefix_of(std::uint32_t number) { return fmt::format("{:06}/", number); }

}  // namespace

Journal::Journal(Effects& effects, std::uint32_t number)
    : effects_{effects}, prefix_{prefix_of(number)} {}

std::string Journal::spec_key(std::uint32_t number) { return prefix_of(number) + "spec"; }

std::string Journal::list_key(List list) const {
  return fmt::format("{}list/{:06}", prefix_, list);
}

Journal::List Journal::add(std::vector<ThingId> things) {
  lists_.push_back(std::move(things));
  return static_cast<List>(lists_.size() - 1);
}

const std::vector<ThingId>& Journal::list(List list) const {
  static const std::vector<ThingId> nobody;
  return list == no_list ? nobody : lists_[list];
}

void Journal::commit(std::string_view record) {
  for (; written_ < lists_.size(); ++written_) {
    effects_.put(list_key(written_), record_of(lists_[written_]));
  }
  effects_.put(prefix_ + "state", record);
}

std::string Journal::record() const {
  std::string text;
  effects_.store().scan(prefix_ + "state",
                        [&text](std::string_view, std::string_view value) { text = value; });
  return text;
}

bool Journal::read_lists(std::uint32_t count) {
  lists_.clear();
  bool is_sound = true;
  effects_.store().scan(prefix_ + "list/", [&](std::string_view, std::string_view value) {
    if (lists_.size() == count) return;
    is_sound = read_record(value, lists_.emplace_back()) && is_sound;
  });
  written_ = lists();
  return is_sound && lists_.size() == count;
}

void Journal::erase_lists() {
  std::vector<std::string> keys;
  effects_.store().scan(prefix_ + "list/", [&keys](std::string_view key, std::string_view) {
    keys.emplace_back(key);
  });
  for (const std::string& key : keys) effects_.erase(key);
}

}  // namespace cartstorm::broker::rollout

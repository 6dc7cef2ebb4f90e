#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "broker-mock/cloud/facts.hpp"
#include "broker-mock/cloud/thing.hpp"

namespace cartstorm::broker {

constexpr std::uint32_t index(ThingId thing) { return static_cast<std::uint32_t>(thing); }

/// Registered things, whether they are connected and when they last were heard of, by dense id.
class Things {
 public:
  /// The known id if a thing of that name exists already. A name keeps its id for ever: a thing
  /// that was removed comes back under it, with the new attributes.
  ThingId add(const ThingAttributes& attributes) {
    const ThingId thing = meet(attributes.name);
    if (!is_registered_[index(thing)]) {
      attributes_[index(thing)] = attributes;
      is_registered_[index(thing)] = true;
      ++registered_;
    }
    return thing;
  }

  /// The id of a name; a new one belongs to nothing registered, but may connect and ask.
  ThingId meet(const std::string& name) {
    const auto [found, is_new] =
        by_name_.try_emplace(name, static_cast<std::uint32_t>(attributes_.size()));
    if (is_new) {
      attributes_.push_back({name, 0, {}, {}, {}, {}});
      names_.push_back(name);
      is_connected_.push_back(false);
      last_heard_.push_back({INT64_MIN});
      is_registered_.push_back(false);
    }
    return ThingId{found->second};
  }

  /// Takes a thing out of the registry. Its id stays, and so does its connection if it has one.
  void remove(ThingId thing) {
    if (!is_registered(thing)) return;
    is_registered_[index(thing)] = false;
    --registered_;
  }
  /// False for an unknown id as well.
  bool is_registered(ThingId thing) const { return has(thing) && is_registered_[index(thing)]; }
  /// The id of a name, also of one that was removed; empty if there never was one.
  std::optional<ThingId> find(std::string_view name) const {
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) return std::nullopt;
    return ThingId{found->second};
  }
  /// The name does not change.
  void set_attributes(ThingId thing, ThingAttributes attributes) {
    attributes.name = attributes_[index(thing)].name;
    attributes_[index(thing)] = std::move(attributes);
  }

  /// How many are registered; `count` has those that left or were never registered as well.
  std::uint32_t registered() const { return registered_; }
  std::uint32_t count() const { return static_cast<std::uint32_t>(attributes_.size()); }
  bool has(ThingId thing) const { return index(thing) < count(); }
  const ThingAttributes& of(ThingId thing) const { return attributes_[index(thing)]; }
  std::string_view name(ThingId thing) const { return names_[index(thing)]; }
  bool is_connected(ThingId thing) const { return is_connected_[index(thing)]; }
  void set_connected(ThingId thing, bool is_connected) {
    is_connected_[index(thing)] = is_connected;
  }
  /// When a message or a change of presence last came from it; long ago if never.
  ServerTime last_heard(ThingId thing) const { return last_heard_[index(thing)]; }
  void heard(ThingId thing, ServerTime now) { last_heard_[index(thing)] = now; }

 private:
  std::vector<ThingAttributes> attributes_;
  std::vector<std::string> names_;  ///< again, close together: every message looks at one
  std::vector<bool> is_connected_;
  std::vector<bool> is_registered_;
  std::uint32_t registered_ = 0;
  std::vector<ServerTime> last_heard_;
  std::map<std::string, std::uint32_t, std::less<>> by_name_;
};

}  // namespace cartstorm::broker

#include <fmt/format.h>

#include <algorithm>

#include "broker-mock/base/draw.hpp"
#include "broker-mock/iot/registry.hpp"

/// Thing groups: a forest, and who is in it.
namespace cartstorm::broker::iot {
namespace {

constexpr std::uint64_t group_purpose = hash_of("thing group id");
constexpr std::size_t max_depth = 7;
constexpr std::size_t max_children = 100;
constexpr std::ptrdiff_t max_groups_of_thing = 10;
constexpr std::size_t max_attributes = 50;

RegistryError invalid(std::string message) {
  return {Failure::invalid_request, std::move(message)};
}

}  // namespace

std::optional<GroupNumber> Registry::find_group(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? std::nullopt : std::optional{found->second};
}

std::vector<GroupNumber> Registry::with_ancestors(GroupNumber number) const {
  std::vector<GroupNumber> all{number};
  while (const auto parent = group(all.back()).parent) all.push_back(*parent);
  return all;
}

std::vector<GroupNumber> Registry::ancestors_of(GroupNumber number) const {
  std::vector<GroupNumber> all = with_ancestors(number);
  all.erase(all.begin());
  std::reverse(all.begin(), all.end());
  return all;
}

GroupNumber Registry::root_of(GroupNumber number) const { return with_ancestors(number).back(); }

bool Registry::has_member(GroupNumber number, ThingId thing) const {
  const auto& members = group(number).members;
  return std::binary_search(members.begin(), members.end(), thing);
}

bool Registry::contains(GroupNumber number, ThingId thing) const {
  if (has_member(number, thing)) return true;
  const auto& children = group(number).children;
  return std::any_of(children.begin(), children.end(),
                     [&](GroupNumber child) { return contains(child, thing); });
}

void Registry::append_members(std::vector<ThingId>& out, GroupNumber number) const {
  const auto begin = static_cast<std::ptrdiff_t>(out.size());
  std::vector<GroupNumber> open{number};
  while (!open.empty()) {
    const ThingGroup& next = group(open.back());
    open.pop_back();
    out.insert(out.end(), next.members.begin(), next.members.end());
    open.insert(open.end(), next.children.begin(), next.children.end());
  }
  std::sort(out.begin() + begin, out.end());
}

std::vector<GroupNumber> Registry::groups_of(ThingId thing) const {
  std::vector<GroupNumber> found;
  for (const auto& [name, number] : by_name_) {
    if (has_member(number, thing)) found.push_back(number);
  }
  return found;
}

RegistryError Registry::create_group(ThingGroup made, ServerTime now, GroupNumber& number) {
  if (!is_registry_name(made.name)) {
    return invalid("thingGroupName is not [a-zA-Z0-9:_-]{1,128}");
  }
  if (auto error = attributes_error(made.attributes, max_attributes); !error.empty()) {
    return invalid(std::move(error));
  }
  if (const auto known = find_group(made.name)) {
    const ThingGroup& there = group(*known);
    if (there.parent != made.parent || there.description != made.description ||
        there.attributes != made.attributes) {
      return {Failure::already_exists,
              fmt::format("thing group {} exists already with other properties", made.name)};
    }
    number = *known;
    return {};
  }
  if (made.parent) {
    if (with_ancestors(*made.parent).size() >= max_depth) {
      return invalid("a hierarchy of thing groups is at most 7 deep");
    }
    if (group(*made.parent).children.size() >= max_children) {
      return invalid("a thing group has at most 100 direct child groups");
    }
  }
  number = GroupNumber{static_cast<std::uint32_t>(groups_.size())};
  made.id = uuid(seed_, group_purpose, groups_.size());
  made.created_at = now;
  by_name_.emplace(made.name, number);
  if (made.parent) groups_[index(*made.parent)].children.push_back(number);
  groups_.push_back(std::move(made));
  tell_group(number, RegistryEvent::created, now);
  return {};
}

void Registry::adopt_group(const std::string& name, std::vector<ThingId> members, ServerTime now) {
  if (by_name_.contains(name)) return;
  ThingGroup made;
  made.name = name;
  made.is_of_service = true;
  GroupNumber number{};
  if (create_group(std::move(made), now, number)) return;
  std::sort(members.begin(), members.end());
  members.erase(std::unique(members.begin(), members.end()), members.end());
  groups_[index(number)].members = std::move(members);
}

RegistryError Registry::update_group(GroupNumber number, const GroupUpdate& update,
                                     ServerTime now) {
  ThingGroup& there = groups_[index(number)];
  if (update.expected_version && *update.expected_version != there.version) {
    return version_conflict(*update.expected_version, there.version);
  }
  if (update.attributes) {
    Attributes attributes = update.merges ? there.attributes : Attributes{};
    for (const auto& [name, value] : *update.attributes) attributes[name] = value;
    std::erase_if(attributes, [](const auto& attribute) { return attribute.second.empty(); });
    if (auto error = attributes_error(attributes, max_attributes); !error.empty()) {
      return invalid(std::move(error));
    }
    there.attributes = std::move(attributes);
  }
  if (update.description) there.description = *update.description;
  ++there.version;
  tell_group(number, RegistryEvent::updated, now);
  return {};
}

RegistryError Registry::delete_group(GroupNumber number, std::optional<std::int64_t> expected,
                                     ServerTime now) {
  ThingGroup& there = groups_[index(number)];
  if (expected && *expected != there.version) return version_conflict(*expected, there.version);
  if (!there.children.empty())
    return invalid("the thing group has child groups; delete them first");
  const std::vector<ThingId> members = there.members;
  for (const ThingId thing : members) drop_member(number, thing, now);
  tell_group(number, RegistryEvent::deleted, now);
  if (there.parent) std::erase(groups_[index(*there.parent)].children, number);
  by_name_.erase(there.name);
  there = {};
  there.exists = false;
  return {};
}

RegistryError Registry::add_member(GroupNumber number, ThingId thing, ServerTime now) {
  if (has_member(number, thing)) return {};
  const std::vector<GroupNumber> own = groups_of(thing);
  const GroupNumber root = root_of(number);
  const auto same_hierarchy = std::find_if(
      own.begin(), own.end(), [&](GroupNumber other) { return root_of(other) == root; });
  if (same_hierarchy != own.end()) {
    return invalid(fmt::format("the thing is in thing group {} of the same hierarchy",
                               group(*same_hierarchy).name));
  }
  const auto by_people = std::count_if(
      own.begin(), own.end(), [&](GroupNumber other) { return !group(other).is_of_service; });
  if (by_people >= max_groups_of_thing) {
    return invalid("a thing is in at most 10 thing groups");
  }
  auto& members = groups_[index(number)].members;
  members.insert(std::lower_bound(members.begin(), members.end(), thing), thing);
  tell_member(number, thing, RegistryEvent::added, now);
  engine_.joined(with_ancestors(number), thing, now);
  return {};
}

void Registry::remove_member(GroupNumber number, ThingId thing, ServerTime now) {
  if (has_member(number, thing)) drop_member(number, thing, now);
}

void Registry::drop_member(GroupNumber number, ThingId thing, ServerTime now) {
  auto& members = groups_[index(number)].members;
  members.erase(std::lower_bound(members.begin(), members.end(), thing));
  tell_member(number, thing, RegistryEvent::removed, now);
  engine_.left(with_ancestors(number), thing, now);
}

void Registry::tell_group(GroupNumber number, RegistryEvent event, ServerTime now) {
  const ThingGroup& of = group(number);
  GroupEvent told{of.name, of.id, of.description, {}, {}, of.version, of.attributes, {}};
  if (of.parent) {
    told.parent_name = group(*of.parent).name;
    told.parent_id = group(*of.parent).id;
    for (const GroupNumber above : ancestors_of(number)) {
      told.root_to_parent.push_back(group(above).name);
    }
  }
  events_.thing_group(told, event, now);
}

void Registry::tell_member(GroupNumber number, ThingId thing, RegistryEvent event, ServerTime now) {
  const std::string id = record_of(thing).id;
  events_.membership({group(number).name, group(number).id, things_.name(thing), id}, event, now);
}

}  // namespace cartstorm::broker::iot

#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "broker-mock/base/things.hpp"
#include "broker-mock/iot/events.hpp"
#include "broker-mock/iot/failure.hpp"
#include "broker-mock/iot/names.hpp"
#include "broker-mock/iot/reader.hpp"
#include "broker-mock/jobs/engine.hpp"

namespace cartstorm::broker::iot {

using jobs::GroupNumber;
constexpr std::uint32_t index(GroupNumber group) { return static_cast<std::uint32_t>(group); }

/// What the registry says of a thing beyond its name.
struct ThingRecord {
  std::string id;  ///< UUID, a new one for each life
  std::string type, billing_group;
  Attributes attributes;
  std::int64_t version = 1;
};

struct ThingGroup {
  std::string name;
  std::string id;
  std::string description;
  Attributes attributes;
  std::optional<GroupNumber> parent;
  std::vector<GroupNumber> children;
  std::vector<ThingId> members;  ///< of itself, ascending
  std::int64_t version = 1;
  ServerTime created_at;
  bool exists = true;
  bool is_of_service = false;  ///< made for a job of a rollout
};

/// Why the registry refused; empty message: it did not.
struct RegistryError {
  Failure failure = Failure::invalid_request;
  std::string message;
  explicit operator bool() const { return !message.empty(); }
};

RegistryError version_conflict(std::int64_t expected, std::int64_t found);

/// Things and thing groups, over the dense table that all cores use. What it does to targets it
/// tells the Jobs engine, and everything the events.
class Registry : public jobs::Groups {
 public:
  Registry(Things& things, jobs::Engine& engine, Events& events, std::uint64_t seed)
      : things_{things}, engine_{engine}, events_{events}, seed_{seed} {}

  // Things.
  /// A thing that was registered without the control plane has a record made of its attributes.
  ThingRecord record_of(ThingId thing) const;
  /// The registered thing of that name.
  std::optional<ThingId> find_thing(std::string_view name) const;
  /// The same call again is no error.
  RegistryError create_thing(const std::string& name, ThingRecord record, ServerTime now,
                             ThingId& thing);
  struct ThingUpdate {
    std::optional<std::string> type;
    bool removes_type = false;
    std::optional<Attributes> attributes;
    bool merges = false;  ///< given ones into those there are; an empty value removes one
    std::optional<std::int64_t> expected_version;
  };
  RegistryError update_thing(ThingId thing, const ThingUpdate& update, ServerTime now);
  RegistryError delete_thing(ThingId thing, std::optional<std::int64_t> expected, ServerTime now);

  // Groups.
  std::optional<GroupNumber> find_group(std::string_view name) const;
  const ThingGroup& group(GroupNumber number) const { return groups_[index(number)]; }
  RegistryError create_group(ThingGroup group, ServerTime now, GroupNumber& number);
  struct GroupUpdate {
    std::optional<std::string> description;
    std::optional<Attributes> attributes;
    bool merges = false;
    std::optional<std::int64_t> expected_version;
  };
  RegistryError update_group(GroupNumber number, const GroupUpdate& update, ServerTime now);
  RegistryError delete_group(GroupNumber number, std::optional<std::int64_t> expected,
                             ServerTime now);
  RegistryError add_member(GroupNumber number, ThingId thing, ServerTime now);
  void remove_member(GroupNumber number, ThingId thing, ServerTime now);
  /// A group that the service makes for a job, with its members; no limit of a person applies. One
  /// of that name is left as it is.
  void adopt_group(const std::string& name, std::vector<ThingId> members, ServerTime now);

  /// Names of groups in order, with their numbers.
  const std::map<std::string, GroupNumber, std::less<>>& groups() const { return by_name_; }
  /// Groups that the thing itself is a member of, by name.
  std::vector<GroupNumber> groups_of(ThingId thing) const;
  /// From the root to the parent.
  std::vector<GroupNumber> ancestors_of(GroupNumber number) const;

  // jobs::Groups: members of child groups are members.
  bool contains(GroupNumber number, ThingId thing) const override;
  void append_members(std::vector<ThingId>& out, GroupNumber number) const override;

 private:
  std::vector<GroupNumber> with_ancestors(GroupNumber number) const;
  GroupNumber root_of(GroupNumber number) const;
  bool has_member(GroupNumber number, ThingId thing) const;
  void drop_member(GroupNumber number, ThingId thing, ServerTime now);
  void keep(ThingId thing, ThingRecord record);
  ThingEvent event_of(ThingId thing, const ThingRecord& record) const;
  void tell_group(GroupNumber number, RegistryEvent event, ServerTime now);
  void tell_member(GroupNumber number, ThingId thing, RegistryEvent event, ServerTime now);

  Things& things_;
  jobs::Engine& engine_;
  Events& events_;
  std::uint64_t seed_;
  std::uint64_t lives_ = 0;  ///< of things that the control plane made
  std::map<std::uint32_t, ThingRecord> records_;
  std::vector<ThingGroup> groups_;
  std::map<std::string, GroupNumber, std::less<>> by_name_;
};

/// Why attributes are not taken: at most `limit`, names `[a-zA-Z0-9_.,@/:#-]{1,128}`, values
/// `[a-zA-Z0-9_.,@/:#=\[\]-]{0,800}`.
std::string attributes_error(const Attributes& attributes, std::size_t limit);

}  // namespace cartstorm::broker::iot

#include "broker-mock/iot/registry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "broker-mock/base/draw.hpp"

namespace cartstorm::broker::iot {
namespace {

constexpr std::uint64_t registered_purpose = hash_of("thing id, registered");
constexpr std::uint64_t created_purpose = hash_of("thing id, created");
constexpr std::size_t untyped_attributes = 3;
constexpr std::size_t typed_attributes = 50;

bool is_made_of(std::string_view text, std::string_view extra) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           extra.find(c) != std::string_view::npos;
  });
}

template <class Number>
Number number_of(const Attributes& attributes, std::string_view key) {
  Number number = 0;
  if (const auto found = attributes.find(key); found != attributes.end()) {
    const std::string& text = found->second;
    std::from_chars(text.data(), text.data() + text.size(), number);
  }
  return number;
}

std::string text_of(const Attributes& attributes, std::string_view key) {
  const auto found = attributes.find(key);
  return found == attributes.end() ? std::string{} : found->second;
}

/// What rollouts stratify over, under the names that the registry shows.
ThingAttributes strata_of(const Attributes& attributes) {
  ThingAttributes strata;
  strata.hardware_revision = number_of<std::uint32_t>(attributes, "hardware_revision");
  strata.region = text_of(attributes, "region");
  strata.use = text_of(attributes, "use");
  strata.tier = text_of(attributes, "tier");
  strata.configuration = text_of(attributes, "configuration");
  strata.utc_offset_min = number_of<std::int32_t>(attributes, "utc_offset_min");
  return strata;
}

Attributes attributes_of(const ThingAttributes& strata) {
  Attributes attributes;
  const auto add = [&](const char* key, const std::string& value) {
    if (!value.empty()) attributes.emplace(key, value);
  };
  if (strata.hardware_revision != 0) {
    add("hardware_revision", std::to_string(strata.hardware_revision));
  }
  add("region", strata.region);
  add("use", strata.use);
  add("tier", strata.tier);
  add("configuration", strata.configuration);
  if (strata.utc_offset_min != 0) add("utc_offset_min", std::to_string(strata.utc_offset_min));
  return attributes;
}

std::string thing_error(const ThingRecord& record) {
  if (!record.type.empty() && !is_registry_name(record.type)) {
    return "thingTypeName is not [a-zA-Z0-9:_-]{1,128}";
  }
  if (!record.billing_group.empty() && !is_registry_name(record.billing_group)) {
    return "billingGroupName is not [a-zA-Z0-9:_-]{1,128}";
  }
  return attributes_error(record.attributes,
                          record.type.empty() ? untyped_attributes : typed_attributes);
}

void merge(Attributes& into, const Attributes& given, bool merges) {
  if (!merges) into.clear();
  for (const auto& [name, value] : given) into[name] = value;
  std::erase_if(into, [](const auto& attribute) { return attribute.second.empty(); });
}

}  // namespace

RegistryError version_conflict(std::int64_t expected, std::int64_t found) {
  return {Failure::version,
          fmt::format("Expected version {} but found version {}", expected, found)};
}

std::string attributes_error(const Attributes& attributes, std::size_t limit) {
  if (attributes.size() > limit) return fmt::format("attributes are more than {}", limit);
  for (const auto& [name, value] : attributes) {
    if (name.empty() || name.size() > 128 || !is_made_of(name, "_.,@/:#-")) {
      return "an attribute name is not [a-zA-Z0-9_.,@/:#-]{1,128}";
    }
    if (value.size() > 800 || !is_made_of(value, "_.,@/:#=[]-")) {
      return "an attribute value is not [a-zA-Z0-9_.,@/:#=[]-]{0,800}";
    }
  }
  return {};
}

ThingRecord Registry::record_of(ThingId thing) const {
  if (const auto found = records_.find(broker::index(thing)); found != records_.end()) {
    return found->second;
  }
  ThingRecord record;
  record.id = uuid(seed_, registered_purpose, broker::index(thing));
  record.attributes = attributes_of(things_.of(thing));
  return record;
}

std::optional<ThingId> Registry::find_thing(std::string_view name) const {
  const auto thing = things_.find(name);
  return thing && things_.is_registered(*thing) ? thing : std::nullopt;
}

void Registry::keep(ThingId thing, ThingRecord record) {
  things_.set_attributes(thing, strata_of(record.attributes));
  records_[broker::index(thing)] = std::move(record);
}

ThingEvent Registry::event_of(ThingId thing, const ThingRecord& record) const {
  return {things_.name(thing), record.id, record.type, record.version, record.attributes};
}

RegistryError Registry::create_thing(const std::string& name, ThingRecord record, ServerTime now,
                                     ThingId& thing) {
  if (!is_registry_name(name)) {
    return {Failure::invalid_request, "thingName is not [a-zA-Z0-9:_-]{1,128}"};
  }
  if (auto error = thing_error(record); !error.empty()) {
    return {Failure::invalid_request, std::move(error)};
  }
  if (const auto known = find_thing(name)) {
    const ThingRecord there = record_of(*known);
    if (there.type != record.type || there.billing_group != record.billing_group ||
        there.attributes != record.attributes) {
      return {Failure::already_exists,
              fmt::format("thing {} exists already with other properties", name)};
    }
    thing = *known;
    return {};
  }
  record.id = uuid(seed_, created_purpose, lives_++);
  record.version = 1;
  ThingAttributes strata = strata_of(record.attributes);
  strata.name = name;
  thing = things_.add(strata);
  events_.thing(event_of(thing, record), RegistryEvent::created, now);
  keep(thing, std::move(record));
  return {};
}

RegistryError Registry::update_thing(ThingId thing, const ThingUpdate& update, ServerTime now) {
  ThingRecord record = record_of(thing);
  if (update.expected_version && *update.expected_version != record.version) {
    return version_conflict(*update.expected_version, record.version);
  }
  if (update.removes_type && update.type) {
    return {Failure::invalid_request, "removeThingType and thingTypeName exclude each other"};
  }
  if (update.type) record.type = *update.type;
  if (update.removes_type) record.type.clear();
  if (update.attributes) merge(record.attributes, *update.attributes, update.merges);
  if (auto error = thing_error(record); !error.empty()) {
    return {Failure::invalid_request, std::move(error)};
  }
  ++record.version;
  events_.thing(event_of(thing, record), RegistryEvent::updated, now);
  keep(thing, std::move(record));
  return {};
}

/// Its executions become REMOVED before it leaves its groups: one notification, not two.
RegistryError Registry::delete_thing(ThingId thing, std::optional<std::int64_t> expected,
                                     ServerTime now) {
  const ThingRecord record = record_of(thing);
  if (expected && *expected != record.version) return version_conflict(*expected, record.version);
  things_.remove(thing);
  engine_.unregistered(thing, now);
  for (const GroupNumber number : groups_of(thing)) drop_member(number, thing, now);
  events_.thing(event_of(thing, record), RegistryEvent::deleted, now);
  records_.erase(broker::index(thing));
  return {};
}

}  // namespace cartstorm::broker::iot

#include <fmt/format.h>

#include "broker-mock/base/json_append.hpp"
#include "broker-mock/iot/job_view.hpp"
#include "broker-mock/iot/operations.hpp"

/// Thing groups of the registry.
namespace cartstorm::broker::iot {
namespace {

http::Response refuse_group(const RegistryError& error) {
  return refuse(Plane::control, error.failure, error.message);
}

http::Response no_group(std::string_view name) {
  return not_found(fmt::format("no thing group {}", name));
}

std::string arn(const Surroundings& around, std::string_view name) {
  return arn_of(around.settings.account, {ResourceKind::thing_group, name});
}

struct Properties {
  std::optional<std::string> description;
  std::optional<Attributes> attributes;
  bool merges = false;
};

Properties read_properties(Reader& body) {
  Properties found;
  const auto* const object = body.object("thingGroupProperties");
  if (object == nullptr) return found;
  Reader properties{*object, body.error(), body.path("thingGroupProperties")};
  found.description = properties.text("thingGroupDescription", 0, 2028);
  if (const auto* const payload = properties.object("attributePayload"); payload != nullptr) {
    Reader reader{*payload, body.error(), properties.path("attributePayload")};
    found.merges = reader.flag("merge");
    found.attributes = reader.map("attributes");
  }
  return found;
}

void append_name_and_arn(std::string& out, const Surroundings& around, std::string_view name) {
  out.push_back('{');
  append_member(out, "groupName", name);
  append_member(out, "groupArn", std::string_view{arn(around, name)});
  out.push_back('}');
}

void append_metadata(std::string& out, const Surroundings& around, GroupNumber number) {
  append_key(out, "thingGroupMetadata");
  out.push_back('{');
  const ThingGroup& group = around.registry.group(number);
  if (group.parent) {
    append_member(out, "parentGroupName",
                  std::string_view{around.registry.group(*group.parent).name});
    append_key(out, "rootToParentThingGroups");
    out.push_back('[');
    for (const GroupNumber above : around.registry.ancestors_of(number)) {
      if (out.back() != '[') out.push_back(',');
      append_name_and_arn(out, around, around.registry.group(above).name);
    }
    out.push_back(']');
  }
  append_time(out, "creationDate", group.created_at);
  out.push_back('}');
}

/// Whether `number` is below `parent`, directly or, if asked, at any depth.
bool is_below(const Surroundings& around, GroupNumber number, GroupNumber parent, bool recursive) {
  const auto above = around.registry.ancestors_of(number);
  if (above.empty()) return false;
  if (!recursive) return above.back() == parent;
  for (const GroupNumber each : above) {
    if (each == parent) return true;
  }
  return false;
}

/// A page of groups in order of their names.
template <class Takes>
http::Response list(const Surroundings& around, const Page& page, std::string_view name,
                    Takes takes) {
  const auto& groups = around.registry.groups();
  std::string out = "{\"thingGroups\":[";
  std::size_t listed = 0;
  std::string_view last;
  for (auto group = groups.upper_bound(page.after); group != groups.end(); ++group) {
    if (!takes(group->first, group->second)) continue;
    if (listed == page.size) {
      out.push_back(']');
      append_member(out, "nextToken", std::string_view{page_token(name, last)});
      out.push_back('}');
      return answer(std::move(out));
    }
    if (listed++ > 0) out.push_back(',');
    last = group->first;
    append_name_and_arn(out, around, group->first);
  }
  out.append("]}");
  return answer(std::move(out));
}

}  // namespace

http::Response create_thing_group(const Surroundings& around, Call& call) {
  Reader body = call.body();
  ThingGroup group;
  group.name = call.name(0);
  const auto parent = body.raw("parentGroupName", 128);
  Properties properties = read_properties(body);
  group.description = properties.description.value_or("");
  group.attributes = properties.attributes.value_or(Attributes{});
  const std::vector<Tag> tags = body.tags("tags");
  if (!call.error().empty()) return bad_request(call.error());
  if (parent) {
    group.parent = around.registry.find_group(*parent);
    // The model gives this call no ResourceNotFoundException.
    if (!group.parent) return bad_request(fmt::format("no thing group {}", *parent));
  }
  GroupNumber number{};
  if (const auto error = around.registry.create_group(std::move(group), call.now(), number)) {
    return refuse_group(error);
  }
  const std::string group_arn = arn(around, call.name(0));
  around.tags.add(group_arn, tags);
  std::string out = "{";
  append_member(out, "thingGroupName", std::string_view{call.name(0)});
  append_member(out, "thingGroupArn", std::string_view{group_arn});
  append_member(out, "thingGroupId", std::string_view{around.registry.group(number).id});
  out.push_back('}');
  return answer(std::move(out));
}

http::Response describe_thing_group(const Surroundings& around, Call& call) {
  const auto number = around.registry.find_group(call.name(0));
  if (!number) return no_group(call.name(0));
  const ThingGroup& group = around.registry.group(*number);
  std::string out = "{";
  append_member(out, "thingGroupName", std::string_view{group.name});
  append_member(out, "thingGroupId", std::string_view{group.id});
  append_member(out, "thingGroupArn", std::string_view{arn(around, group.name)});
  append_member(out, "version", group.version);
  append_key(out, "thingGroupProperties");
  out.push_back('{');
  if (!group.description.empty()) {
    append_member(out, "thingGroupDescription", std::string_view{group.description});
  }
  if (!group.attributes.empty()) {
    append_key(out, "attributePayload");
    out.push_back('{');
    append_attributes(out, "attributes", group.attributes);
    out.push_back('}');
  }
  out.push_back('}');
  append_metadata(out, around, *number);
  out.push_back('}');
  return answer(std::move(out));
}

http::Response update_thing_group(const Surroundings& around, Call& call) {
  Reader body = call.body();
  body.require("thingGroupProperties");
  Properties properties = read_properties(body);
  Registry::GroupUpdate update{std::move(properties.description), std::move(properties.attributes),
                               properties.merges, body.whole("expectedVersion", 0, any_number)};
  if (!call.error().empty()) return bad_request(call.error());
  const auto number = around.registry.find_group(call.name(0));
  if (!number) return no_group(call.name(0));
  if (const auto error = around.registry.update_group(*number, update, call.now())) {
    return refuse_group(error);
  }
  std::string out = "{";
  append_member(out, "version", around.registry.group(*number).version);
  out.push_back('}');
  return answer(std::move(out));
}

/// To delete what is not there is no error.
http::Response delete_thing_group(const Surroundings& around, Call& call) {
  const auto expected = call.query_whole("expectedVersion", 0, any_number);
  if (!call.error().empty()) return bad_request(call.error());
  const auto number = around.registry.find_group(call.name(0));
  if (!number) return done();
  if (const auto error = around.registry.delete_group(*number, expected, call.now())) {
    return refuse_group(error);
  }
  around.tags.forget(arn(around, call.name(0)));
  return done();
}

http::Response list_thing_groups(const Surroundings& around, Call& call) {
  const Page page = call.page("thing groups");
  const std::string parent_name = call.query_text("parentGroup");
  const std::string prefix = call.query_text("namePrefixFilter");
  const bool recursive = call.query("recursive") == nullptr || call.query_flag("recursive");
  if (!call.error().empty()) return bad_request(call.error());
  std::optional<GroupNumber> parent;
  if (!parent_name.empty()) {
    parent = around.registry.find_group(parent_name);
    if (!parent) return no_group(parent_name);
  }
  return list(around, page, "thing groups", [&](const std::string& name, GroupNumber number) {
    if (!name.starts_with(prefix)) return false;
    if (parent) return is_below(around, number, *parent, recursive);
    return recursive || !around.registry.group(number).parent;
  });
}

http::Response list_thing_groups_for_thing(const Surroundings& around, Call& call) {
  const std::string list_name = "groups of thing " + call.name(0);
  const Page page = call.page(list_name);
  if (!call.error().empty()) return bad_request(call.error());
  const auto thing = around.registry.find_thing(call.name(0));
  if (!thing) return not_found(fmt::format("no thing {}", call.name(0)));
  const auto own = around.registry.groups_of(*thing);
  return list(around, page, list_name, [&](const std::string&, GroupNumber number) {
    return std::find(own.begin(), own.end(), number) != own.end();
  });
}

}  // namespace cartstorm::broker::iot

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "broker-mock/base/json_append.hpp"
#include "broker-mock/iot/operations.hpp"

/// Who is in which thing group.
namespace cartstorm::broker::iot {
namespace {

/// The name that `name_key` or `arn_key` gives.
std::string named(const Surroundings& around, Reader& body, std::string_view name_key,
                  std::string_view arn_key, ResourceKind kind) {
  std::string name = body.raw(name_key, 128).value_or("");
  const auto arn = body.raw(arn_key, 2048);
  if (arn) {
    const auto resource = parse_arn(around.settings.account, *arn);
    if (!resource || resource->kind != kind) {
      body.fail(arn_key, "is no ARN of that kind in this account");
    } else if (!name.empty() && name != resource->name) {
      body.fail(arn_key, fmt::format("and {} name different resources", name_key));
    } else {
      name = resource->name;
    }
  } else if (name.empty()) {
    body.fail(name_key, fmt::format("or {} must be given", arn_key));
  }
  return name;
}

struct Membership {
  GroupNumber group{};
  ThingId thing{};
};

std::optional<http::Response> read_membership(const Surroundings& around, Call& call,
                                              Membership& found) {
  Reader body = call.body();
  const std::string group_name =
      named(around, body, "thingGroupName", "thingGroupArn", ResourceKind::thing_group);
  const std::string thing_name = named(around, body, "thingName", "thingArn", ResourceKind::thing);
  body.flag("overrideDynamicGroups");
  if (!call.error().empty()) return bad_request(call.error());
  const auto group = around.registry.find_group(group_name);
  if (!group) return not_found(fmt::format("no thing group {}", group_name));
  const auto thing = around.registry.find_thing(thing_name);
  if (!thing) return not_found(fmt::format("no thing {}", thing_name));
  found = {*group, *thing};
  return std::nullopt;
}

}  // namespace

http::Response add_thing_to_thing_group(const Surroundings& around, Call& call) {
  Membership member;
  if (auto refusal = read_membership(around, call, member)) return std::move(*refusal);
  if (const auto error = around.registry.add_member(member.group, member.thing, call.now())) {
    return refuse(Plane::control, error.failure, error.message);
  }
  return done();
}

http::Response remove_thing_from_thing_group(const Surroundings& around, Call& call) {
  Membership member;
  if (auto refusal = read_membership(around, call, member)) return std::move(*refusal);
  around.registry.remove_member(member.group, member.thing, call.now());
  return done();
}

http::Response list_things_in_thing_group(const Surroundings& around, Call& call) {
  const std::string list_name = "things in group " + call.name(0);
  const Page page = call.page(list_name);
  const bool recursive = call.query_flag("recursive");
  if (!call.error().empty()) return bad_request(call.error());
  const auto number = around.registry.find_group(call.name(0));
  if (!number) return not_found(fmt::format("no thing group {}", call.name(0)));
  std::vector<ThingId> members;
  if (recursive) {
    around.registry.append_members(members, *number);
  } else {
    members = around.registry.group(*number).members;
  }
  auto next = members.begin();
  if (!page.after.empty()) {
    std::uint32_t after = 0;
    std::from_chars(page.after.data(), page.after.data() + page.after.size(), after);
    next = std::upper_bound(members.begin(), members.end(), ThingId{after});
  }
  const auto left = static_cast<std::size_t>(members.end() - next);
  const auto end = next + static_cast<std::ptrdiff_t>(std::min(left, page.size));
  std::string out = "{\"things\":[";
  for (auto thing = next; thing != end; ++thing) {
    if (thing != next) out.push_back(',');
    append_json_string(out, around.things.name(*thing));
  }
  out.push_back(']');
  if (end != members.end()) {
    const std::string key = std::to_string(broker::index(*(end - 1)));
    append_member(out, "nextToken", std::string_view{page_token(list_name, key)});
  }
  out.push_back('}');
  return answer(std::move(out));
}

}  // namespace cartstorm::broker::iot

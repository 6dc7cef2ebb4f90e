#include <fmt/format.h>

#include <charconv>

#include "broker-mock/base/json_append.hpp"
#include "broker-mock/iot/operations.hpp"

/// Things of the registry.
namespace cartstorm::broker::iot {
namespace {

http::Response refuse_of(const RegistryError& error) {
  return refuse(Plane::control, error.failure, error.message);
}

http::Response no_thing_named(std::string_view name) {
  return not_found(fmt::format("no thing {}", name));
}

std::string arn(const Surroundings& around, ThingId thing) {
  return arn_of(around.settings.account, {ResourceKind::thing, around.things.name(thing)});
}

/// Attributes of the body's attributePayload, and whether they are merged.
std::optional<Attributes> read_attributes(Reader& body, bool& merges) {
  const auto* const payload = body.object("attributePayload");
  if (payload == nullptr) return std::nullopt;
  Reader reader{*payload, body.error(), body.path("attributePayload")};
  merges = reader.flag("merge");
  return reader.map("attributes");
}

/// What ListThings is asked for.
struct ThingFilter {
  std::string attribute, value, type;
  bool is_prefix = false;
  bool takes(const ThingRecord& record) const {
    if (!type.empty() && record.type != type) return false;
    if (attribute.empty()) return true;
    const auto found = record.attributes.find(attribute);
    if (found == record.attributes.end()) return false;
    return is_prefix ? found->second.starts_with(value) : found->second == value;
  }
};

void append_thing(std::string& out, const Surroundings& around, ThingId thing,
                  const ThingRecord& record) {
  out.push_back('{');
  append_member(out, "thingName", around.things.name(thing));
  if (!record.type.empty()) append_member(out, "thingTypeName", std::string_view{record.type});
  append_member(out, "thingArn", std::string_view{arn(around, thing)});
  append_attributes(out, "attributes", record.attributes);
  append_member(out, "version", record.version);
  out.push_back('}');
}

}  // namespace

http::Response create_thing(const Surroundings& around, Call& call) {
  Reader body = call.body();
  ThingRecord record;
  record.type = body.raw("thingTypeName", 128).value_or("");
  record.billing_group = body.raw("billingGroupName", 128).value_or("");
  bool merges = false;
  record.attributes = read_attributes(body, merges).value_or(Attributes{});
  if (!call.error().empty()) return bad_request(call.error());
  ThingId thing{};
  if (const auto error = around.registry.create_thing(call.name(0), record, call.now(), thing)) {
    return refuse_of(error);
  }
  std::string out = "{";
  append_member(out, "thingName", std::string_view{call.name(0)});
  append_member(out, "thingArn", std::string_view{arn(around, thing)});
  append_member(out, "thingId", std::string_view{around.registry.record_of(thing).id});
  out.push_back('}');
  return answer(std::move(out));
}

http::Response describe_thing(const Surroundings& around, Call& call) {
  const auto thing = around.registry.find_thing(call.name(0));
  if (!thing) return no_thing_named(call.name(0));
  const ThingRecord record = around.registry.record_of(*thing);
  std::string out = "{";
  append_member(out, "defaultClientId", std::string_view{call.name(0)});
  append_member(out, "thingName", std::string_view{call.name(0)});
  append_member(out, "thingId", std::string_view{record.id});
  append_member(out, "thingArn", std::string_view{arn(around, *thing)});
  if (!record.type.empty()) append_member(out, "thingTypeName", std::string_view{record.type});
  append_attributes(out, "attributes", record.attributes);
  append_member(out, "version", record.version);
  if (!record.billing_group.empty()) {
    append_member(out, "billingGroupName", std::string_view{record.billing_group});
  }
  out.push_back('}');
  return answer(std::move(out));
}

http::Response update_thing(const Surroundings& around, Call& call) {
  Reader body = call.body();
  Registry::ThingUpdate update;
  update.type = body.raw("thingTypeName", 128);
  update.removes_type = body.flag("removeThingType");
  update.attributes = read_attributes(body, update.merges);
  update.expected_version = body.whole("expectedVersion", 0, any_number);
  if (!call.error().empty()) return bad_request(call.error());
  const auto thing = around.registry.find_thing(call.name(0));
  if (!thing) return no_thing_named(call.name(0));
  if (const auto error = around.registry.update_thing(*thing, update, call.now())) {
    return refuse_of(error);
  }
  return done();
}

/// To delete what is not there is no error.
http::Response delete_thing(const Surroundings& around, Call& call) {
  const auto expected = call.query_whole("expectedVersion", 0, any_number);
  if (!call.error().empty()) return bad_request(call.error());
  const auto thing = around.registry.find_thing(call.name(0));
  if (!thing) return done();
  if (const auto error = around.registry.delete_thing(*thing, expected, call.now())) {
    return refuse_of(error);
  }
  return done();
}

http::Response list_things(const Surroundings& around, Call& call) {
  const Page page = call.page("things");
  ThingFilter filter{call.query_text("attributeName"), call.query_text("attributeValue"),
                     call.query_text("thingTypeName"), call.query_flag("usePrefixAttributeValue")};
  if (filter.attribute.empty() && !filter.value.empty()) {
    call.fail("attributeValue needs attributeName");
  }
  if (!call.error().empty()) return bad_request(call.error());
  std::uint32_t next = 0;
  if (!page.after.empty()) {
    std::from_chars(page.after.data(), page.after.data() + page.after.size(), next);
    ++next;
  }
  std::string out = "{\"things\":[";
  std::size_t listed = 0;
  std::uint32_t last = 0;
  for (; next < around.things.count(); ++next) {
    const ThingId thing{next};
    if (!around.things.is_registered(thing)) continue;
    const ThingRecord record = around.registry.record_of(thing);
    if (!filter.takes(record)) continue;
    if (listed == page.size) {
      out.push_back(']');
      append_member(out, "nextToken", std::string_view{page_token("things", std::to_string(last))});
      out.push_back('}');
      return answer(std::move(out));
    }
    if (listed++ > 0) out.push_back(',');
    last = next;
    append_thing(out, around, thing, record);
  }
  out.append("]}");
  return answer(std::move(out));
}

}  // namespace cartstorm::broker::iot

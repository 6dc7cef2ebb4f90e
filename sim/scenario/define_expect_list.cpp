#include <fmt/format.h>

#include "sim/scenario/definitions.hpp"
#include "sim/scenario/known_words.hpp"

namespace cartstorm::sim {

namespace {

using report::Expectation;

std::vector<std::string> known_names() {
  std::vector<std::string> names;
  for (const auto& kind : expectation_kinds()) names.push_back(kind.name);
  for (const auto& id : known_check_ids()) names.push_back(id);
  return names;
}

void complain_unknown(Place place, const std::string& name, Reader& reader) {
  const auto near = closest(name, known_names());
  const auto hint = near.empty() ? ", expected one of " + listed(known_names()) : "";
  reader.complain(
      place, fmt::format("unknown expectation \"{}\" in {}{}", name, reader.here(), hint), near);
}

void read_bare(const Node& node, Expectation& expectation, Reader& reader) {
  for (const auto& id : known_check_ids()) {
    if (id == node.text) {
      expectation.body = report::ExpectCheck{id};
      return;
    }
  }
  for (const auto& kind : expectation_kinds()) {
    if (kind.name != node.text) continue;
    if (kind.may_be_bare) return kind.read(Node{}, expectation, reader);
    return reader.complain(
        node.place,
        fmt::format("expected \"{}: ...\" in {}, found the bare word", kind.name, reader.here()));
  }
  complain_unknown(node.place, node.text, reader);
}

void read_pair(const Member& member, Expectation& expectation, Reader& reader) {
  for (const auto& kind : expectation_kinds()) {
    if (kind.name != member.key) continue;
    const auto step = reader.into_key(member.key);
    // An empty value means the bare word; where that is not allowed, it is a forgotten mapping.
    const bool is_forgotten = member.value.kind == Node::Kind::null && !kind.may_be_bare;
    if (is_forgotten) return reader.expected("a value", member.value);
    return kind.read(member.value, expectation, reader);
  }
  for (const auto& id : known_check_ids()) {
    if (id != member.key) continue;
    return reader.complain(member.place, fmt::format("expected the bare promise \"{}\" in {}, "
                                                     "found a value",
                                                     id, reader.here()));
  }
  complain_unknown(member.place, member.key, reader);
}

void read_expectation(const Node& node, Expectation& expectation, Reader& reader) {
  const auto where = reader.where(node.place);
  expectation.where = fmt::format("{}:{}:{}", where.file, where.line, where.column);
  if (node.kind == Node::Kind::scalar) {
    expectation.text = node.text;
    return read_bare(node, expectation, reader);
  }
  if (node.kind != Node::Kind::mapping || node.members.size() != 1) {
    return reader.expected("one expectation such as \"not_held\" or \"held: {...}\"", node);
  }
  const Member& member = node.members.front();
  expectation.text = member.key + ": " + flow_text(member.value);
  read_pair(member, expectation, reader);
}

Json show_expectation(const Expectation& expectation) {
  if (const auto* check = std::get_if<report::ExpectCheck>(&expectation.body)) {
    return Json(check->id);
  }
  for (const auto& kind : expectation_kinds()) {
    if (!kind.is_it(expectation)) continue;
    Json body = kind.show(expectation);
    const bool is_bare = kind.may_be_bare && body.is_object() && body.get_object().empty();
    if (is_bare) return Json(kind.name);
    return boost::json::object{{kind.name, std::move(body)}};
  }
  return nullptr;
}

Json expectation_schema(SchemaDefs& defs) {
  boost::json::array bare;
  for (const auto& kind : expectation_kinds()) {
    if (kind.may_be_bare) bare.emplace_back(kind.name);
  }
  for (const auto& id : known_check_ids()) bare.emplace_back(id);
  boost::json::array choices{boost::json::object{{"enum", std::move(bare)}}};
  for (const auto& kind : expectation_kinds()) {
    boost::json::object value = kind.schema(defs).as_object();
    value["description"] = kind.doc;
    boost::json::object properties{{kind.name, std::move(value)}};
    choices.push_back(boost::json::object{{"type", "object"},
                                          {"properties", std::move(properties)},
                                          {"required", boost::json::array{kind.name}},
                                          {"additionalProperties", false}});
  }
  return {{"oneOf", std::move(choices)}};
}

}  // namespace

Type<std::vector<report::Expectation>> expect_type() {
  Type<Expectation> type;
  type.read = read_expectation;
  type.show = show_expectation;
  type.schema = expectation_schema;
  return list_of("expectations", type);
}

}  // namespace cartstorm::sim

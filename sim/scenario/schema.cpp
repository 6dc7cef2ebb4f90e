#include "sim/scenario/schema.hpp"

#include "sim/scenario/definitions.hpp"

namespace cartstorm::sim {

boost::json::object schema_document(const char* title, Json body, SchemaDefs defs) {
  boost::json::object schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                             {"title", title}};
  for (auto& member : body.as_object()) schema[member.key()] = std::move(member.value());
  schema["$defs"] = std::move(defs);
  return schema;
}

std::string scenario_schema() {
  SchemaDefs defs;
  Json body = scenario_definition().own_schema(defs);
  auto schema = schema_document("cartstorm scenario", std::move(body), std::move(defs));
  schema["required"] = boost::json::array{"scenario"};
  boost::json::array all;
  for (const auto& word : scenario_definition().required_words()) all.emplace_back(word);
  // A scenario that extends another one inherits what it does not say.
  schema["anyOf"] =
      boost::json::array{boost::json::object{{"required", boost::json::array{"extends"}}},
                         boost::json::object{{"required", std::move(all)}}};
  return json_text(schema);
}

std::string profiles_schema() {
  SchemaDefs defs;
  Json body = profile_table_definition().own_schema(defs);
  return json_text(schema_document("cartstorm profile table", std::move(body), std::move(defs)));
}

}  // namespace cartstorm::sim

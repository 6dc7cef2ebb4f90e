#pragma once
#include <string>

#include "sim/scenario/type.hpp"

namespace cartstorm::sim {

/// JSON Schema (draft 2020-12) of scenario files, generated from the definitions that parse them.
/// Shipped as scenarios/schema/scenario.schema.json for editor completion.
std::string scenario_schema();

/// The same for the profile tables below scenarios/profiles/.
std::string profiles_schema();

/// A whole JSON Schema of the definition of a document and what it refers to.
boost::json::object schema_document(const char* title, Json body, SchemaDefs defs);

}  // namespace cartstorm::sim

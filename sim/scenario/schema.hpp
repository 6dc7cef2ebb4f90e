#pragma once
#include <string>

namespace cartstorm::sim {

/// JSON Schema (draft 2020-12) of scenario files, generated from the definitions that parse them.
/// Shipped as scenarios/schema/scenario.schema.json for editor completion.
std::string scenario_schema();

/// The same for the profile tables below scenarios/profiles/.
std::string profiles_schema();

}  // namespace cartstorm::sim

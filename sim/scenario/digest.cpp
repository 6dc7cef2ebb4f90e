#include "sim/scenario/digest.hpp"

#include <string_view>

#include "sim/scenario/definitions.hpp"

namespace cartstorm::sim {

namespace {

/// FNV-1a, then mixed so that every bit depends on every byte.
std::uint64_t hash(std::string_view text) {
  std::uint64_t value = 0xcbf29ce484222325ULL;
  for (const char c : text) {
    value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  }
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31U);
}

}  // namespace

std::string canonical_text(const Scenario& scenario) {
  return json_text(scenario_definition().show(scenario));
}

std::uint64_t digest_of(const Scenario& scenario) {
  ProfileTable table{scenario.fleet.profiles_name, {}, scenario.fleet.profiles};
  return hash(canonical_text(scenario) + json_text(profile_table_definition().show(table)));
}

}  // namespace cartstorm::sim

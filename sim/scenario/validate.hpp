#pragma once
#include <string>
#include <vector>

#include "sim/scenario/node.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/scenario/scenario.hpp"

/// What single keys cannot know: whether the parts of a scenario fit together. Every function skips
/// parts that were not read soundly, so that one mistake gives one complaint.
namespace cartstorm::sim {

/// A scenario that was read, with the tree that says where everything stands.
struct Reading {
  const Scenario& scenario;
  const Node& root;
  Reader& reader;

  bool is_sound(std::string_view path) const { return reader.is_sound(path); }
  void complain(std::string_view path, std::string message, std::string suggestion = {}) const {
    reader.complain(place_of(root, path), std::move(message), std::move(suggestion));
  }
};

/// Carts in all stages up to this one.
std::uint64_t carts_up_to(const Stage&, std::uint32_t fleet);

void validate_times(const Reading&);
void validate_images(const Reading&);
void validate_stages(const Reading&);
void validate_cloud(const Reading&);
void validate_rules(const Reading&);
void validate_faults(const Reading&);
void validate_expectations(const Reading&);

/// Names of the rules that are on, in the order in which they are judged.
std::vector<std::string> enabled_rules(const HaltRules&);

/// All of the above.
void validate(const Reading&);

}  // namespace cartstorm::sim

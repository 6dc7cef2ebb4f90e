#pragma once
#include "sim/explore/exploration.hpp"
#include "sim/scenario/mapping.hpp"

/// The vocabulary of exploration files: every key of every mapping, defined once.
namespace cartstorm::sim::explore {

const Mapping<Exploration>& exploration_definition();
const Mapping<Part>& part_definition();
const Mapping<Images>& images_definition();
const Mapping<ota::Tuning>& policy_definition();
const Mapping<Story>& story_definition();
const Mapping<Incident>& incident_definition();
const Mapping<Search>& search_definition();

/// An enumeration whose names are those of `name(Enum)`, from `first` on.
template <typename Enum>
std::vector<Choice<Enum>> choices(std::size_t count, std::size_t first = 0) {
  std::vector<Choice<Enum>> all;
  for (std::size_t n = first; n < count; ++n) {
    all.push_back({name(static_cast<Enum>(n)), static_cast<Enum>(n)});
  }
  return all;
}

/// A part that was read, judged as a whole.
void validate_part(const Node&, const Part&, Reader&);
/// Whether the parts of an exploration fit together.
void validate(const Node& root, const Exploration&, Reader&);

}  // namespace cartstorm::sim::explore

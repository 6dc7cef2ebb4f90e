#pragma once
#include <stdexcept>
#include <string>

#include "sim/explore/exploration_file.hpp"
#include "sim/explore/machine.hpp"

namespace cartstorm::sim::explore::test {

/// A shipped exploration, as its file says.
inline Exploration shipped(const std::string& name) {
  LoadedExploration loaded =
      load_exploration(CARTSTORM_SOURCE_DIR "/scenarios/explore/" + name + ".yaml");
  if (!loaded.diagnostics.empty()) {
    throw std::runtime_error{to_text(loaded.diagnostics.front(), false)};
  }
  return loaded.exploration;
}

/// The smallest part that holds an image and its trailer: four sectors to a slot, one story, one
/// cut, the tears that differ most.
inline Exploration tiny(Fate fate = Fate::good, std::uint32_t depth = 1) {
  Exploration exploration;
  exploration.name = "tiny";
  exploration.part = {{8, 1024, 4096}, 256};
  exploration.images.size = 1024;
  exploration.tuning.journal_every_bytes = 1024;
  exploration.stories = {{"one", fate, Delivery::full, {}, 1}};
  exploration.search.depth = depth;
  exploration.search.tears = {Tear::before, Tear::half, Tear::all_zero, Tear::flips_to_old_2};
  exploration.digest = digest_of(exploration);
  return exploration;
}

}  // namespace cartstorm::sim::explore::test

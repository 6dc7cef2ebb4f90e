#pragma once
#include <memory>
#include <string>
#include <vector>

#include "sim/cli/arguments.hpp"
#include "sim/cli/catalogue.hpp"
#include "sim/explore/device_code.hpp"
#include "sim/explore/explorer.hpp"

namespace cartstorm::cli {

/// What a call of `explore` is going to do, decided before anything is explored or written.
struct ExplorePlan {
  /// Explorations with the wishes of the command line in them.
  Catalogue catalogue;
  std::unique_ptr<sim::explore::LoadedDeviceCode> variant;  ///< null: the product's own code
  /// A folder was named and nothing of it left out: then a promise that nothing put to the test is
  /// a gap.
  bool is_whole_folder = false;
  std::string problem;  ///< not empty: the command line asks for something impossible

  const sim::explore::DeviceCode& device() const {
    return variant ? variant->code() : sim::explore::linked_device_code();
  }
};
ExplorePlan plan_explorations(const ExploreArguments&);

/// One exploration and what came of it.
struct Explored {
  const ExplorationEntry* entry = nullptr;
  sim::explore::ExploreResult result;
  std::vector<std::string> replay_words;  ///< what `replay` needs beside the token
};

/// A whole call of `explore`.
struct ExploredAll {
  std::vector<Explored> done;  ///< the last one may have been stopped
  std::vector<const ExplorationEntry*> not_started;
  bool is_whole_folder = false;
  std::string resume;  ///< the command that goes on; empty: nothing to go on with
};

}  // namespace cartstorm::cli

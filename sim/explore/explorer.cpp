#include "sim/explore/explorer.hpp"

#include <fmt/format.h>

#include "sim/explore/story_search.hpp"

namespace cartstorm::sim::explore {

std::string fingerprint_of(const Exploration& exploration, const DeviceCode& code) {
  KeyWriter writer;
  writer.bytes(std::as_bytes(std::span{exploration.digest}));
  for (const std::size_t size : code.sizes) {
    writer.number(size);
  }
  return fmt::format("{:08x}", static_cast<std::uint32_t>(writer.finish().low));
}

ExploreResult explore(const Exploration& exploration, const ExploreOptions& options,
                      const ReportProgress& report) {
  ExploreResult result;
  const DeviceCode& code = options.device != nullptr ? *options.device : linked_device_code();
  result.fingerprint = fingerprint_of(exploration, code);
  Progress progress;
  progress.stories = static_cast<std::uint32_t>(exploration.stories.size());
  for (const Story& story : exploration.stories) {
    StoryResult one;
    auto search =
        std::make_unique<StorySearch>(exploration, story, options, result, report, progress);
    if (!search->run(options.knows_dead_sectors, one)) {
      // Somebody reads what was claimed to be dead: then it decides, and belongs to the state.
      search = std::make_unique<StorySearch>(exploration, story, options, result, report, progress);
      search->run(false, one);
    }
    result.ending = search->ending();
    progress.considered += one.considered;
    progress.executed += one.executed;
    progress.states += one.states;
    ++progress.stories_done;
    result.stories.push_back(std::move(one));
    if (!result.problem.empty() || result.ending != Ending::complete) {
      break;
    }
  }
  return result;
}

}  // namespace cartstorm::sim::explore

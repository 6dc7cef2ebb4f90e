#include "sim/explore/explorer.hpp"

#include <fmt/format.h>

#include <functional>
#include <memory>

#include "sim/explore/story_search.hpp"

namespace cartstorm::sim::explore {

std::string fingerprint_of(const Exploration& exploration, const DeviceCode& code) {
  KeyWriter of_exploration;
  of_exploration.bytes(std::as_bytes(std::span{exploration.digest}));
  KeyWriter of_code;
  for (const std::size_t size : code.sizes) {
    of_code.number(size);
  }
  of_code.number(code.identity);
  return fmt::format("{:04x}{:04x}", of_exploration.finish().low & 0xffff,
                     of_code.finish().low & 0xffff);
}

namespace {

/// Searches one story; a second time when somebody reads what was claimed to be dead: then it
/// decides, and belongs to the state.
class OneStory {
 public:
  OneStory(const Exploration& exploration, const Story& story, const ExploreOptions& options,
           ExploreResult& result, const ReportProgress& report, Progress& progress)
      : make_([&exploration, &story, &options, &result, &report, &progress] {
          return std::make_unique<StorySearch>(exploration, story, options, result, report,
                                               progress);
        }),
        claims_dead_(options.knows_dead_sectors) {}

  StoryResult run(const Frontier* from) {
    StoryResult out;
    search_ = make_();
    const bool stands =
        from != nullptr ? search_->resume(*from, out) : search_->run(claims_dead_, out);
    if (!stands) {
      search_ = make_();
      search_->run(false, out);
    }
    return out;
  }
  const StorySearch& search() const { return *search_; }

 private:
  std::function<std::unique_ptr<StorySearch>()> make_;
  std::unique_ptr<StorySearch> search_;
  bool claims_dead_;
};

void add(Progress& progress, const StoryResult& story) {
  progress.considered += story.considered;
  progress.executed += story.executed;
  progress.states += story.states;
}

bool is_interrupted(Ending ending) {
  return ending == Ending::stopped || ending == Ending::out_of_memory;
}

void leave(const StorySearch& search, const StoryResult& current, const ExploreOptions& options,
           ExploreResult& result) {
  if (options.frontier.empty()) {
    return;
  }
  Frontier frontier;
  frontier.result = result;
  frontier.current = current;
  frontier.waiting = search.waiting();
  std::string problem;
  if (!save(frontier, options.frontier, problem)) {
    result.problem = problem;
  }
}

}  // namespace

ExploreResult explore(const Exploration& exploration, const ExploreOptions& options,
                      const ReportProgress& report) {
  Frontier from;
  const DeviceCode& code = options.device != nullptr ? *options.device : linked_device_code();
  const std::string fingerprint = fingerprint_of(exploration, code);
  const bool resumes = !options.frontier.empty() && std::filesystem::exists(options.frontier);
  if (resumes && !load(options.frontier, fingerprint, from, from.result.problem)) {
    ExploreResult failed;
    failed.problem = from.result.problem;
    return failed;
  }
  ExploreResult result = std::move(from.result);
  result.fingerprint = fingerprint;
  Progress progress;
  progress.stories = static_cast<std::uint32_t>(exploration.stories.size());
  for (const StoryResult& story : result.stories) {
    add(progress, story);
  }
  for (std::size_t i = result.stories.size(); i < exploration.stories.size(); ++i) {
    const Story& story = exploration.stories[i];
    progress.stories_done = static_cast<std::uint32_t>(i);
    OneStory one{exploration, story, options, result, report, progress};
    StoryResult found = one.run(from.current.story == story.name ? &from : nullptr);
    result.ending = one.search().ending();
    if (is_interrupted(result.ending)) {
      leave(one.search(), found, options, result);
    }
    add(progress, found);
    result.stories.push_back(std::move(found));
    if (!result.problem.empty() || result.ending != Ending::complete) {
      break;
    }
  }
  return result;
}

}  // namespace cartstorm::sim::explore

#include <benchmark/benchmark.h>

#include "sim/explore/exploration_file.hpp"
#include "sim/explore/explorer.hpp"

/// What cutting the reference update costs (256 KiB slots, 4 KiB sectors, 256 B pages), story
/// `good` of the shipped exploration, and what each thing that makes it fast saves: the same search
/// with it switched off. Points are booted ones; a pruned point does not count.
namespace cartstorm::sim::explore {
namespace {

Exploration shipped(const char* name, std::uint32_t depth) {
  const auto file = std::string{CARTSTORM_SOURCE_DIR "/scenarios/explore/"} + name + ".yaml";
  Exploration exploration = load_exploration(file).exploration;
  exploration.stories.resize(1);
  exploration.search.depth = depth;
  return exploration;
}

void search(benchmark::State& state, const Exploration& exploration,
            const ExploreOptions& options) {
  std::uint64_t booted = 0;
  std::uint64_t considered = 0;
  for ([[maybe_unused]] const auto tick : state) {
    const ExploreResult result = explore(exploration, options, {});
    if (!result.problem.empty() || !result.kinds.empty()) {
      state.SkipWithError("the search does not come to its end");
      return;
    }
    booted += result.stories[0].executed;
    considered += result.stories[0].considered;
  }
  using benchmark::Counter;
  state.counters["booted/s"] = Counter(static_cast<double>(booted), Counter::kIsRate);
  state.counters["considered/s"] = Counter(static_cast<double>(considered), Counter::kIsRate);
}

void reference(benchmark::State& state, std::uint32_t depth, std::vector<Tear> tears) {
  Exploration exploration = shipped("update", depth);
  exploration.search.tears = std::move(tears);
  search(state, exploration, {});
}
BENCHMARK_CAPTURE(reference, one_cut_every_shape, 1, every_tear())->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(reference, two_cuts_common, 2, common_tears())->Unit(benchmark::kMillisecond);

/// What it saves to take from memory what equal paths did before: the search above, every step of
/// it made.
void every_step_made(benchmark::State& state) {
  ExploreOptions options;
  options.step_memo_bytes = 0;
  search(state, shipped("update", 2), options);
}
BENCHMARK_CAPTURE(reference, two_cuts_every_shape, 2, every_tear())->Unit(benchmark::kMillisecond);
BENCHMARK(every_step_made)
    ->Name("without/step_memo/two_cuts_every_shape")
    ->Unit(benchmark::kMillisecond);

/// One thing off at a time, at one cut of the reference update.
void without(benchmark::State& state, bool prunes, bool knows_dead, bool remembers_digests) {
  ExploreOptions options;
  options.prunes = prunes;
  options.knows_dead_sectors = knows_dead;
  options.remembers_digests = remembers_digests;
  Exploration exploration = shipped("update", 1);
  exploration.search.tears = {Tear::half};
  search(state, exploration, options);
}
BENCHMARK_CAPTURE(without, nothing, true, true, true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(without, dead_sectors, true, false, true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(without, digest_memo, true, true, false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(without, pruning, false, false, true)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace cartstorm::sim::explore

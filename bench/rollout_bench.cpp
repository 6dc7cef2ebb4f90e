#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <filesystem>

#include "reports/render/summary.hpp"
#include "reports/trace/store.hpp"
#include "sim/fleet/run_scenario.hpp"
#include "sim/scenario/load.hpp"

/// The shipped healthy rollout: the bare world, with all checks, and with trace.db on top. The
/// ratio of the three is what judging and storing cost.
namespace cartstorm::sim {
namespace {

enum class Level { no_memo, world, judged, stored };

Scenario healthy() {
  return load_scenario(std::filesystem::path{CARTSTORM_SOURCE_DIR} / "scenarios/smoke/healthy.yaml")
      .scenario;
}

double peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

void healthy_rollout(benchmark::State& state, Level level) {
  const Scenario scenario = healthy();
  const auto folder = std::filesystem::temp_directory_path() / "cartstorm_rollout_bench";
  std::filesystem::create_directories(folder);
  std::uint64_t events = 0;
  std::uint64_t records = 0;
  for ([[maybe_unused]] const auto tick : state) {
    report::Stream stream;
    std::unique_ptr<report::Judge> judge;
    std::unique_ptr<report::Store> store;
    if (level == Level::judged || level == Level::stored) {
      report::JudgeInput input;
      input.scenario = scenario.name;
      input.expectations = scenario.expect;
      input.ends_us = scenario.ends_us;
      judge = std::make_unique<report::Judge>(input, stream);
    }
    if (level == Level::stored) {
      store = std::make_unique<report::Store>(folder / "trace.db", report::StoreSelection{},
                                              stream.texts());
      stream.attach(*store);
    }
    RunOptions options;
    options.build = "bench";
    options.remembers_digests = level != Level::no_memo;
    const RunOutcome outcome = run_virtual(scenario, options, stream);
    if (judge) {
      benchmark::DoNotOptimize(judge->finish(false, "", outcome.events));
    }
    if (store) {
      store->close();
    }
    events += outcome.events;
    records += stream.count();
  }
  std::filesystem::remove_all(folder);
  const double days = static_cast<double>(scenario.ends_us) / 86'400e6;
  using benchmark::Counter;
  state.counters["events/s"] = Counter(static_cast<double>(events), Counter::kIsRate);
  state.counters["records/s"] = Counter(static_cast<double>(records), Counter::kIsRate);
  state.counters["cart_days/s"] = Counter(
      scenario.fleet.carts * days * static_cast<double>(state.iterations()), Counter::kIsRate);
  state.counters["peak_MiB"] = peak_mib();
}

BENCHMARK_CAPTURE(healthy_rollout, no_memo, Level::no_memo)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(healthy_rollout, world, Level::world)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(healthy_rollout, judged, Level::judged)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(healthy_rollout, stored, Level::stored)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace cartstorm::sim

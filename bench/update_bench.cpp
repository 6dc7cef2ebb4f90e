#include <benchmark/benchmark.h>

#include "reports/trace/stream.hpp"
#include "sim/fleet/run_scenario.hpp"
#include "sim/scenario/scenario.hpp"

/// What the reference update costs (256 KiB slots, 4 KiB sectors, 256 B pages), every message as
/// bytes, crypto remembered: the same fleet up to the moment of the rollout, and through it. The
/// difference of `per_cart` is one cart's update with its download, trial boot and reports,
/// cloud and trace included.
namespace cartstorm::sim {
namespace {

constexpr std::int64_t second_us = 1'000'000;
constexpr std::uint32_t carts = 400;
constexpr std::uint32_t image_bytes = 252 * 1024;  // the last sector is the trailer's

Scenario one_stage(std::int64_t ends_us, bool by_patch) {
  Scenario scenario;
  scenario.name = "reference_update";
  scenario.ends_us = ends_us;
  scenario.fleet.carts = carts;
  scenario.fleet.profiles = {Profile{.name = "bench",
                                     .share = 1,
                                     .hardware_revision = 1,
                                     .sensors = {"camera"},
                                     .region = "us",
                                     .use = "retail"}};
  Image image;
  image.version = {0x010800};
  image.size = image_bytes;
  image.errors_per_hour = 0.01;  // nothing but the update is measured
  scenario.images["old"] = image;
  image.version = {0x020000};
  if (by_patch) {
    image.changes = 0.1;
  }
  scenario.images["new"] = image;
  scenario.rollout.stages = {{"all", 0, 100, 3600 * second_us}};
  return scenario;
}

void reference_update(benchmark::State& state, std::int64_t ends_us, bool by_patch) {
  const Scenario scenario = one_stage(ends_us, by_patch);
  RunOptions options;
  options.build = "bench";
  for ([[maybe_unused]] const auto tick : state) {
    report::Stream stream;
    const RunOutcome outcome = run_virtual(scenario, options, stream);
    if (!outcome.infrastructure_error.empty()) {
      state.SkipWithError(outcome.infrastructure_error.c_str());
    }
  }
  using benchmark::Counter;
  state.counters["per_cart"] =
      Counter(carts, Counter::kIsIterationInvariantRate | Counter::kInvert);
}

BENCHMARK_CAPTURE(reference_update, before, -second_us, false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(reference_update, through, 1800 * second_us, false)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(reference_update, before_patch, -second_us, true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(reference_update, through_patch, 1800 * second_us, true)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace cartstorm::sim

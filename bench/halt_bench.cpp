#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <ctime>
#include <filesystem>
#include <memory>

#include "broker-mock/base/draw.hpp"
#include "broker-mock/base/hex.hpp"
#include "broker-mock/rollout/stage_watch.hpp"
#include "broker-mock/telemetry/ledger.hpp"
#include "reports/trace/stream.hpp"
#include "sim/fleet/run_scenario.hpp"
#include "sim/scenario/load.hpp"

/// What the halt rules cost beside the run that they watch, and what counting an error costs.
namespace cartstorm::broker {
namespace {

constexpr std::int64_t minute_ms = 60'000;
constexpr std::int64_t eight_days = 8 * 24 * 60;

/// Of this process's processor: what else runs on the machine does not count.
double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// Processor seconds of a virtual run of a million carts over eight days, by the shipped healthy
/// rollout (5,000 carts): a larger fleet is no cheaper per cart and day. Without checks and store,
/// which would add to it.
double seconds_of_million_cart_run() {
  static const double seconds = [] {
    const auto file = std::filesystem::path{CARTSTORM_SOURCE_DIR} / "scenarios/smoke/healthy.yaml";
    const sim::Scenario scenario = sim::load_scenario(file).scenario;
    const double begin_s = processor_seconds();
    report::Stream stream;
    sim::RunOptions options;
    options.build = "bench";
    benchmark::DoNotOptimize(sim::run_virtual(scenario, options, stream).events);
    const double took_s = processor_seconds() - begin_s;
    const double cart_days =
        scenario.fleet.carts * static_cast<double>(scenario.ends_us) / 86'400e6;
    return took_s / cart_days * 1e6 * 8;
  }();
  return seconds;
}

/// A million carts at two errors an hour, a tenth of them on the new version; every count differs
/// by chance, and so does the number of carts connected, so that nothing can be remembered.
std::vector<rollout::Look> eight_days_of_minutes() {
  std::vector<rollout::Look> minutes;
  for (std::uint64_t n = 0; n < eight_days; ++n) {
    const std::uint64_t x = 3'240 + draw(1, 1, n) % 181, y = 29'500 + draw(1, 2, n) % 1'001;
    const std::uint64_t off = draw(1, 3, n) % 5'000;
    minutes.push_back({{x, (100'000 - off / 10) * minute_ms}, {y, (900'000 - off) * minute_ms}});
  }
  return minutes;
}

using Enable = void (*)(HaltRules&);

HaltRules none() {
  HaltRules rules;
  rules.ratio.enabled = rules.devices.enabled = false;
  return rules;
}

void enable_all(HaltRules& rules) {
  rules.ratio.enabled = rules.ratio_at_promotion.enabled = rules.persistence.enabled = true;
  rules.poisson_exact.enabled = rules.sprt.enabled = rules.e_value.enabled = true;
}

/// One look a minute over eight days. Sprt decides within its first window and stops looking.
void halt_rules(benchmark::State& state, Enable enable) {
  const double whole_run_s = seconds_of_million_cart_run();
  const auto minutes = eight_days_of_minutes();
  HaltRules rules = none();
  enable(rules);
  std::uint64_t said = 0;
  const double begin_s = processor_seconds();
  for ([[maybe_unused]] const auto tick : state) {
    const auto made = rollout::make_rules(rules, {eight_days, 1});
    for (const rollout::Look& minute : minutes) {
      for (const auto& rule : made) said += rule->look(minute).x;
    }
  }
  benchmark::DoNotOptimize(said);
  const double each_s = (processor_seconds() - begin_s) / static_cast<double>(state.iterations());
  state.counters["ns/look"] = each_s * 1e9 / eight_days;
  state.counters["%_of_run"] = each_s / whole_run_s * 100;
}

BENCHMARK_CAPTURE(halt_rules, ratio, [](HaltRules& r) { r.ratio.enabled = true; });
BENCHMARK_CAPTURE(halt_rules, ratio_at_promotion,
                  [](HaltRules& r) { r.ratio_at_promotion.enabled = true; });
BENCHMARK_CAPTURE(halt_rules, persistence, [](HaltRules& r) { r.persistence.enabled = true; });
BENCHMARK_CAPTURE(halt_rules, poisson_exact, [](HaltRules& r) { r.poisson_exact.enabled = true; });
BENCHMARK_CAPTURE(halt_rules, sprt, [](HaltRules& r) { r.sprt.enabled = true; });
BENCHMARK_CAPTURE(halt_rules, e_value, [](HaltRules& r) { r.e_value.enabled = true; });
BENCHMARK_CAPTURE(halt_rules, all, enable_all);

class Nobody : public Observer, public telemetry::Listener {
 public:
  void on(const fact::ExecutionChanged&) override {}
  void on(const fact::MetricReceived&) override {}
  void on(const fact::ExposureMinute&) override {}
  void on(const fact::StageChanged&) override {}
  void on(const fact::TargetChanged&) override {}
  void on(const fact::HaltEvaluated&) override {}
  void on(const fact::OperatorActed&) override {}
  void on(const fact::AnchorChanged&) override {}
};

/// The same by way of exposure, facts and reasons, as a rollout does it, devices included.
void stage_watch(benchmark::State& state) {
  const double whole_run_s = seconds_of_million_cart_run();
  const auto minutes = eight_days_of_minutes();
  RolloutPlan plan;
  plan.stages = {{"all", 0, 100, eight_days * minute_ms}};
  enable_all(plan.rules);
  const rollout::Arms arms{{0x00020000}, {0x00010800}};
  const rollout::CartLedger ledger{arms.tested, 0};
  Nobody nobody;
  const double begin_s = processor_seconds();
  for ([[maybe_unused]] const auto tick : state) {
    telemetry::Exposure exposure{[](const fact::ExposureMinute&) {}};
    const auto tested = exposure.arm_of(arms.tested), base = exposure.arm_of(arms.base);
    for (int i = 0; i < 1'000; ++i) exposure.join(i % 10 == 0 ? tested : base, {0});
    rollout::StageWatch watch{"fw", plan, arms};
    watch.start_stage(0, 1'000'000, {0}, exposure);
    for (std::int64_t n = 0; n < eight_days; ++n) {
      // A tenth of a percent of the errors: counting them is measured below.
      for (auto x = minutes[static_cast<std::size_t>(n)].new_arm.errors; x >= 1'000; x -= 1'000) {
        exposure.count_error(tested);
      }
      for (auto y = minutes[static_cast<std::size_t>(n)].old_arm.errors; y >= 1'000; y -= 1'000) {
        exposure.count_error(base);
      }
      const ServerTime now{(n + 1) * minute_ms};
      exposure.advance(now);
      benchmark::DoNotOptimize(
          watch.judge(exposure, ledger, {eight_days * minute_ms}, now, nobody).says_go);
    }
  }
  const double each_s = (processor_seconds() - begin_s) / static_cast<double>(state.iterations());
  state.counters["ns/look"] = each_s * 1e9 / eight_days;
  state.counters["%_of_run"] = each_s / whole_run_s * 100;
}
BENCHMARK(stage_watch);

/// What an error costs once its message is read: is its episode new, and one more of its version.
/// Carts report in an order that no cache foresees.
void count_error(benchmark::State& state) {
  const auto carts = static_cast<std::uint64_t>(state.range(0));
  std::vector<telemetry::SeenEpisodes> seen(carts);
  telemetry::Exposure exposure{[](const fact::ExposureMinute&) {}};
  const auto arm = exposure.arm_of({0x00010800});
  std::uint64_t n = 0;
  for ([[maybe_unused]] const auto tick : state) {
    ++n;
    if (seen[n * 0x9e3779b97f4a7c15ULL % carts].is_new(n)) exposure.count_error(arm);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(count_error)->Arg(5'000)->Arg(100'000)->Arg(1'000'000);

/// And the whole message: its text, its version, the fact of it.
void error_message(benchmark::State& state) {
  const auto carts = static_cast<std::uint32_t>(state.range(0));
  Things things;
  for (std::uint32_t i = 0; i < carts; ++i) {
    things.add({fmt::format("cart-{:07}", i), 1, "eu", "retail", "standard", "a"});
  }
  Outbox outbox{things};
  Nobody nobody;
  telemetry::Ledger ledger{things, outbox, nobody};
  std::vector<std::string> payloads;
  for (std::uint64_t i = 1; i <= 1'024; ++i) {
    payloads.push_back(R"({"version":"1.8.0","code":17,"episode":")" + hex(i) + R"("})");
  }
  std::uint64_t n = 0;
  for ([[maybe_unused]] const auto tick : state) {
    ++n;
    const ThingId thing{static_cast<std::uint32_t>(n * 0x9e3779b97f4a7c15ULL % carts)};
    benchmark::DoNotOptimize(ledger.error(thing, payloads[n % 1'024], {1}));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(error_message)->Arg(5'000)->Arg(1'000'000);

}  // namespace
}  // namespace cartstorm::broker

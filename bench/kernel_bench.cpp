#include <benchmark/benchmark.h>

#include <functional>
#include <queue>

#include "sim/kernel/draw.hpp"
#include "sim/kernel/timing_wheel.hpp"

/// The hold model: as many pending events as carts; each step takes the earliest out and schedules
/// it again. Delays as in a fleet: most within seconds, some within minutes, few within a day.
namespace cartstorm::sim {
namespace {

std::int64_t delay_us(std::uint64_t bits) {
  const std::uint64_t kind = bits % 16;
  const std::int64_t most = kind < 10 ? 2'000'000 : (kind < 15 ? 600'000'000 : 86'400'000'000);
  return between(bits * 0x9e3779b97f4a7c15ULL, 1, most);
}

void wheel(benchmark::State& state) {
  TimingWheel wheel;
  const auto carts = static_cast<std::uint32_t>(state.range(0));
  std::uint64_t n = 0;
  for (std::uint32_t i = 0; i < carts; ++i) {
    wheel.schedule(delay_us(draw(1, i, Purpose::fault_when, n)), 0, i, 0);
  }
  for ([[maybe_unused]] const auto tick : state) {
    const auto due = wheel.next(INT64_MAX);
    wheel.schedule(due->time_us + delay_us(draw(1, due->actor, Purpose::fault_when, ++n)), 0,
                   due->actor, 0);
  }
  state.SetItemsProcessed(state.iterations());
}

struct Later {
  bool operator()(const Scheduled& a, const Scheduled& b) const {
    return a.time_us != b.time_us ? a.time_us > b.time_us : a.order > b.order;
  }
};

void priority_queue(benchmark::State& state) {
  std::priority_queue<Scheduled, std::vector<Scheduled>, Later> queue;
  const auto carts = static_cast<std::uint32_t>(state.range(0));
  std::uint64_t n = 0;
  std::uint64_t sequence = 0;
  for (std::uint32_t i = 0; i < carts; ++i) {
    queue.push({delay_us(draw(1, i, Purpose::fault_when, n)), sequence++ << 8, i, 0});
  }
  for ([[maybe_unused]] const auto tick : state) {
    const Scheduled due = queue.top();
    queue.pop();
    queue.push({due.time_us + delay_us(draw(1, due.actor, Purpose::fault_when, ++n)),
                sequence++ << 8, due.actor, 0});
  }
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK(wheel)->Arg(5'000)->Arg(100'000)->Arg(1'000'000);
BENCHMARK(priority_queue)->Arg(5'000)->Arg(100'000)->Arg(1'000'000);

}  // namespace
}  // namespace cartstorm::sim

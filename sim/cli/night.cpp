#include "sim/cli/night.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "sim/cli/stop.hpp"

namespace cartstorm::cli {
namespace {

constexpr std::chrono::milliseconds redraw_every{100};

/// What the workers and the thread that shows results share.
struct Board {
  const Plan& plan;
  const RunArguments& arguments;
  const std::filesystem::path& night;
  LiveLine& line;
  std::vector<std::optional<Execution>> results;
  std::size_t next = 0;
  std::size_t working = 0;
  std::mutex mutex;
  std::condition_variable changed;
};

/// Position of the next run, or the number of runs if none is left to start.
std::size_t take_next(Board& board) {
  const std::lock_guard lock(board.mutex);
  return stop_flag() ? board.results.size() : std::min(board.next++, board.results.size());
}

void work(Board& board) {
  for (std::size_t n = take_next(board); n < board.results.size(); n = take_next(board)) {
    const PlannedRun& run = board.plan.runs[n];
    Execution done =
        execute(run, board.arguments, board.night, stop_flag(),
                [&](const sim::Progress& progress) { board.line.update(n, run.folder, progress); });
    board.line.finished(n);
    const std::lock_guard lock(board.mutex);
    board.results[n] = std::move(done);
    board.changed.notify_one();
  }
  const std::lock_guard lock(board.mutex);
  --board.working;
  board.changed.notify_one();
}

/// Shows results in the order of the plan until every worker has gone home.
void show(Board& board,
          const std::function<void(const PlannedRun&, const Execution&)>& on_finished) {
  std::unique_lock lock(board.mutex);
  for (std::size_t shown = 0;;) {
    while (shown < board.results.size() && board.results[shown]) {
      // Results never move once they are there, so printing needs no lock.
      const Execution& done = *board.results[shown];
      lock.unlock();
      board.line.erase();
      on_finished(board.plan.runs[shown], done);
      lock.lock();
      ++shown;
    }
    if (board.working == 0) return;
    board.changed.wait_for(lock, redraw_every);
    board.line.draw();
  }
}

}  // namespace

std::uint32_t workers(std::uint32_t wished, std::size_t runs) {
  const std::uint32_t most =
      wished == 0 ? std::max(std::thread::hardware_concurrency(), 1U) : wished;
  return static_cast<std::uint32_t>(std::min<std::size_t>(most, runs));
}

std::vector<std::optional<Execution>> execute_all(
    const Plan& plan, const RunArguments& arguments, const std::filesystem::path& night,
    LiveLine& line, const std::function<void(const PlannedRun&, const Execution&)>& on_finished) {
  Board board{plan, arguments, night, line, {}, 0, 0, {}, {}};
  board.results.resize(plan.runs.size());
  board.working = workers(arguments.jobs, plan.runs.size());
  std::vector<std::thread> threads;
  for (std::size_t n = board.working; n > 0; --n) threads.emplace_back(work, std::ref(board));
  show(board, on_finished);
  for (std::thread& thread : threads) thread.join();
  return std::move(board.results);
}

}  // namespace cartstorm::cli

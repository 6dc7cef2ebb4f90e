#pragma once
#include <algorithm>
#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "process.hpp"

namespace cartstorm::variants {

/// Makes `count` rows, `jobs` at a time, until somebody stops the program. `make` is called with
/// 0, 1, 2, ... and may have none; `on_row` hears of each when it is there, one at a time.
template <class Row, class Make>
std::vector<Row> make_rows(std::size_t count, unsigned jobs, Make&& make,
                           const std::function<void(const Row&)>& on_row) {
  std::vector<Row> rows;
  std::mutex one_at_a_time;
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    while (!is_ending()) {
      const std::size_t mine = next++;
      if (mine >= count) return;
      std::optional<Row> row = make(mine);
      if (!row) return;
      const std::scoped_lock lock{one_at_a_time};
      on_row(*row);
      rows.push_back(std::move(*row));
    }
  };
  std::vector<std::thread> threads;
  for (unsigned n = 0; n < std::max(jobs, 1u); ++n) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  return rows;
}

}  // namespace cartstorm::variants

#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "sim/fleet/run_scenario.hpp"

namespace cartstorm::cli {

/// The one line on stderr that shows what is going on. Draws nothing unless `is_shown`.
class LiveLine {
 public:
  LiveLine(bool is_shown, std::size_t runs) : is_shown_(is_shown), runs_(runs) {}
  ~LiveLine() { erase(); }
  LiveLine(const LiveLine&) = delete;
  LiveLine& operator=(const LiveLine&) = delete;

  /// Called by the workers. `run` is the position in the plan.
  void update(std::size_t run, const std::string& name, const sim::Progress&);
  void finished(std::size_t run);
  /// Called by the thread that owns the terminal.
  void draw();
  void erase();

 private:
  struct Row {
    std::string name;
    sim::Progress progress;
    std::chrono::steady_clock::time_point since;
  };
  std::string text() const;
  std::string text_of_one(const Row&) const;
  std::string text_of_several(std::size_t width) const;

  bool is_shown_;
  bool is_drawn_ = false;
  std::size_t runs_;
  std::size_t done_ = 0;
  std::map<std::size_t, Row> rows_;
  mutable std::mutex mutex_;
};

/// `d3 04:12`; before the start of the rollout `-d0 02:00`.
std::string virtual_time(std::int64_t time_us);

}  // namespace cartstorm::cli

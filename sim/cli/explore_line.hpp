#pragma once
#include <chrono>
#include <string>

#include "sim/explore/explorer.hpp"

namespace cartstorm::cli {

/// Numbers that people read: `1,234,567`.
std::string grouped(std::uint64_t);
/// `45s`, `3m 20s`, `2h 05m`.
std::string short_time(double seconds);

/// The one line on stderr that shows how far an exploration is. Draws nothing unless `is_shown`.
class ExploreLine {
 public:
  explicit ExploreLine(bool is_shown) : is_shown_(is_shown) {}
  ~ExploreLine() { erase(); }
  ExploreLine(const ExploreLine&) = delete;
  ExploreLine& operator=(const ExploreLine&) = delete;

  /// From now on it is about this one of several.
  void begin(const std::string& exploration, std::size_t number, std::size_t of);
  /// Draws a few times a second, however often it is called.
  void update(const sim::explore::Progress&);
  void erase();

  /// What it draws, as if `seconds` had passed since begin() and `since_drawn` since the line
  /// before.
  std::string text(const sim::explore::Progress&, double seconds, double since_drawn,
                   std::size_t width);

 private:
  using Clock = std::chrono::steady_clock;

  bool is_shown_;
  bool is_drawn_ = false;
  std::string head_;
  Clock::time_point begun_, drawn_;
  std::uint64_t executed_ = 0;    ///< when it was drawn last
  std::uint64_t new_states_ = 0;  ///< that nobody was told of
};

}  // namespace cartstorm::cli

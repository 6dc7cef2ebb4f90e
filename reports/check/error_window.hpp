#pragma once
#include <cstdint>
#include <deque>

namespace cartstorm::report {

/// Errors and device time of both arms over the last minutes, minute by minute.
class ErrorWindow {
 public:
  struct Arms {
    std::uint64_t x = 0, y = 0;                ///< errors of the new and the old version
    std::uint64_t e_new_ms = 0, e_old_ms = 0;  ///< their device time
  };

  explicit ErrorWindow(std::int64_t minutes) : minutes_{minutes} {}

  /// Minutes come in ascending order.
  void add(std::int64_t minute, bool is_new, std::uint64_t device_ms, std::uint32_t errors);
  /// The window that ends with the last minute added.
  const Arms& sum() const { return sum_; }
  std::int64_t first_minute() const { return last_minute_ - minutes_ + 1; }
  std::int64_t last_minute() const { return last_minute_; }
  bool is_empty() const { return bins_.empty(); }

 private:
  struct Bin {
    std::int64_t minute;
    Arms arms;
  };

  std::int64_t minutes_;
  std::int64_t last_minute_ = INT64_MIN / 2;
  std::deque<Bin> bins_;
  Arms sum_;
};

/// The halt rule of F3 on one window: strictly more than `ratio` times the baseline rate, and
/// enough baseline errors expected (and seen, unless the minimum is 0) to say so.
bool exceeds(const ErrorWindow::Arms&, double ratio, double min_expected);

}  // namespace cartstorm::report

#pragma once
#include <algorithm>
#include <cstdint>

namespace cartstorm::report {

inline constexpr std::int64_t second_us = 1'000'000;
inline constexpr std::int64_t minute_us = 60 * second_us;

/// Adds up the time during which something is true: powered, linked.
class Elapsed {
 public:
  void set(bool is_true, std::int64_t now_us) {
    if (is_true == is_true_) {
      return;
    }
    if (is_true_) {
      before_us_ += now_us - since_us_;
    }
    is_true_ = is_true;
    since_us_ = now_us;
  }
  bool is_true() const { return is_true_; }
  std::int64_t total_us(std::int64_t now_us) const { return before_us_ + unbroken_us(now_us); }
  /// How long it has been true without a break; 0 if it is not.
  std::int64_t unbroken_us(std::int64_t now_us) const { return is_true_ ? now_us - since_us_ : 0; }

 private:
  std::int64_t before_us_ = 0;
  std::int64_t since_us_ = 0;
  bool is_true_ = false;
};

}  // namespace cartstorm::report

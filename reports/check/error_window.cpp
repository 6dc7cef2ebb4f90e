#include "reports/check/error_window.hpp"

namespace cartstorm::report {

void ErrorWindow::add(std::int64_t minute, bool is_new, std::uint64_t device_ms,
                      std::uint32_t errors) {
  if (bins_.empty() || minute > last_minute_) {
    bins_.push_back({minute, {}});
    last_minute_ = minute;
  }
  while (bins_.front().minute < first_minute()) {
    const Arms& old = bins_.front().arms;
    sum_.x -= old.x, sum_.y -= old.y;
    sum_.e_new_ms -= old.e_new_ms, sum_.e_old_ms -= old.e_old_ms;
    bins_.pop_front();
  }
  for (Arms* const arms : {&bins_.back().arms, &sum_}) {
    (is_new ? arms->x : arms->y) += errors;
    (is_new ? arms->e_new_ms : arms->e_old_ms) += device_ms;
  }
}

bool exceeds(const ErrorWindow::Arms& arms, double ratio, double min_expected) {
  if (arms.x == 0 || arms.e_new_ms == 0 || arms.e_old_ms == 0) {
    return false;  // no data is neither good nor bad
  }
  // Cross-multiplied, so that equality stays equality and a quiet old arm divides nothing.
  const auto x = static_cast<double>(arms.x);
  const auto y = static_cast<double>(arms.y);
  const auto e_new = static_cast<double>(arms.e_new_ms);
  const auto e_old = static_cast<double>(arms.e_old_ms);
  const bool is_judged = y * e_new >= min_expected * e_old && y >= min_expected;
  return is_judged && x * e_old > ratio * (y * e_new);
}

}  // namespace cartstorm::report

#include "sim/explore/wear.hpp"

#include <algorithm>
#include <utility>

namespace cartstorm::sim::explore {

void Wear::on(const seen::FlashChange& change, Premises& premises) {
  const bool is_slot = change.region == ota::Region::slot_a || change.region == ota::Region::slot_b;
  const std::uint32_t sector = change.offset / sector_size_;
  if (!is_slot || !change.is_erase || sector >= capacity) {
    return;
  }
  std::uint8_t& count = erases_[sector];
  count = static_cast<std::uint8_t>(std::min(count + 1, 255));
  most_erases_ = std::max(most_erases_, count);
  ++premises.of(Promise::wear_budget);
  if (count > 2 + excuses_ && !violation_) {
    violation_ = {Promise::wear_budget, "a sector is erased again and again, this often", count};
  }
}

void Wear::on(const ota::fact::ManifestJudged& f, Premises&) {
  if (f.accepted) {
    std::fill_n(erases_, capacity, std::uint8_t{0});
    excuses_ = 0;
  }
}

Violation Wear::take_violation() { return std::exchange(violation_, Violation{}); }

}  // namespace cartstorm::sim::explore

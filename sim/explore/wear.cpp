#include "sim/explore/wear.hpp"

#include <algorithm>
#include <utility>

namespace cartstorm::sim::explore {

void Wear::on(const WearEvent& event, Premises& premises) {
  if (event.kind == WearEvent::Kind::excuse) {
    excuses_ = static_cast<std::uint8_t>(std::min(excuses_ + 1, 255));
  } else if (event.kind == WearEvent::Kind::anew) {
    std::fill_n(erases_, capacity, std::uint8_t{0});
    excuses_ = 0;
  } else if (event.sector < capacity) {
    std::uint8_t& count = erases_[event.sector];
    count = static_cast<std::uint8_t>(std::min(count + 1, 255));
    most_erases_ = std::max(most_erases_, count);
    ++premises.of(Promise::wear_budget);
    if (count > 2 + excuses_ && !violation_) {
      violation_ = {Promise::wear_budget, "a sector is erased again and again, this often", count};
    }
  }
}

void Wear::on(const seen::FlashChange& change, Premises& premises) {
  const bool is_slot = change.region == ota::Region::slot_a || change.region == ota::Region::slot_b;
  if (is_slot && change.is_erase) {
    on(WearEvent{WearEvent::Kind::erase, change.offset / sector_size_}, premises);
  }
}

Violation Wear::take_violation() { return std::exchange(violation_, Violation{}); }

}  // namespace cartstorm::sim::explore

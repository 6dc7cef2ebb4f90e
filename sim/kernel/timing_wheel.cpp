#include "sim/kernel/timing_wheel.hpp"

#include <algorithm>
#include <bit>

namespace cartstorm::sim {
namespace {

struct Earlier {
  bool operator()(const Scheduled& a, const Scheduled& b) const {
    return a.time_us != b.time_us ? a.time_us < b.time_us : a.order < b.order;
  }
};
struct Later {
  bool operator()(const Scheduled& a, const Scheduled& b) const { return Earlier{}(b, a); }
};

}  // namespace

TimingWheel::TimingWheel(std::int64_t start_us) : start_us_(start_us), levels_(levels) {}

std::uint64_t TimingWheel::tick_of(std::int64_t time_us) const {
  // Unsigned: the difference of two times may not fit a signed number.
  const auto time = static_cast<std::uint64_t>(std::max(time_us, start_us_));
  return (time - static_cast<std::uint64_t>(start_us_)) >> tick_bits;
}

void TimingWheel::schedule(std::int64_t time_us, std::uint8_t kind, std::uint32_t actor,
                           std::uint32_t argument) {
  place({time_us, (sequence_++ << 8) | kind, actor, argument});
  ++size_;
}

void TimingWheel::postpone(Scheduled entry, std::int64_t time_us) {
  entry.time_us = time_us;
  place(entry);
  ++size_;
}

void TimingWheel::place(const Scheduled& entry) {
  const std::uint64_t tick = tick_of(entry.time_us);
  if (tick <= tick_) {
    added_.push_back(entry);
    std::push_heap(added_.begin(), added_.end(), Later{});
    return;
  }
  // The level is the one of the highest byte in which the tick differs from now.
  const int highest = 63 - std::countl_zero(tick ^ tick_);
  const int level = std::min(highest / 8, levels - 1);
  const auto index = (tick >> (8 * level)) & (slots - 1);
  auto& at = levels_[static_cast<std::size_t>(level)];
  at.slot[index].push_back(entry);
  at.occupied[index / 64] |= std::uint64_t{1} << (index % 64);
}

int TimingWheel::next_occupied(const Level& level, int from) {
  for (int word = from / 64; word < slots / 64; ++word) {
    std::uint64_t bits = level.occupied[static_cast<std::size_t>(word)];
    if (word == from / 64) {
      bits &= ~std::uint64_t{0} << (from % 64);
    }
    if (bits != 0) {
      return word * 64 + std::countr_zero(bits);
    }
  }
  return -1;
}

void TimingWheel::cascade(int level, std::uint64_t index) {
  auto& at = levels_[static_cast<std::size_t>(level)];
  auto& slot = at.slot[index];
  moving_.swap(slot);
  at.occupied[index / 64] &= ~(std::uint64_t{1} << (index % 64));
  for (const auto& entry : moving_) {
    place(entry);
  }
  moving_.clear();
  moving_.swap(slot);  // The slot keeps its memory for the next time round.
}

void TimingWheel::open_tick(std::uint64_t tick) {
  tick_ = tick;
  const auto index = tick & (slots - 1);
  auto& slot = levels_[0].slot[index];
  current_.clear();
  current_.swap(slot);
  taken_ = 0;
  levels_[0].occupied[index / 64] &= ~(std::uint64_t{1} << (index % 64));
  std::sort(current_.begin(), current_.end(), Earlier{});
}

std::span<const Scheduled> TimingWheel::following_tick() const {
  const auto here = static_cast<int>(tick_ & (slots - 1));
  const int found = here + 1 < slots ? next_occupied(levels_[0], here + 1) : -1;
  return found < 0 ? std::span<const Scheduled>{}
                   : levels_[0].slot[static_cast<std::size_t>(found)];
}

// Moves to the next tick that holds an entry; false if there is none up to `until_tick`.
bool TimingWheel::advance(std::uint64_t until_tick) {
  while (true) {
    const auto here = static_cast<int>(tick_ & (slots - 1));
    if (here + 1 < slots) {
      if (const int found = next_occupied(levels_[0], here + 1); found >= 0) {
        const std::uint64_t tick =
            (tick_ & ~std::uint64_t{slots - 1}) | static_cast<std::uint64_t>(found);
        if (tick > until_tick) {
          return false;
        }
        open_tick(tick);
        return true;
      }
    }
    bool has_moved = false;
    for (int level = 1; level < levels && !has_moved; ++level) {
      const auto at = static_cast<int>((tick_ >> (8 * level)) & (slots - 1));
      if (at + 1 >= slots) {
        continue;
      }
      const int found = next_occupied(levels_[static_cast<std::size_t>(level)], at + 1);
      if (found < 0) {
        continue;
      }
      const int above = 8 * (level + 1);
      const std::uint64_t tick =
          ((tick_ >> above) << above) | (static_cast<std::uint64_t>(found) << (8 * level));
      if (tick > until_tick) {
        return false;
      }
      tick_ = tick;
      cascade(level, static_cast<std::uint64_t>(found));
      has_moved = true;
    }
    if (!has_moved) {
      return false;
    }
    if (!added_.empty()) {
      return true;  // Entries of the very tick at which the cascaded slot begins.
    }
  }
}

// The tick was sorted when it was opened; what has come into it since waits in a heap beside it.
bool TimingWheel::is_added_first() const {
  return taken_ == current_.size() ||
         (!added_.empty() && Earlier{}(added_.front(), current_[taken_]));
}

std::optional<Scheduled> TimingWheel::next(std::int64_t until_us) {
  if (taken_ == current_.size() && added_.empty() && (size_ == 0 || !advance(tick_of(until_us)))) {
    return std::nullopt;
  }
  const bool is_added = is_added_first();
  const Scheduled entry = is_added ? added_.front() : current_[taken_];
  if (entry.time_us > until_us) {
    return std::nullopt;
  }
  if (is_added) {
    std::pop_heap(added_.begin(), added_.end(), Later{});
    added_.pop_back();
  } else {
    ++taken_;
  }
  --size_;
  return entry;
}

}  // namespace cartstorm::sim

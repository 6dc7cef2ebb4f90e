#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace cartstorm::sim {

/// One entry of the event queue. Order is (time, sequence): first scheduled, first served.
struct Scheduled {
  std::int64_t time_us = 0;
  std::uint64_t order = 0;  ///< sequence << 8 | kind
  std::uint32_t actor = 0;
  std::uint32_t argument = 0;

  std::uint8_t kind() const { return static_cast<std::uint8_t>(order & 0xff); }
};

/// Hierarchical timing wheel: ticks of 1.05 s, 256 slots a level, four levels (142 years). A tick
/// is taken out whole and ordered by (time, sequence), so the order never depends on slots. Nothing
/// is cancelled: whoever schedules puts a generation into `argument` and ignores the stale.
class TimingWheel {
 public:
  /// `start_us` is the earliest time that may be scheduled.
  explicit TimingWheel(std::int64_t start_us = 0);

  /// Times in the past of the last next() are served at once, in order.
  void schedule(std::int64_t time_us, std::uint8_t kind, std::uint32_t actor,
                std::uint32_t argument);

  /// Puts an entry that was taken out back, for later. It keeps its place in the order: at its new
  /// time it comes before everything that was scheduled after it.
  void postpone(Scheduled entry, std::int64_t time_us);

  /// Takes out the earliest entry, unless it lies after `until_us`.
  std::optional<Scheduled> next(std::int64_t until_us);

  /// An entry that comes up soon, `ahead` entries from now if nothing comes in between; nullptr:
  /// nothing is known. A hint, as following_tick().
  const Scheduled* upcoming(std::size_t ahead) const {
    return ahead < current_.size() - taken_ ? &current_[taken_ + ahead] : nullptr;
  }

  /// Number of the tick that is being served. When it changes, following_tick() does.
  std::uint64_t tick() const { return tick_; }

  /// What is known of the tick after this one, in no order: a hint for fetching what belongs to its
  /// entries into the cache. Nothing is promised: it may be empty, and more may still come into it.
  std::span<const Scheduled> following_tick() const;

  std::size_t size() const { return size_; }

 private:
  static constexpr int levels = 4;
  static constexpr int slots = 256;
  static constexpr int tick_bits = 20;
  struct Level {
    std::array<std::vector<Scheduled>, slots> slot;
    std::array<std::uint64_t, slots / 64> occupied{};
  };

  std::uint64_t tick_of(std::int64_t time_us) const;
  void place(const Scheduled&);
  bool advance(std::uint64_t until_tick);
  void open_tick(std::uint64_t tick);
  void cascade(int level, std::uint64_t index);
  bool is_added_first() const;
  static int next_occupied(const Level&, int from);

  std::int64_t start_us_;
  std::uint64_t tick_ = 0;          ///< the tick whose entries are in current_ and added_
  std::vector<Scheduled> current_;  ///< earliest first
  std::size_t taken_ = 0;           ///< of current_
  std::vector<Scheduled> added_;    ///< came after the tick was opened; heap, earliest on top
  std::vector<Scheduled> moving_;
  std::vector<Level> levels_;
  std::size_t size_ = 0;
  std::uint64_t sequence_ = 0;
};

}  // namespace cartstorm::sim

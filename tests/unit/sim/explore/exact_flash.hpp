#pragma once
#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "sim/explore/flash.hpp"

namespace cartstorm::sim::explore::test {

/// The other representation of a flash: every byte of every sector in an array, written to be read
/// beside invariants.md section 4 and not to be fast. What ExploredFlash must equal.
class ExactFlash {
 public:
  explicit ExactFlash(const Part& part)
      : part_(part),
        sectors_(part.sectors(),
                 std::vector<std::byte>(part.geometry.sector_size, std::byte{0xff})) {}

  void power_on() { is_powered_ = true, operations_ = 0, cut_at_ = fault_at_ = none; }
  void cut_at(std::uint32_t operation, Tear tear) { cut_at_ = operation, tear_ = tear; }
  void fault_at(std::uint32_t operation, OpFault fault) { fault_at_ = operation, fault_ = fault; }
  void spoil(std::uint32_t sector, BadSector mode) { bad_.insert({sector, mode}); }

  ota::Status read(ota::Region region, std::uint32_t offset, ota::MutableBytes out) {
    if (!is_powered_) return ota::Status::power_lost;
    if (!is_inside(region, offset, out.size())) return refuse(ota::Status::out_of_range);
    for (std::size_t done = 0; done < out.size();) {
      const auto at = offset + static_cast<std::uint32_t>(done);
      const std::uint32_t sector = part_.sector_of(region, at);
      const std::uint32_t from = at % size();
      const auto to =
          static_cast<std::uint32_t>(std::min<std::size_t>(size(), from + out.size() - done));
      if (bad_.contains({sector, BadSector::read_error}) || is_lost(sector, from, to)) {
        return ota::Status::io_error;
      }
      for (std::uint32_t i = from; i < to; ++i) out[done++] = seen(sector, i);
      use_up_reads(sector, from, to);
    }
    return ota::Status::ok;
  }

  ota::Status program(ota::Region region, std::uint32_t offset, ota::Bytes content) {
    if (!is_powered_) return ota::Status::power_lost;
    const std::uint32_t unit = part_.geometry.program_unit;
    if (!is_inside(region, offset, content.size()) || offset % unit != 0 ||
        content.size() % unit != 0) {
      return refuse(ota::Status::out_of_range);
    }
    while (!content.empty()) {
      const auto take = std::min<std::size_t>(content.size(), part_.page - offset % part_.page);
      const ota::Status status = program_page(region, part_.sector_of(region, offset),
                                              offset % size(), content.first(take));
      if (status != ota::Status::ok) return status;
      content = content.subspan(take);
      offset += static_cast<std::uint32_t>(take);
    }
    return ota::Status::ok;
  }

  ota::Status erase(ota::Region region, std::uint32_t offset) {
    if (!is_powered_) return ota::Status::power_lost;
    if (offset % size() != 0 || !is_inside(region, offset, size())) {
      return refuse(ota::Status::out_of_range);
    }
    const std::uint32_t sector = part_.sector_of(region, offset);
    const std::uint32_t number = operations_++;
    const bool disobeys = bad_.contains({sector, BadSector::erase_error}) ||
                          bad_.contains({sector, BadSector::erase_noop});
    const Tear tear = disobeys ? Tear::before : tear_;
    if (number == cut_at_) return fail([&] { tear_sector(sector, tear); });
    if (number == fault_at_) {
      if (fault_ == OpFault::disturb) erase_sector(sector);
      if (fault_ == OpFault::misdirected) erase_sector(behind(region, sector));
      if (fault_ == OpFault::error && !disobeys) tear_sector(sector, Tear::half);
      return fault_ == OpFault::error ? ota::Status::io_error : ota::Status::ok;
    }
    if (bad_.contains({sector, BadSector::erase_error})) return ota::Status::io_error;
    if (!bad_.contains({sector, BadSector::erase_noop})) erase_sector(sector);
    return ota::Status::ok;
  }

  const std::vector<std::vector<std::byte>>& sectors() const { return sectors_; }
  int rules_broken() const { return rules_broken_; }
  std::uint32_t operations() const { return operations_; }
  bool is_powered() const { return is_powered_; }

 private:
  static constexpr std::uint32_t none = ExploredFlash::no_operation;

  /// Cells [first, last) that an interrupted operation touched.
  struct Touched {
    std::uint32_t sector, first, last;
    int reads_left;  ///< until they read as `then`; 0: never
    std::vector<std::byte> then;
    bool is_lost = false;  ///< no code word: every read fails
  };

  std::uint32_t size() const { return part_.geometry.sector_size; }
  bool is_lost(std::uint32_t sector, std::uint32_t from, std::uint32_t to) const {
    return std::ranges::any_of(touched_, [&](const Touched& cells) {
      return cells.is_lost && cells.sector == sector && cells.first < to && from < cells.last;
    });
  }
  /// One byte as it reads: of every 64, the fifth bit of the 13th may be stuck.
  std::byte seen(std::uint32_t sector, std::uint32_t at) const {
    const std::byte there = sectors_[sector][at];
    if (at % 64 != 12) return there;
    if (bad_.contains({sector, BadSector::stuck_low})) return there & ~std::byte{0x10};
    return bad_.contains({sector, BadSector::stuck_high}) ? there | std::byte{0x10} : there;
  }
  bool is_inside(ota::Region region, std::uint64_t offset, std::uint64_t length) const {
    return offset + length <= part_.region_size(region);
  }
  ota::Status refuse(ota::Status status) {
    ++rules_broken_;
    return status;
  }
  /// The sector behind this one in its region; behind the last comes the first.
  std::uint32_t behind(ota::Region region, std::uint32_t sector) const {
    const std::uint32_t first = part_.sector_of(region, 0);
    return first + (sector - first + 1) % (part_.region_size(region) / size());
  }

  ota::Status program_page(ota::Region region, std::uint32_t sector, std::uint32_t at,
                           ota::Bytes page) {
    const auto last = at + static_cast<std::uint32_t>(page.size());
    for (std::uint32_t i = at; i < last; ++i) {
      const bool is_touched = std::ranges::any_of(touched_, [&](const Touched& cells) {
        return cells.sector == sector && cells.first <= i && i < cells.last;
      });
      if (is_touched || sectors_[sector][i] != std::byte{0xff})
        return refuse(ota::Status::io_error);
    }
    const std::uint32_t number = operations_++;
    const bool disobeys = bad_.contains({sector, BadSector::program_error}) ||
                          bad_.contains({sector, BadSector::program_noop});
    const Tear tear = disobeys ? Tear::before : tear_;
    if (number == cut_at_) return fail([&] { tear_page(sector, at, page, tear); });
    if (number == fault_at_) {
      if (fault_ == OpFault::disturb) tear_program(Tear::over_program, sectors_[sector], at, page);
      if (fault_ == OpFault::misdirected) put(behind(region, sector), at, page);
      if (fault_ == OpFault::error && !disobeys) tear_page(sector, at, page, Tear::half);
      return fault_ == OpFault::error ? ota::Status::io_error : ota::Status::ok;
    }
    if (bad_.contains({sector, BadSector::program_error})) return ota::Status::io_error;
    if (!bad_.contains({sector, BadSector::program_noop})) put(sector, at, page);
    return ota::Status::ok;
  }

  template <typename Damage>
  ota::Status fail(Damage damage) {
    --operations_;  // It did not end.
    is_powered_ = false;
    damage();
    return ota::Status::power_lost;
  }

  void put(std::uint32_t sector, std::uint32_t at, ota::Bytes page) {
    for (const std::byte b : page) sectors_[sector][at++] &= b;
  }

  void erase_sector(std::uint32_t sector) {
    std::ranges::fill(sectors_[sector], std::byte{0xff});
    std::erase_if(touched_, [&](const Touched& cells) { return cells.sector == sector; });
  }

  void tear_page(std::uint32_t sector, std::uint32_t at, ota::Bytes page, Tear tear) {
    if (tear == Tear::before || tear == Tear::watchdog) return;
    if (tear == Tear::after) return put(sector, at, page);
    Touched cells{sector,
                  at,
                  at + static_cast<std::uint32_t>(page.size()),
                  stable_reads(tear),
                  {},
                  tear == Tear::unreadable};
    auto other = sectors_[sector];
    tear_program(flips_to_old(tear) ? Tear::before : Tear::after, other, at, page);
    cells.then.assign(other.begin() + cells.first, other.begin() + cells.last);
    tear_program(tear, sectors_[sector], at, page);
    touched_.push_back(std::move(cells));
  }

  void tear_sector(std::uint32_t sector, Tear tear) {
    if (tear == Tear::before || tear == Tear::watchdog) return;
    if (tear == Tear::after) return erase_sector(sector);
    Touched cells{
        sector, 0, size(), stable_reads(tear), sectors_[sector], tear == Tear::unreadable};
    if (!flips_to_old(tear)) std::ranges::fill(cells.then, std::byte{0xff});
    tear_erase(tear, sectors_[sector], part_.page);
    std::erase_if(touched_, [&](const Touched& older) { return older.sector == sector; });
    touched_.push_back(std::move(cells));
  }

  void use_up_reads(std::uint32_t sector, std::uint32_t from, std::uint32_t to) {
    for (Touched& cells : touched_) {
      const bool is_met = cells.sector == sector && cells.first < to && from < cells.last;
      if (is_met && cells.reads_left != 0 && --cells.reads_left == 0) {
        std::ranges::copy(cells.then, sectors_[sector].begin() + cells.first);
      }
    }
  }

  const Part& part_;
  std::vector<std::vector<std::byte>> sectors_;
  std::vector<Touched> touched_;
  std::set<std::pair<std::uint32_t, BadSector>> bad_;
  bool is_powered_ = false;
  int rules_broken_ = 0;
  std::uint32_t operations_ = 0, cut_at_ = none, fault_at_ = none;
  Tear tear_{};
  OpFault fault_{};
};

}  // namespace cartstorm::sim::explore::test

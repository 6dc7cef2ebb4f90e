#pragma once
#include <cstdint>
#include <vector>

#include "ota/hardware.hpp"

namespace ota::host {

/// What a cut leaves of the device operation it hits (invariants.md 4.3, 4.4).
enum class CutShape : std::uint8_t {
  before,    ///< nothing of it happened
  half,      ///< the first half of the page or sector
  subset,    ///< a part of the bits, chosen by the operation's number
  all_zero,  ///< erase: every cell pre-programmed to 0; program: every bit of the page cleared
  after,     ///< all of it happened, the caller never learns
};
inline constexpr CutShape cut_shapes[] = {CutShape::before, CutShape::half, CutShape::subset,
                                          CutShape::all_zero, CutShape::after};

/// Flash in memory, byte for byte, with the rules of a NOR part: erase sets, program clears, a
/// unit is programmed once per erase. A call that breaks a rule is counted as a defect of the
/// caller and has no effect. The size of a record region is two sectors.
class RamFlash final : public Flash {
 public:
  explicit RamFlash(FlashGeometry geometry);

  FlashGeometry geometry() const override { return geometry_; }
  Status read(Region, std::uint32_t offset, MutableBytes out) override;
  Status program(Region, std::uint32_t offset, Bytes content) override;
  Status erase(Region, std::uint32_t offset) override;

  /// Device operations so far: one per erased sector and per page (256 bytes at most) programmed.
  std::uint64_t operations() const { return operations_; }
  /// Rules broken by the caller, power_lost and bad sectors aside.
  std::uint32_t defects() const { return defects_; }
  /// Cuts the supply at the device operation with this number (counted from the first ever).
  void cut_at(std::uint64_t operation, CutShape shape);
  /// The supply is back. What the cut left stays.
  void restore_power();
  bool is_powered() const { return is_powered_; }
  /// Every erase and program of this sector fails with io_error from now on.
  void break_sector(Region, std::uint32_t offset);
  /// Changes content behind the caller's back (bit rot).
  void flip_bit(Region, std::uint32_t offset, unsigned bit);
  /// Puts content there without rules, as a factory programmer does.
  void plant(Region, std::uint32_t offset, Bytes content);
  Bytes content(Region) const;
  /// Erases plus programs of one region so far, to show that it was left alone.
  std::uint64_t changes(Region) const;

 private:
  std::vector<std::byte>& cells(Region region) { return cells_[static_cast<std::size_t>(region)]; }
  bool is_in(Region, std::uint32_t offset, std::size_t size) const;
  bool is_broken(Region, std::uint32_t offset) const;
  Status refuse();
  bool is_cut_now();
  void tear_program(MutableBytes page, Bytes content);
  void tear_erase(MutableBytes sector);

  FlashGeometry geometry_;
  std::vector<std::byte> cells_[region_count];
  std::vector<std::byte> programmed_[region_count];  ///< one flag per program unit
  std::vector<std::pair<Region, std::uint32_t>> broken_;
  std::uint64_t changes_[region_count] = {};
  std::uint64_t operations_ = 0;
  std::uint64_t cut_at_ = ~std::uint64_t{0};
  CutShape shape_ = CutShape::before;
  std::uint32_t defects_ = 0;
  bool is_powered_ = true;
};

}  // namespace ota::host

#include "ota/host/ram_flash.hpp"

#include <algorithm>
#include <functional>

namespace ota::host {
namespace {

constexpr std::byte erased{0xff};
constexpr std::uint32_t largest_page = 256;

std::size_t index(Region region) { return static_cast<std::size_t>(region); }

/// A fixed scatter of bits per operation: which of them the interrupted pulse reached.
std::byte reached_bits(std::uint64_t operation, std::size_t at) {
  std::uint64_t x = (operation + 1) * 0x9e3779b97f4a7c15u + at * 0xbf58476d1ce4e5b9u;
  x ^= x >> 29;
  x *= 0x94d049bb133111ebu;
  return static_cast<std::byte>(x >> 56);
}

}  // namespace

RamFlash::RamFlash(FlashGeometry geometry) : geometry_(geometry) {
  for (std::size_t i = 0; i < region_count; ++i) {
    const bool is_slot = i <= index(Region::slot_b);
    const std::uint32_t size = is_slot ? geometry.slot_size : 2 * geometry.sector_size;
    cells_[i].assign(size, erased);
    programmed_[i].assign(size / geometry.program_unit, std::byte{0});
  }
}

bool RamFlash::is_in(Region region, std::uint32_t offset, std::size_t size) const {
  const std::size_t capacity = cells_[index(region)].size();
  return offset <= capacity && size <= capacity - offset;
}

bool RamFlash::is_broken(Region region, std::uint32_t offset) const {
  const std::uint32_t sector = offset - offset % geometry_.sector_size;
  return std::ranges::find(broken_, std::pair{region, sector}) != broken_.end();
}

Status RamFlash::refuse() {
  ++defects_;
  return Status::out_of_range;
}

bool RamFlash::is_cut_now() {
  const bool is_cut = operations_++ == cut_at_;
  is_powered_ = is_powered_ && !is_cut;
  return is_cut;
}

Status RamFlash::read(Region region, std::uint32_t offset, MutableBytes out) {
  if (!is_powered_) {
    return Status::power_lost;
  }
  if (!is_in(region, offset, out.size())) {
    return refuse();
  }
  std::copy_n(cells(region).begin() + offset, out.size(), out.begin());
  return Status::ok;
}

Status RamFlash::program(Region region, std::uint32_t offset, Bytes content) {
  if (!is_powered_) {
    return Status::power_lost;
  }
  const std::uint32_t unit = geometry_.program_unit;
  if (!is_in(region, offset, content.size()) || offset % unit != 0 || content.size() % unit != 0) {
    return refuse();
  }
  auto& programmed = programmed_[index(region)];
  const auto first = programmed.begin() + offset / unit;
  const auto last = first + static_cast<std::ptrdiff_t>(content.size() / unit);
  if (std::any_of(first, last, [](std::byte flag) { return flag != std::byte{0}; })) {
    return refuse();
  }
  if (is_broken(region, offset)) {
    return Status::io_error;
  }
  ++changes_[index(region)];
  for (std::size_t at = 0; at < content.size();) {
    const std::size_t size =
        std::min<std::size_t>(content.size() - at, largest_page - (offset + at) % largest_page);
    const MutableBytes page{cells(region).data() + offset + at, size};
    std::fill_n(programmed.begin() + static_cast<std::ptrdiff_t>((offset + at) / unit), size / unit,
                std::byte{1});
    if (is_cut_now()) {
      tear_program(page, content.subspan(at, size));
      return Status::power_lost;
    }
    std::ranges::transform(page, content.subspan(at, size), page.begin(), std::bit_and{});
    at += size;
  }
  return Status::ok;
}

Status RamFlash::erase(Region region, std::uint32_t offset) {
  if (!is_powered_) {
    return Status::power_lost;
  }
  if (offset % geometry_.sector_size != 0 || !is_in(region, offset, geometry_.sector_size)) {
    return refuse();
  }
  if (is_broken(region, offset)) {
    return Status::io_error;
  }
  ++changes_[index(region)];
  const MutableBytes sector{cells(region).data() + offset, geometry_.sector_size};
  const bool is_cut = is_cut_now();
  if (is_cut) {
    tear_erase(sector);
  } else {
    std::ranges::fill(sector, erased);
  }
  // A torn sector counts as programmed: what looks blank there is not erased.
  std::fill_n(programmed_[index(region)].begin() + offset / geometry_.program_unit,
              geometry_.sector_size / geometry_.program_unit, std::byte{is_cut});
  return is_cut ? Status::power_lost : Status::ok;
}

void RamFlash::tear_program(MutableBytes page, Bytes content) {
  for (std::size_t i = 0; i < page.size(); ++i) {
    const std::byte whole = page[i] & content[i];
    switch (shape_) {
      case CutShape::before:
        break;
      case CutShape::half:
        page[i] = i < page.size() / 2 ? whole : page[i];
        break;
      case CutShape::subset:
        page[i] &= whole | ~reached_bits(cut_at_, i);
        break;
      case CutShape::all_zero:
        page[i] = std::byte{0};
        break;
      case CutShape::after:
        page[i] = whole;
        break;
    }
  }
}

void RamFlash::tear_erase(MutableBytes sector) {
  for (std::size_t i = 0; i < sector.size(); ++i) {
    switch (shape_) {
      case CutShape::before:
        break;
      case CutShape::half:
        sector[i] = i < sector.size() / 2 ? erased : sector[i];
        break;
      case CutShape::subset:
        sector[i] |= reached_bits(cut_at_, i);
        break;
      case CutShape::all_zero:
        sector[i] = std::byte{0};
        break;
      case CutShape::after:
        sector[i] = erased;
        break;
    }
  }
}

void RamFlash::cut_at(std::uint64_t operation, CutShape shape) {
  cut_at_ = operation;
  shape_ = shape;
}

void RamFlash::restore_power() {
  is_powered_ = true;
  cut_at_ = ~std::uint64_t{0};
}

void RamFlash::break_sector(Region region, std::uint32_t offset) {
  broken_.emplace_back(region, offset);
}

void RamFlash::flip_bit(Region region, std::uint32_t offset, unsigned bit) {
  cells(region)[offset] ^= std::byte{1} << bit;
}

void RamFlash::plant(Region region, std::uint32_t offset, Bytes content) {
  std::ranges::copy(content, cells(region).begin() + offset);
  std::fill_n(programmed_[index(region)].begin() + offset / geometry_.program_unit,
              (content.size() + geometry_.program_unit - 1) / geometry_.program_unit, std::byte{1});
}

Bytes RamFlash::content(Region region) const { return cells_[index(region)]; }

std::uint64_t RamFlash::changes(Region region) const { return changes_[index(region)]; }

}  // namespace ota::host

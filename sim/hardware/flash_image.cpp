#include "sim/hardware/flash_image.hpp"

#include <algorithm>
#include <cstring>

namespace cartstorm::sim {
namespace {

constexpr std::byte erased{0xff};
constexpr std::uint32_t record_sectors = 2;

}  // namespace

FlashImage::FlashImage(const ota::FlashGeometry& geometry)
    : geometry_(geometry), slot_sectors_(geometry.slot_size / geometry.sector_size) {
  sectors_.resize(2 * slot_sectors_ + (ota::region_count - 2) * record_sectors);
}

std::uint32_t FlashImage::region_size(ota::Region region) const {
  const bool is_slot = region == ota::Region::slot_a || region == ota::Region::slot_b;
  return is_slot ? geometry_.slot_size : record_sectors * geometry_.sector_size;
}

std::size_t FlashImage::index_of(ota::Region region, std::uint32_t offset) const {
  const auto number = static_cast<std::size_t>(region);
  const std::size_t base =
      number < 2 ? number * slot_sectors_ : 2 * slot_sectors_ + (number - 2) * record_sectors;
  return base + offset / geometry_.sector_size;
}

std::vector<std::byte>& FlashImage::own_bytes(Sector& sector) {
  if (sector.own == 0) {
    if (free_own_.empty()) {
      own_.emplace_back();
      sector.own = static_cast<std::uint32_t>(own_.size());
    } else {
      sector.own = free_own_.back();
      free_own_.pop_back();
    }
    auto& bytes = own_[sector.own - 1];
    bytes.assign(sector.shared, sector.shared + sector.length);
    sector.shared = nullptr;
    sector.length = 0;
  }
  return own_[sector.own - 1];
}

void FlashImage::read_sector(const Sector& sector, std::uint32_t offset,
                             ota::MutableBytes out) const {
  const std::byte* from = sector.shared;
  std::size_t length = sector.length;
  if (sector.own != 0) {
    from = own_[sector.own - 1].data();
    length = own_[sector.own - 1].size();
  }
  const std::size_t known = offset < length ? std::min(length - offset, out.size()) : 0;
  if (known != 0) {
    std::memcpy(out.data(), from + offset, known);
  }
  if (known != out.size()) {
    std::memset(out.data() + known, static_cast<int>(erased), out.size() - known);
  }
}

void FlashImage::read(ota::Region region, std::uint32_t offset, ota::MutableBytes out) const {
  while (!out.empty()) {
    const std::uint32_t inside = offset % geometry_.sector_size;
    const auto take = std::min<std::size_t>(out.size(), geometry_.sector_size - inside);
    read_sector(sectors_[index_of(region, offset)], inside, out.first(take));
    out = out.subspan(take);
    offset += static_cast<std::uint32_t>(take);
  }
}

void FlashImage::program_sector(Sector& sector, std::uint32_t offset, ota::Bytes content,
                                const Arena& arena) {
  const bool is_blank = sector.own == 0 && sector.shared == nullptr;
  const bool continues = sector.shared != nullptr && sector.length == offset &&
                         sector.shared + offset == content.data();
  if (((is_blank && offset == 0) || continues) && arena.holds(content)) {
    sector.shared = content.data() - offset;
    sector.length = offset + static_cast<std::uint32_t>(content.size());
    return;
  }
  auto& bytes = own_bytes(sector);
  if (bytes.size() <= offset) {
    // Behind everything that was programmed: the usual case.
    bytes.resize(offset, erased);
    bytes.insert(bytes.end(), content.begin(), content.end());
  } else {
    bytes.resize(std::max(bytes.size(), offset + content.size()), erased);
    for (std::size_t i = 0; i < content.size(); ++i) {
      bytes[offset + i] &= content[i];
    }
  }
  if (const std::byte* same = arena.find_sector(bytes)) {
    const auto length = static_cast<std::uint32_t>(bytes.size());
    drop_own(sector);
    sector = {same, length, 0};
  }
}

void FlashImage::drop_own(Sector& sector) {
  if (sector.own != 0) {
    own_[sector.own - 1].clear();
    free_own_.push_back(sector.own);
  }
  sector = Sector{};
}

void FlashImage::program(ota::Region region, std::uint32_t offset, ota::Bytes content,
                         const Arena& arena) {
  while (!content.empty()) {
    const std::uint32_t inside = offset % geometry_.sector_size;
    const auto take = std::min<std::size_t>(content.size(), geometry_.sector_size - inside);
    program_sector(sectors_[index_of(region, offset)], inside, content.first(take), arena);
    content = content.subspan(take);
    offset += static_cast<std::uint32_t>(take);
  }
}

void FlashImage::erase(ota::Region region, std::uint32_t offset) {
  drop_own(sectors_[index_of(region, offset)]);
}

void FlashImage::overwrite(ota::Region region, std::uint32_t offset, ota::Bytes content) {
  const std::uint32_t inside = offset % geometry_.sector_size;
  auto& bytes = own_bytes(sectors_[index_of(region, offset)]);
  if (bytes.size() < inside + content.size()) {
    bytes.resize(inside + content.size(), erased);
  }
  std::copy(content.begin(), content.end(), bytes.begin() + static_cast<std::ptrdiff_t>(inside));
}

bool FlashImage::is_erased(ota::Region region, std::uint32_t offset, std::uint32_t length) const {
  while (length != 0) {
    const std::uint32_t inside = offset % geometry_.sector_size;
    const std::uint32_t take = std::min(length, geometry_.sector_size - inside);
    const Sector& sector = sectors_[index_of(region, offset)];
    const std::byte* from = sector.shared;
    std::size_t known = sector.length;
    if (sector.own != 0) {
      from = own_[sector.own - 1].data();
      known = own_[sector.own - 1].size();
    }
    const std::size_t end = std::min<std::size_t>(known, inside + take);
    for (std::size_t i = inside; i < end; ++i) {
      if (from[i] != erased) {
        return false;
      }
    }
    offset += take;
    length -= take;
  }
  return true;
}

ota::Bytes FlashImage::arena_bytes(ota::Region region, std::uint32_t offset,
                                   std::uint32_t length) const {
  if (length == 0) {
    return {};
  }
  const Sector* sector = &sectors_[index_of(region, offset)];
  std::uint32_t inside = offset % geometry_.sector_size;
  // A first sector without a piece fails in the loop; nothing is added to its null pointer.
  const std::byte* const begin = sector->shared == nullptr ? nullptr : sector->shared + inside;
  for (std::uint32_t done = 0; done < length; inside = 0, ++sector) {
    const std::uint32_t take = std::min(length - done, geometry_.sector_size - inside);
    if (sector->shared == nullptr || sector->length < inside + take ||
        sector->shared + inside != begin + done) {
      return {};
    }
    done += take;
  }
  return {begin, length};
}

}  // namespace cartstorm::sim

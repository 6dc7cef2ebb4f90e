#include "sim/hardware/flash_model.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "sim/kernel/draw.hpp"

namespace cartstorm::sim {
namespace {

/// What an interrupted program leaves of one unit (invariants.md 4.3).
enum class TornProgram : std::uint8_t { none, prefix, all_but_last_byte, bit_subset, suffix };
constexpr std::uint64_t torn_program_shapes = 5;

/// What an interrupted erase leaves of a sector (invariants.md 4.4): never assume that it only
/// moves bits towards erased.
enum class TornErase : std::uint8_t { none, prefix, all_zero, bit_mix };
constexpr std::uint64_t torn_erase_shapes = 4;

}  // namespace

void FlashModel::bind(std::uint32_t cart, CartFlash& flash, Supply& supply,
                      FlashListener& listener) {
  cart_ = cart;
  flash_ = &flash;
  supply_ = &supply;
  listener_ = &listener;
}

bool FlashModel::is_inside(ota::Region region, std::uint32_t offset, std::size_t length) const {
  const std::uint32_t size = flash_->image.region_size(region);
  return offset <= size && length <= size - offset;
}

bool FlashModel::charge_read(std::uint32_t length) {
  return supply_->charge(timing_.read_4kib_us * length / 4096);
}

ota::Status FlashModel::read(ota::Region region, std::uint32_t offset, ota::MutableBytes out) {
  if (!is_inside(region, offset, out.size())) {
    return ota::Status::out_of_range;
  }
  if (!charge_read(static_cast<std::uint32_t>(out.size()))) {
    return ota::Status::power_lost;
  }
  flash_->image.read(region, offset, out);
  return ota::Status::ok;
}

FlashModel::Cut FlashModel::next_operation(std::int64_t duration_us) {
  if (supply_->is_lost) {
    ++supply_->calls_after_loss;
    return Cut::before;
  }
  if (flash_->operations == flash_->cut_at_op && !supply_->has_stopped()) {
    flash_->cut_at_op = CartFlash::no_cut;
    ++flash_->operations;
    supply_->now_us += duration_us / 2;
    supply_->ends_at_us = std::min(supply_->ends_at_us, supply_->now_us);
    supply_->is_lost = true;
    return Cut::inside;
  }
  const bool has_begun = supply_->ends_at_us > supply_->now_us && !supply_->has_stopped();
  if (!supply_->charge(duration_us)) {
    flash_->operations += has_begun ? 1 : 0;
    return has_begun ? Cut::inside : Cut::before;
  }
  ++flash_->operations;
  return Cut::none;
}

ota::Status FlashModel::program(ota::Region region, std::uint32_t offset, ota::Bytes content) {
  const std::uint32_t unit = flash_->image.geometry().program_unit;
  const auto length = static_cast<std::uint32_t>(content.size());
  if (!is_inside(region, offset, content.size()) || offset % unit != 0 || length % unit != 0) {
    return ota::Status::out_of_range;
  }
  FlashCall call{flash_->operations, 0, FlashOpKind::program, region, offset, length, 0,
                 FlashOutcome::full};
  if (!flash_->image.is_erased(region, offset, length)) {
    // Write-once (4.1): parts with ECC units cannot do it, so no part may be asked to.
    call.outcome = FlashOutcome::error;
    listener_->on(call);
    return ota::Status::io_error;
  }
  Cut cut = Cut::none;
  std::uint32_t done = 0;
  while (done < length && (cut = next_operation(timing_.program_unit_us)) == Cut::none) {
    done += unit;
  }
  if (done != 0) {
    flash_->image.program(region, offset, content.first(done), arena_);
  }
  call.done = done;
  call.ops = static_cast<std::uint32_t>(flash_->operations - call.first_op);
  if (cut == Cut::none) {
    listener_->on(call);
    return ota::Status::ok;
  }
  if (cut == Cut::inside) {
    tear_program(region, offset + done, content.subspan(done, unit));
  }
  if (call.ops != 0) {
    call.outcome = cut == Cut::inside ? FlashOutcome::torn : FlashOutcome::none;
    listener_->on(call);
  }
  return ota::Status::power_lost;
}

ota::Status FlashModel::erase(ota::Region region, std::uint32_t offset) {
  const std::uint32_t sector = flash_->image.geometry().sector_size;
  if (!is_inside(region, offset, sector) || offset % sector != 0) {
    return ota::Status::out_of_range;
  }
  FlashCall call{flash_->operations, 1, FlashOpKind::erase, region, offset, sector, sector,
                 FlashOutcome::full};
  const Cut cut = next_operation(timing_.erase_sector_us);
  if (cut == Cut::none) {
    flash_->image.erase(region, offset);
    listener_->on(call);
    return ota::Status::ok;
  }
  if (cut == Cut::inside) {
    tear_erase(region, offset);
    call.done = 0;
    call.outcome = FlashOutcome::torn;
    listener_->on(call);
  }
  return ota::Status::power_lost;
}

void FlashModel::tear_program(ota::Region region, std::uint32_t offset, ota::Bytes unit) {
  const std::uint64_t bits = draw(seed_, cart_, Purpose::torn_shape, flash_->operations);
  const auto shape = static_cast<TornProgram>(below(bits, torn_program_shapes));
  const std::size_t cut = 1 + below(bits * 0x9e3779b97f4a7c15ULL, unit.size() - 1);
  std::array<std::byte, 256> torn{};
  for (std::size_t i = 0; i < unit.size(); ++i) {
    std::byte kept{0xff};  // bits that stay as erased
    switch (shape) {
      case TornProgram::none:
        break;
      case TornProgram::prefix:
        kept = i < cut ? std::byte{0} : std::byte{0xff};
        break;
      case TornProgram::all_but_last_byte:
        kept = i + 1 < unit.size() ? std::byte{0} : std::byte{0xff};
        break;
      case TornProgram::bit_subset:
        kept = static_cast<std::byte>(
            draw(seed_, cart_, Purpose::torn_content, (flash_->operations << 12) + i) & 0xff);
        break;
      case TornProgram::suffix:
        kept = i >= cut ? std::byte{0} : std::byte{0xff};
        break;
    }
    torn[i] = unit[i] | kept;
  }
  flash_->image.overwrite(region, offset, std::span{torn}.first(unit.size()));
}

void FlashModel::tear_erase(ota::Region region, std::uint32_t offset) {
  const std::uint32_t size = flash_->image.geometry().sector_size;
  const std::uint64_t bits = draw(seed_, cart_, Purpose::torn_shape, flash_->operations);
  const auto shape = static_cast<TornErase>(below(bits, torn_erase_shapes));
  if (shape == TornErase::none) {
    return;
  }
  std::vector<std::byte> content(size);
  flash_->image.read(region, offset, content);
  const std::size_t cut = 1 + below(bits * 0x9e3779b97f4a7c15ULL, size - 1);
  for (std::size_t i = 0; i < size; ++i) {
    if (shape == TornErase::all_zero) {
      content[i] = std::byte{0};
    } else if (shape == TornErase::prefix && i < cut) {
      content[i] = std::byte{0xff};
    } else if (shape == TornErase::bit_mix) {
      content[i] |= static_cast<std::byte>(
          draw(seed_, cart_, Purpose::torn_content, (flash_->operations << 12) + i) & 0xff);
    }
  }
  flash_->image.erase(region, offset);
  flash_->image.overwrite(region, offset, content);
}

}  // namespace cartstorm::sim

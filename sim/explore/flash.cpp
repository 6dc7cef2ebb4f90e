#include "sim/explore/flash.hpp"

#include <algorithm>
#include <array>

namespace cartstorm::sim::explore {

const char* name(FlashOp op) { return op == FlashOp::program ? "program" : "erase"; }

namespace {
constexpr std::array<const char*, op_fault_count> fault_names = {"none", "write_lost",
                                                                 "misdirected", "disturb", "error"};
}

const char* name(OpFault fault) { return fault_names.at(static_cast<std::size_t>(fault)); }

bool op_fault_named(std::string_view text, OpFault& out) {
  const auto found = std::ranges::find(fault_names, text);
  if (found == fault_names.end()) {
    return false;
  }
  out = static_cast<OpFault>(found - fault_names.begin());
  return true;
}

void ExploredFlash::power_on(FlashState& state) {
  state_ = &state;
  is_powered_ = true;
  operations_ = 0;
  calls_ = 0;
  calls_after_loss_ = 0;
  cut_at_ = no_operation;
  fault_at_ = no_operation;
}

void ExploredFlash::resume(FlashState& state, Counted counted) {
  power_on(state);
  operations_ = counted.operations;
  calls_ = counted.calls;
}

bool ExploredFlash::is_lost() {
  ++calls_;
  calls_after_loss_ += is_powered_ ? 0 : 1;
  return !is_powered_;
}

bool ExploredFlash::is_inside(ota::Region region, std::uint32_t offset, std::size_t size) const {
  const std::uint32_t whole = part_.region_size(region);
  return offset <= whole && size <= whole - offset;
}

ota::Status ExploredFlash::refuse(const char* rule) {
  listener_.broke_rule(rule);
  return ota::Status::out_of_range;
}

ota::Status ExploredFlash::read(ota::Region region, std::uint32_t offset, ota::MutableBytes out) {
  if (is_lost()) {
    return ota::Status::power_lost;
  }
  if (!is_inside(region, offset, out.size())) {
    return refuse("a read leaves its region");
  }
  listener_.on_read(region, offset, static_cast<std::uint32_t>(out.size()));
  const std::uint32_t size = part_.geometry.sector_size;
  for (std::size_t done = 0; done < out.size();) {
    const auto at = offset + static_cast<std::uint32_t>(done);
    const std::uint32_t sector = part_.sector_of(region, at);
    const std::uint32_t inside = at % size;
    const auto take = std::min<std::size_t>(out.size() - done, size - inside);
    if (state_->is_dead(sector)) {
      listener_.read_dead(sector);  // That it cannot be read would matter, too.
    }
    if (state_->is_bad(sector, BadSector::read_error) ||
        state_->is_unreadable(sector, inside, inside + static_cast<std::uint32_t>(take))) {
      return ota::Status::io_error;
    }
    pool_.read(state_->at(sector), inside, out.subspan(done, take));
    if (state_->has_stuck(sector)) {
      state_->distort(sector, inside, out.subspan(done, take));
    }
    if (const auto flipped =
            state_->note_read(sector, inside, inside + static_cast<std::uint32_t>(take), pool_)) {
      listener_.on_flip(region, at - inside + *flipped);
    }
    done += take;
  }
  return ota::Status::ok;
}

bool ExploredFlash::is_plain(ota::Region region, std::uint32_t offset, std::uint32_t size) const {
  if (!is_powered_ || size == 0 || !is_inside(region, offset, size)) {
    return false;
  }
  const std::uint32_t last = part_.sector_of(region, offset + size - 1);
  for (std::uint32_t sector = part_.sector_of(region, offset); sector <= last; ++sector) {
    if (state_->is_dead(sector) || state_->has_marginal(sector) ||
        state_->is_bad(sector, BadSector::read_error) || state_->has_stuck(sector)) {
      return false;
    }
  }
  return true;
}

void ExploredFlash::note_read(ota::Region region, std::uint32_t offset, std::uint32_t size) {
  ++calls_;
  listener_.on_read(region, offset, size);
}

void ExploredFlash::apply(FlashState& state, std::uint32_t sector, const Operation& op) const {
  const auto inside = op.offset % part_.geometry.sector_size;
  state.set(sector, pool_.program(state.at(sector), inside, op.content), pool_);
}

ota::Status ExploredFlash::program(ota::Region region, std::uint32_t offset, ota::Bytes content) {
  if (is_lost()) {
    return ota::Status::power_lost;
  }
  const std::uint32_t unit = part_.geometry.program_unit;
  if (!is_inside(region, offset, content.size()) || offset % unit != 0 ||
      content.size() % unit != 0) {
    return refuse("a program leaves its region or is not aligned");
  }
  listener_.on_change(region, offset, static_cast<std::uint32_t>(content.size()), FlashOp::program);
  for (std::size_t done = 0; done < content.size();) {
    const auto at = offset + static_cast<std::uint32_t>(done);
    const auto take = std::min<std::size_t>(content.size() - done, part_.page - at % part_.page);
    const Operation op{operations_, FlashOp::program, region, at, content.subspan(done, take)};
    const ota::Status status = program_page(op);
    if (status != ota::Status::ok) {
      return status;
    }
    done += take;
  }
  return ota::Status::ok;
}

ota::Status ExploredFlash::program_page(const Operation& op) {
  const std::uint32_t sector = part_.sector_of(op.region, op.offset);
  const std::uint32_t inside = op.offset % part_.geometry.sector_size;
  const auto size = static_cast<std::uint32_t>(op.content.size());
  if (state_->is_dead(sector)) {
    listener_.read_dead(sector);  // Whether it is erased matters now.
  }
  // Write-once (invariants.md 4.1): parts with ECC units cannot do it, so no part is asked to.
  if (!pool_.is_erased(state_->at(sector), inside, size) ||
      state_->is_weak(sector, inside, inside + size)) {
    listener_.broke_rule("a page is programmed that was not erased");
    return ota::Status::io_error;
  }
  return perform(op, BadSector::program_error, BadSector::program_noop);
}

ota::Status ExploredFlash::erase(ota::Region region, std::uint32_t offset) {
  if (is_lost()) {
    return ota::Status::power_lost;
  }
  const std::uint32_t size = part_.geometry.sector_size;
  if (offset % size != 0 || !is_inside(region, offset, size)) {
    return refuse("an erase leaves its region or is not aligned");
  }
  listener_.on_change(region, offset, size, FlashOp::erase);
  const Operation op{operations_, FlashOp::erase, region, offset, {}};
  return perform(op, BadSector::erase_error, BadSector::erase_noop);
}

/// One operation of the part: cut, disobeyed, refused, ignored or done.
ota::Status ExploredFlash::perform(const Operation& op, BadSector refuses, BadSector ignores) {
  const std::uint32_t sector = part_.sector_of(op.region, op.offset);
  listener_.before_operation(op);
  if (op.number == cut_at_) {
    return fail_at(op);
  }
  ++operations_;
  if (op.number == fault_at_) {
    return misbehave(op);
  }
  if (state_->is_bad(sector, refuses)) {
    return ota::Status::io_error;
  }
  if (!state_->is_bad(sector, ignores)) {
    op.kind == FlashOp::erase ? state_->erase(sector, pool_) : apply(*state_, sector, op);
  }
  listener_.after_operation(op);
  return ota::Status::ok;
}

ota::Status ExploredFlash::fail_at(const Operation& op) {
  is_powered_ = false;
  tear(*state_, op, tear_);
  listener_.lost_power(op);
  return ota::Status::power_lost;
}

ota::Status ExploredFlash::misbehave(const Operation& op) {
  const std::uint32_t size = part_.geometry.sector_size;
  const std::uint32_t sector = part_.sector_of(op.region, op.offset);
  const std::uint32_t whole = part_.region_size(op.region);
  if (fault_ == OpFault::misdirected) {
    const std::uint32_t next = part_.sector_of(op.region, (op.offset + size) % whole);
    op.kind == FlashOp::erase ? state_->erase(next, pool_) : apply(*state_, next, op);
  } else if (fault_ == OpFault::disturb || fault_ == OpFault::error) {
    if (fault_ == OpFault::error) {
      tear(*state_, op, Tear::half);
    } else if (op.kind == FlashOp::erase) {
      state_->erase(sector, pool_);
    } else {
      state_->set(
          sector,
          pool_.tear_program(state_->at(sector), op.offset % size, op.content, Tear::over_program),
          pool_);
    }
  }
  listener_.misbehaved(op, fault_);
  listener_.after_operation(op);
  return fault_ == OpFault::error ? ota::Status::io_error : ota::Status::ok;
}

void ExploredFlash::tear(FlashState& state, const Operation& op, Tear tear) const {
  if (tear == Tear::before || tear == Tear::watchdog) {
    return;
  }
  const std::uint32_t size = part_.geometry.sector_size;
  const std::uint32_t sector = part_.sector_of(op.region, op.offset);
  const bool is_erase = op.kind == FlashOp::erase;
  if (state.is_bad(sector, is_erase ? BadSector::erase_error : BadSector::program_error) ||
      state.is_bad(sector, is_erase ? BadSector::erase_noop : BadSector::program_noop)) {
    return;  // What it does not do is not half done either.
  }
  if (tear == Tear::after) {
    is_erase ? state.erase(sector, pool_) : apply(state, sector, op);
    return;
  }
  const ContentId old = state.at(sector);
  const std::uint32_t inside = op.offset % size;
  WeakCells cells{sector,
                  is_erase ? 0 : inside,
                  is_erase ? size : inside + static_cast<std::uint32_t>(op.content.size()),
                  erased_content,
                  stable_reads(tear),
                  tear == Tear::unreadable};
  if (cells.reads_left != 0) {
    const bool to_old = flips_to_old(tear);
    const ContentId done = is_erase ? erased_content : pool_.program(old, inside, op.content);
    cells.then = to_old ? old : done;
    state.leave_torn(cells, to_old ? done : old, pool_);
    return;
  }
  const ContentId torn = is_erase ? pool_.tear_erase(old, part_.page, tear)
                                  : pool_.tear_program(old, inside, op.content, tear);
  state.leave_torn(cells, torn, pool_);
}

}  // namespace cartstorm::sim::explore

#include <algorithm>

#include "ota/record.hpp"
#include "patch_plan.hpp"

namespace ota {
namespace {

// Operations, by their highest bits (DELTA.md). All others are a fix with the last difference.
constexpr std::uint8_t fix_other = 0x80;
constexpr std::uint8_t copy_run = 0xc0;
constexpr std::uint8_t literal_run = 0xd0;
constexpr std::uint8_t seek_by = 0xe0;
constexpr std::uint8_t borrow_run = 0xf0;

constexpr unsigned new_difference = 3;
constexpr std::uint32_t copy_long = 14;
constexpr std::uint32_t copy_rest = 15;
constexpr std::uint32_t literal_long = 15;
constexpr std::uint32_t borrow_least = 4;
constexpr unsigned number_bits = 28;

/// Positions and distances are taken modulo 2^32: one before the base is far behind it, so a single
/// comparison with its size finds both.
constexpr std::uint32_t from_zigzag(std::uint32_t value) { return value >> 1 ^ (0 - (value & 1)); }

std::byte low_byte(std::uint32_t value) { return static_cast<std::byte>(value & 0xff); }

}  // namespace

/// What one feed was handed, without what it has used.
struct PatchDecoder::Stream {
  Flash& flash;
  Region base;
  Bytes in;
  MutableBytes out;
  std::uint32_t& offset;

  Bytes take(std::size_t size) {
    const Bytes taken = in.first(size);
    in = in.subspan(size);
    offset += static_cast<std::uint32_t>(size);
    return taken;
  }
  std::uint8_t take() { return std::to_integer<std::uint8_t>(take(1).front()); }
};

Status PatchDecoder::start(const PatchPlan& plan, PatchPlace place, FlashGeometry part) {
  *this = PatchDecoder{};
  if (!is_possible(plan) || place.record >= plan.records() || place.offset < patch_header_bytes ||
      place.offset >= plan.patch_bytes) {
    return Status::corrupt;
  }
  if (!fits(plan, part)) {
    return Status::rejected;
  }
  plan_ = plan;
  place_ = place;
  offset_ = place.offset;
  begin_record();
  return Status::ok;
}

/// Nothing of the record before is left, which is what makes a sector boundary a place to resume.
void PatchDecoder::begin_record() {
  left_ = std::min(plan_.sector_bytes, plan_.target_size - place_.record * plan_.sector_bytes);
  shift_ = 0;
  std::ranges::fill(recent_, std::uint16_t{0});
  difference_ = 0;
  // The index is part of the sum, so that a record in another's place is seen.
  const std::uint32_t index = place_.record;
  const std::byte bytes[] = {low_byte(index), low_byte(index >> 8), low_byte(index >> 16),
                             low_byte(index >> 24)};
  crc_ = crc32(0, bytes);
  stage_ = Stage::operation;
}

Status PatchDecoder::feed(Flash& flash, Region base, Bytes in, std::size_t& consumed,
                          MutableBytes out, std::size_t& produced) {
  consumed = 0;
  produced = 0;
  if (stage_ == Stage::idle || in.size() > plan_.patch_bytes - offset_) {
    return Status::corrupt;
  }
  Stream stream{flash, base, in, out, offset_};
  const std::uint32_t record = place_.record;
  Status status = Status::ok;
  while (status == Status::ok && place_.record == record &&
         (needs_input() ? !stream.in.empty() : needs_output()) &&
         !(needs_output() && stream.out.empty())) {
    status = advance(stream);
  }
  consumed = in.size() - stream.in.size();
  produced = out.size() - stream.out.size();
  // The patch is used up and the sector is not finished: there is nothing to wait for.
  if (status == Status::ok && offset_ == plan_.patch_bytes && needs_input()) {
    status = Status::corrupt;
  }
  if (status == Status::corrupt) {
    stage_ = Stage::idle;
  }
  return status;
}

bool PatchDecoder::needs_input() const {
  return stage_ == Stage::operation || stage_ == Stage::number || stage_ == Stage::literal ||
         stage_ == Stage::check;
}

bool PatchDecoder::needs_output() const {
  return stage_ == Stage::copy || stage_ == Stage::literal || stage_ == Stage::fix_low ||
         stage_ == Stage::fix_high;
}

/// Of the next byte of output, in the target.
std::uint32_t PatchDecoder::position() const {
  const std::uint32_t begin = place_.record * plan_.sector_bytes;
  return begin + std::min(plan_.sector_bytes, plan_.target_size - begin) - left_;
}

Status PatchDecoder::advance(Stream& stream) {
  switch (stage_) {
    case Stage::operation:
      return take_operation(stream.take());
    case Stage::number:
      return take_number(stream.take());
    case Stage::copy:
      return copy(stream);
    case Stage::literal:
      put_literal(stream);
      return Status::ok;
    case Stage::fix_low:
      return put_low(stream);
    case Stage::fix_high:
      put_high(stream);
      return Status::ok;
    case Stage::check:
      return take_check(stream.take());
    case Stage::idle:
    case Stage::complete:
      break;
  }
  return Status::ok;
}

Status PatchDecoder::take_operation(std::uint8_t operation) {
  const std::uint32_t low = operation & 15u;
  if (operation < fix_other) {
    run_ = 2u * operation;
    return fix(0, recent_[0]);
  }
  if (operation < copy_run) {
    run_ = 2 * low;
    const unsigned recent = 1 + (operation >> 4 & 3u);
    if (recent <= new_difference) {
      return fix(recent, recent_[recent]);
    }
  } else if (operation < literal_run && low != copy_long) {
    return begin_copy(low == copy_rest ? left_ : low + 1, shift_);
  } else if (operation >= literal_run && operation < seek_by && low != literal_long) {
    return begin_literal(low + 1);
  }
  operation_ = operation;
  begin_number();
  return Status::ok;
}

void PatchDecoder::begin_number() {
  number_ = 0;
  bits_ = 0;
  stage_ = Stage::number;
}

Status PatchDecoder::take_number(std::uint8_t digit) {
  // One way to write a number: no zero at the end, and never more than 28 bits.
  const bool is_overlong = bits_ > 0 && digit == 0;
  if (bits_ == number_bits || is_overlong) {
    return Status::corrupt;
  }
  number_ |= (digit & 0x7fu) << bits_;
  bits_ = static_cast<std::uint8_t>(bits_ + 7);
  return (digit & 0x80u) != 0 ? Status::ok : apply_number();
}

Status PatchDecoder::apply_number() {
  const std::uint32_t low = operation_ & 15u;
  if (operation_ < copy_run) {
    return fix_learned(number_);
  }
  if (operation_ < literal_run) {
    return begin_copy(copy_long + 1 + number_, shift_);
  }
  if (operation_ < seek_by) {
    return begin_literal(literal_long + 1 + number_);
  }
  if (operation_ < borrow_run) {
    return seek(number_ << 4 | low);
  }
  return begin_copy(borrow_least + low, shift_ + from_zigzag(number_));
}

Status PatchDecoder::seek(std::uint32_t zigzag) {
  shift_ += from_zigzag(zigzag);
  stage_ = Stage::operation;
  return position() + shift_ < plan_.base_size ? Status::ok : Status::corrupt;
}

Status PatchDecoder::fix_learned(std::uint32_t zigzag) {
  if (zigzag > 0xffff) {
    return Status::corrupt;
  }
  return fix(new_difference, static_cast<std::uint16_t>(from_zigzag(zigzag)));
}

/// Moves the difference to the front; what stood at `recent` gives way.
Status PatchDecoder::fix(unsigned recent, std::uint16_t difference) {
  if (difference == 0) {
    return Status::corrupt;
  }
  std::copy_backward(recent_, recent_ + recent, recent_ + recent + 1);
  recent_[0] = difference;
  difference_ = difference;
  return begin_copy(run_, shift_);
}

/// The only way to read the base: all that the operation will read is judged here, before.
Status PatchDecoder::begin_copy(std::uint32_t size, std::uint32_t shift) {
  source_ = position() + shift;
  run_ = size;
  stage_ = size > 0 ? Stage::copy : Stage::fix_low;
  const std::uint32_t reads = size + (difference_ != 0 ? 2 : 0);
  const bool is_inside =
      source_ <= plan_.base_size && reads <= plan_.base_size - source_ && reads <= left_;
  return is_inside ? Status::ok : Status::corrupt;
}

Status PatchDecoder::begin_literal(std::uint32_t size) {
  run_ = size;
  stage_ = Stage::literal;
  return size <= left_ ? Status::ok : Status::corrupt;
}

Status PatchDecoder::copy(Stream& stream) {
  const std::size_t size = std::min<std::size_t>(run_, stream.out.size());
  const Status status = stream.flash.read(stream.base, source_, stream.out.first(size));
  if (status != Status::ok) {
    return status;
  }
  source_ += static_cast<std::uint32_t>(size);
  produce(stream, size);
  if (run_ == 0 && difference_ != 0) {
    stage_ = Stage::fix_low;
  }
  return status;
}

void PatchDecoder::put_literal(Stream& stream) {
  const std::size_t size = std::min({std::size_t{run_}, stream.in.size(), stream.out.size()});
  std::ranges::copy(stream.take(size), stream.out.begin());
  produce(stream, size);
}

/// The two bytes of a halfword may go to two outputs.
Status PatchDecoder::put_low(Stream& stream) {
  std::byte halfword[2];
  const Status status = stream.flash.read(stream.base, source_, halfword);
  if (status != Status::ok) {
    return status;
  }
  const auto old = static_cast<unsigned>(halfword[0]) | static_cast<unsigned>(halfword[1]) << 8;
  fixed_ = static_cast<std::uint16_t>(old + difference_);
  difference_ = 0;
  run_ = 2;
  stream.out.front() = low_byte(fixed_);
  produce(stream, 1);
  stage_ = Stage::fix_high;
  return status;
}

void PatchDecoder::put_high(Stream& stream) {
  stream.out.front() = low_byte(fixed_ >> 8);
  produce(stream, 1);
}

/// `size` bytes at the front of the output are what the sector has there.
void PatchDecoder::produce(Stream& stream, std::size_t size) {
  crc_ = crc32(crc_, stream.out.first(size));
  stream.out = stream.out.subspan(size);
  left_ -= static_cast<std::uint32_t>(size);
  run_ -= static_cast<std::uint32_t>(size);
  if (left_ == 0) {
    begin_number();
    stage_ = Stage::check;
  } else if (run_ == 0) {
    stage_ = Stage::operation;
  }
}

Status PatchDecoder::take_check(std::uint8_t value) {
  number_ |= std::uint32_t{value} << bits_;
  bits_ = static_cast<std::uint8_t>(bits_ + 8);
  return bits_ < 32 ? Status::ok : end_record();
}

Status PatchDecoder::end_record() {
  if (number_ != crc_) {
    return Status::corrupt;
  }
  ++place_.record;
  place_.offset = offset_;
  if (place_.record < plan_.records()) {
    begin_record();
    return Status::ok;
  }
  stage_ = Stage::complete;
  return offset_ == plan_.patch_bytes ? Status::ok : Status::corrupt;
}

}  // namespace ota

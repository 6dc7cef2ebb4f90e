#include <algorithm>
#include <array>

#include "delta_sector.hpp"
#include "ota/record.hpp"

namespace ota::host {
namespace {

using Kind = DeltaStep::Kind;

// Operations, by their highest bits (DELTA.md).
constexpr std::uint32_t fix_other = 0x80;
constexpr std::uint32_t copy_run = 0xc0;
constexpr std::uint32_t literal_run = 0xd0;
constexpr std::uint32_t seek_by = 0xe0;
constexpr std::uint32_t borrow_run = 0xf0;

constexpr std::uint32_t longest_gap = 127;       // halfwords before a fix with the last difference
constexpr std::uint32_t longest_other_gap = 15;  // before one with another
constexpr std::uint32_t copy_short = 14;
constexpr std::uint32_t copy_rest = 15;
constexpr std::uint32_t literal_short = 15;
constexpr std::uint32_t borrow_least = 4;
constexpr std::uint32_t new_difference = 3;

/// Writes the operations of one record.
class RecordWriter {
 public:
  RecordWriter(std::vector<std::byte>& out, const DeltaSector& sector)
      : out_(out), sector_(sector), left_(sector.size) {}

  void write(const std::vector<DeltaStep>& steps) {
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const DeltaStep& step = steps[i];
      const bool is_before_fix = i + 1 < steps.size() && steps[i + 1].kind == Kind::fix;
      if (step.kind == Kind::copy && is_before_fix && steps[i + 1].shift == step.shift &&
          is_gap(step.size, steps[i + 1].difference)) {
        gap_ = step.size / 2;
        continue;
      }
      one(step);
      left_ -= step.size + 2 * gap_;
      gap_ = 0;
    }
  }

 private:
  void put(std::uint32_t value) { out_.push_back(static_cast<std::byte>(value & 0xff)); }
  void number(std::uint32_t value) {
    for (; value >= 0x80; value >>= 7) {
      put(value | 0x80);
    }
    put(value);
  }

  std::size_t recent(std::uint16_t difference) const {
    const auto found = std::ranges::find(recent_, difference) - recent_.begin();
    return static_cast<std::size_t>(found);
  }
  bool is_gap(std::uint32_t size, std::uint16_t difference) const {
    const std::uint32_t most = recent(difference) == 0 ? longest_gap : longest_other_gap;
    return size % 2 == 0 && size / 2 <= most;
  }

  void one(const DeltaStep& step) {
    switch (step.kind) {
      case Kind::copy:
        seek(step.shift);
        copy(step.size);
        break;
      case Kind::fix:
        seek(step.shift);
        fix(step.difference);
        break;
      case Kind::literal:
        literal(step.size);
        break;
      case Kind::borrow:
        put(borrow_run | (step.size - borrow_least));
        number(zigzag(step.shift - shift_));
        break;
    }
  }

  void seek(std::int32_t shift) {
    if (shift == shift_) {
      return;
    }
    const std::uint32_t by = zigzag(shift - shift_);
    put(seek_by | (by & 15));
    number(by >> 4);
    shift_ = shift;
  }

  void copy(std::uint32_t size) {
    if (size == left_) {
      put(copy_run | copy_rest);
    } else if (size <= copy_short) {
      put(copy_run | (size - 1));
    } else {
      put(copy_run | copy_short);
      number(size - copy_short - 1);
    }
  }

  void literal(std::uint32_t size) {
    if (size <= literal_short) {
      put(literal_run | (size - 1));
    } else {
      put(literal_run | literal_short);
      number(size - literal_short - 1);
    }
    const Bytes content = sector_.content().subspan(sector_.size - left_, size);
    out_.insert(out_.end(), content.begin(), content.end());
  }

  void fix(std::uint16_t difference) {
    const std::size_t at = recent(difference);
    if (at == 0) {
      put(gap_);
    } else if (at < recent_.size()) {
      put(fix_other | static_cast<std::uint32_t>(at - 1) << 4 | gap_);
    } else {
      put(fix_other | new_difference << 4 | gap_);
      number(zigzag(static_cast<std::int16_t>(difference)));
    }
    const auto last =
        recent_.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(at, new_difference));
    std::copy_backward(recent_.begin(), last, last + 1);
    recent_.front() = difference;
  }

  std::vector<std::byte>& out_;
  const DeltaSector& sector_;
  std::uint32_t left_;  ///< bytes of the sector that are not written
  std::uint32_t gap_ = 0;
  std::int32_t shift_ = 0;
  std::array<std::uint16_t, 4> recent_{};
};

}  // namespace

void append_record(std::vector<std::byte>& out, const DeltaSector& sector, std::uint32_t index,
                   const std::vector<DeltaStep>& steps) {
  const std::size_t begin = out.size();
  RecordWriter{out, sector}.write(steps);
  std::vector<std::byte> literal;
  RecordWriter{literal, sector}.write({{Kind::literal, sector.size}});
  // The cheapest steps are the cheapest by estimate; a record never costs more than its sector.
  if (literal.size() < out.size() - begin) {
    out.resize(begin);
    out.insert(out.end(), literal.begin(), literal.end());
  }
  std::array<std::byte, 4> number;
  const auto write = [&number](std::uint32_t value) {
    for (std::byte& b : number) {
      b = static_cast<std::byte>(value & 0xff);
      value >>= 8;
    }
  };
  write(index);
  const std::uint32_t sum = crc32(crc32(0, number), sector.content());
  write(sum);
  out.insert(out.end(), number.begin(), number.end());
}

}  // namespace ota::host

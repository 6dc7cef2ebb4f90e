#include "patches.hpp"

#include <algorithm>

#include "ota/record.hpp"

namespace ota::test {
namespace {

constexpr std::byte untouched{0xa5};

Octets little_endian(std::uint32_t value) {
  return octets({value & 0xff, value >> 8 & 0xff, value >> 16 & 0xff, value >> 24});
}

}  // namespace

Octets octets(std::initializer_list<unsigned> values) {
  Octets result;
  for (const unsigned value : values) {
    result.push_back(static_cast<std::byte>(value));
  }
  return result;
}

Octets joined(std::initializer_list<Octets> parts) {
  Octets result;
  for (const Octets& part : parts) {
    result.insert(result.end(), part.begin(), part.end());
  }
  return result;
}

Octets counting(std::size_t size) {
  Octets result(size);
  for (std::size_t i = 0; i < size; ++i) {
    result[i] = static_cast<std::byte>(i & 0xff);
  }
  return result;
}

Status BaseSlot::read(Region, std::uint32_t offset, MutableBytes out) {
  if (offset > image_.size() || out.size() > image_.size() - offset) {
    return refuse();
  }
  if (reads_++ == failing_read_) {
    return failure_;
  }
  std::copy_n(image_.begin() + offset, out.size(), out.begin());
  return Status::ok;
}

Status BaseSlot::refuse() {
  ++trespasses_;
  return Status::out_of_range;
}

void BaseSlot::fail_at(std::uint32_t read, Status status) {
  failing_read_ = read;
  failure_ = status;
}

Octets record(std::uint32_t index, const Octets& operations, const Octets& output) {
  const std::uint32_t sum = crc32(crc32(0, little_endian(index)), output);
  return joined({operations, little_endian(sum)});
}

PatchPlan plan_for(const Octets& base, std::size_t target_size, std::size_t record_bytes) {
  return {256, static_cast<std::uint32_t>(patch_header_bytes + record_bytes),
          static_cast<std::uint32_t>(base.size()), static_cast<std::uint32_t>(target_size)};
}

Fed feed(const Feeding& feeding) {
  BaseSlot flash{feeding.base};
  PatchDecoder decoder{};
  Fed result;
  result.status = decoder.start(feeding.plan, feeding.place, flash.geometry());
  std::size_t at = 0;
  bool is_stuck = false;
  while (result.status == Status::ok && !decoder.is_complete() && !is_stuck) {
    Octets room(feeding.out_piece + 1, untouched);
    const std::size_t size = std::min(feeding.in_piece, feeding.records.size() - at);
    const std::uint32_t sector = decoder.place().record;
    std::size_t consumed = 0;
    std::size_t produced = 0;
    result.status = decoder.feed(flash, Region::slot_a, Bytes{feeding.records}.subspan(at, size),
                                 consumed, MutableBytes{room}.first(feeding.out_piece), produced);
    result.is_within_output &= produced <= feeding.out_piece && room.back() == untouched;
    result.output.insert(result.output.end(), room.begin(),
                         room.begin() + static_cast<std::ptrdiff_t>(produced));
    at += consumed;
    is_stuck = consumed == 0 && produced == 0;
    if (decoder.place().record != sector) {
      result.places.push_back(decoder.place());
    }
  }
  result.is_complete = decoder.is_complete() && at == feeding.records.size();
  result.trespasses = flash.trespasses();
  return result;
}

}  // namespace ota::test

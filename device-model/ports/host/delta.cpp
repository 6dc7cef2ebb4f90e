#include "ota/host/delta.hpp"

#include <algorithm>
#include <bit>

#include "delta_sector.hpp"
#include "ota/bytes.hpp"
#include "ota/host/crypto.hpp"
#include "ota/record.hpp"

namespace ota::host {
namespace {

bool is_image(Bytes image) { return !image.empty() && image.size() <= patch_largest_image; }

bool is_sector(std::uint32_t bytes) {
  return std::has_single_bit(bytes) && bytes >= patch_smallest_sector &&
         bytes <= patch_largest_sector;
}

PatchImage describe(Bytes image, Version version) {
  return {version, static_cast<std::uint32_t>(image.size()), sha256(image)};
}

void append_records(std::vector<std::byte>& patch, Bytes base, Bytes target,
                    std::uint32_t sector_bytes) {
  const SuffixIndex index{base};
  std::uint32_t record = 0;
  for (std::size_t at = 0; at < target.size(); at += sector_bytes) {
    const auto size =
        static_cast<std::uint32_t>(std::min<std::size_t>(sector_bytes, target.size() - at));
    const DeltaSector sector{base, target, static_cast<std::uint32_t>(at), size};
    const auto steps = cheapest_steps(sector, find_shifts(sector, index));
    append_record(patch, sector, record, borrow_literals(sector, index, steps));
    ++record;
  }
}

/// The base as a slot that can only be read.
class BaseFlash final : public Flash {
 public:
  explicit BaseFlash(Bytes base) : base_(base) {}

  FlashGeometry geometry() const override {
    return {1, patch_largest_sector, patch_largest_image + patch_largest_sector};
  }
  Status read(Region, std::uint32_t offset, MutableBytes out) override {
    if (offset > base_.size() || out.size() > base_.size() - offset) {
      return Status::out_of_range;
    }
    std::ranges::copy(base_.subspan(offset, out.size()), out.begin());
    return Status::ok;
  }
  Status program(Region, std::uint32_t, Bytes) override { return Status::out_of_range; }
  Status erase(Region, std::uint32_t) override { return Status::out_of_range; }

 private:
  Bytes base_;
};

bool decode_records(const PatchHeader& header, Bytes base, Bytes patch, MutableBytes target) {
  BaseFlash flash{base};
  PatchDecoder decoder{};
  Status status = decoder.start(plan_of(header), patch_first_place, flash.geometry());
  Bytes in = patch.subspan(patch_header_bytes);
  std::size_t consumed = 1;
  std::size_t produced = 0;
  while (status == Status::ok && !decoder.is_complete() && consumed + produced > 0) {
    status = decoder.feed(flash, Region::slot_a, in, consumed, target, produced);
    in = in.subspan(consumed);
    target = target.subspan(produced);
  }
  return status == Status::ok && in.empty() && target.empty();
}

}  // namespace

void encode(const PatchHeader& header, std::span<std::byte, patch_header_bytes> out) {
  ByteWriter w{out};
  w.u32(patch_magic);
  w.u16(patch_format);
  w.u16(patch_header_bytes);
  w.u32(header.sector_bytes);
  w.u32(header.patch_bytes);
  w.u32(plan_of(header).records());
  for (const PatchImage* image : {&header.base, &header.target}) {
    w.u32(image->version.value);
    w.u32(image->size);
    w.bytes(image->digest);
  }
  w.u32(crc32(0, out.first(patch_header_bytes - 4)));
}

std::optional<std::vector<std::byte>> make_patch(Bytes base, Bytes target,
                                                 const PatchOptions& options) {
  if (!is_image(base) || !is_image(target) || !is_sector(options.sector_bytes)) {
    return std::nullopt;
  }
  std::vector<std::byte> patch(patch_header_bytes);
  append_records(patch, base, target, options.sector_bytes);
  const PatchHeader header{options.sector_bytes, static_cast<std::uint32_t>(patch.size()),
                           describe(base, options.base_version),
                           describe(target, options.target_version)};
  encode(header, std::span{patch}.first<patch_header_bytes>());
  return patch;
}

std::optional<std::vector<std::byte>> apply_patch(Bytes base, Bytes patch) {
  PatchHeader header;
  if (patch.size() < patch_header_bytes ||
      decode(patch.first(patch_header_bytes), header) != Status::ok ||
      header.patch_bytes != patch.size() || header.base.size != base.size() ||
      header.base.digest != sha256(base)) {
    return std::nullopt;
  }
  std::vector<std::byte> target(header.target.size);
  const bool is_made = decode_records(header, base, patch, target);
  return is_made && sha256(target) == header.target.digest ? std::optional{std::move(target)}
                                                           : std::nullopt;
}

}  // namespace ota::host

#include "ota/bytes.hpp"
#include "ota/record.hpp"
#include "ota/trailer.hpp"
#include "patch_plan.hpp"

namespace ota {
namespace {

constexpr std::size_t crc_at = patch_header_bytes - 4;
// A record takes at least one operation and its CRC; and a literal record is never far above its
// sector, so nothing longer needs to be accepted.
constexpr std::uint32_t shortest_record = 5;
constexpr std::uint32_t longest_overhead = 8;

PatchImage read_image(ByteReader& r) {
  PatchImage image;
  image.version.value = r.u32();
  image.size = r.u32();
  r.bytes(image.digest);
  return image;
}

bool is_size(std::uint32_t bytes) { return bytes > 0 && bytes <= patch_largest_image; }

}  // namespace

bool is_possible(const PatchPlan& plan) {
  const bool is_power_of_two = (plan.sector_bytes & (plan.sector_bytes - 1)) == 0;
  if (!is_power_of_two || plan.sector_bytes < patch_smallest_sector ||
      plan.sector_bytes > patch_largest_sector || !is_size(plan.base_size) ||
      !is_size(plan.target_size)) {
    return false;
  }
  const std::uint32_t records = plan.records();
  return plan.patch_bytes >= patch_header_bytes + records * shortest_record &&
         plan.patch_bytes <= patch_header_bytes + plan.target_size + records * longest_overhead;
}

PatchPlan plan_of(const PatchHeader& header) {
  return {header.sector_bytes, header.patch_bytes, header.base.size, header.target.size};
}

Status decode(Bytes in, PatchHeader& out) {
  if (in.size() != patch_header_bytes) {
    return Status::corrupt;
  }
  ByteReader r{in};
  const bool is_ours =
      r.u32() == patch_magic && r.u16() == patch_format && r.u16() == patch_header_bytes;
  out.sector_bytes = r.u32();
  out.patch_bytes = r.u32();
  const std::uint32_t records = r.u32();
  out.base = read_image(r);
  out.target = read_image(r);
  if (!is_ours || r.u32() != crc32(0, in.first(crc_at))) {
    return Status::corrupt;
  }
  const PatchPlan plan = plan_of(out);
  return is_possible(plan) && records == plan.records() ? Status::ok : Status::corrupt;
}

bool fits(const PatchPlan& plan, FlashGeometry part) {
  const std::uint32_t room = image_capacity(part);
  return part.sector_size % plan.sector_bytes == 0 && plan.base_size <= room &&
         plan.target_size <= room;
}

Status match(const PatchHeader& header, const PatchImage& running, const PatchImage& wanted,
             FlashGeometry part) {
  const bool is_match =
      header.base == running && header.target == wanted && fits(plan_of(header), part);
  return is_match ? Status::ok : Status::rejected;
}

}  // namespace ota

#include "ota/provision.hpp"

#include <algorithm>

#include "ota/boot_record.hpp"
#include "ota/counters.hpp"
#include "ota/journal.hpp"
#include "ota/trust.hpp"
#include "slot.hpp"

namespace ota {
namespace {

Status judge(Hardware& hardware, const FactoryState& factory, Manifest& manifest) {
  if (factory.anchors.size() > TrustStore::installed_capacity || !is_trailer(factory.trailer) ||
      decode(manifest_of(factory.trailer), manifest) != Status::ok ||
      manifest.image_size != factory.image.size() ||
      manifest.image_size > image_capacity(hardware.flash.geometry()) ||
      digest_of(hardware.crypto, factory.image) != manifest.image_digest) {
    return Status::rejected;
  }
  const bool ids_match = std::all_of(
      factory.anchors.begin(), factory.anchors.end(),
      [&](const Anchor& anchor) { return anchor_id_of(hardware.crypto, anchor.key) == anchor.id; });
  return ids_match ? Status::ok : Status::rejected;
}

Status erase_sectors(Flash& flash, Region region, std::uint32_t first, std::uint32_t end) {
  const std::uint32_t sector = flash.geometry().sector_size;
  for (std::uint32_t at = first / sector * sector; at < end; at += sector) {
    const Status status = flash.erase(region, at);
    if (status != Status::ok) {
      return status;
    }
  }
  return Status::ok;
}

Status write_slot(Flash& flash, const FactoryState& factory) {
  const FlashGeometry geometry = flash.geometry();
  const auto size = static_cast<std::uint32_t>(factory.image.size());
  if (factory.write_image) {
    Status status = erase_sectors(flash, Region::slot_a, 0, size);
    if (status == Status::ok) {
      status = program_padded(flash, Region::slot_a, 0, factory.image);
    }
    if (status != Status::ok) {
      return status;
    }
  }
  const Status status =
      erase_sectors(flash, Region::slot_a, trailer_offset(geometry), geometry.slot_size);
  return status == Status::ok
             ? program_padded(flash, Region::slot_a, trailer_offset(geometry), factory.trailer)
             : status;
}

Status write_records(Hardware& hardware, const FactoryState& factory, const Manifest& manifest) {
  TrustStore trust;
  AnchorId removed;
  for (const Anchor& anchor : factory.anchors) {
    trust.install(anchor, {}, removed);
  }
  BootRecord boot;
  boot.confirmed_mask = mask_of(Slot::a);
  boot.invalid_mask = mask_of(Slot::b);
  boot.security_floor = manifest.security_version;
  boot.pin(Slot::a) = {manifest.version, manifest.security_version, manifest.image_digest,
                       digest_of(hardware.crypto, factory.trailer)};
  Status status = format(hardware.flash, trust, 1);
  if (status == Status::ok) {
    status = format(hardware.flash, Counters{}, 1);
  }
  if (status == Status::ok) {
    status = format(hardware.flash, Journal{}, 1);
  }
  // Last: a cart that lost power in the factory has no boot record and is provisioned again.
  return status == Status::ok ? format(hardware.flash, boot, 1) : status;
}

}  // namespace

Status provision(Hardware& hardware, const FactoryState& factory) {
  Manifest manifest;
  Status status = judge(hardware, factory, manifest);
  if (status == Status::ok) {
    status = write_slot(hardware.flash, factory);
  }
  return status == Status::ok ? write_records(hardware, factory, manifest) : status;
}

}  // namespace ota

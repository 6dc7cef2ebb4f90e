#include "slot_check.hpp"

#include "ota/observer.hpp"

namespace ota {
namespace {

/// Everything but a power cut that goes wrong with a slot means: do not boot it.
Status refused(Status status) { return status == Status::power_lost ? status : Status::rejected; }

/// Reads and decodes the trailer; refuses sizes that would read outside the image area.
Status manifest_in(Hardware& hardware, Slot slot, ManifestBytes& trailer, Manifest& manifest) {
  Status status = read_trailer(hardware, slot, trailer);
  if (status == Status::ok) {
    status = decode(trailer, manifest);
  }
  if (status == Status::ok && manifest.image_size > image_capacity(hardware.flash.geometry())) {
    status = Status::rejected;
  }
  return status == Status::ok ? status : refused(status);
}

Status compare_with_pin(Hardware& hardware, const SlotPin& pin, Slot slot, Digest& image) {
  ManifestBytes trailer;
  Manifest manifest;
  Status status = manifest_in(hardware, slot, trailer, manifest);
  if (status != Status::ok) {
    return status;
  }
  if (digest_of(hardware.crypto, trailer) != pin.manifest) {
    return Status::rejected;
  }
  status = digest_image(hardware, slot, manifest.image_size, image);
  if (status != Status::ok) {
    return refused(status);
  }
  return image == pin.image && image == manifest.image_digest ? Status::ok : Status::rejected;
}

}  // namespace

Status check_pinned(Hardware& hardware, const BootRecord& record, Slot slot) {
  const SlotPin& pin = record.pin(slot);
  Digest image{};
  Status status = compare_with_pin(hardware, pin, slot, image);
  if (status == Status::rejected) {
    status = compare_with_pin(hardware, pin, slot, image);
  }
  if (status == Status::power_lost) {
    return status;
  }
  const bool matches = status == Status::ok;
  const bool is_allowed = matches && pin.security_version >= record.security_floor;
  hardware.observer.on(fact::BootVerified{slot, image, matches, pin.security_version,
                                          record.security_floor, is_allowed});
  return is_allowed ? Status::ok : Status::rejected;
}

Status check_signed(Hardware& hardware, const TrustStore& trust, Slot slot, SlotPin& pin) {
  ManifestBytes trailer;
  Manifest manifest;
  Status status = manifest_in(hardware, slot, trailer, manifest);
  if (status != Status::ok) {
    return status;
  }
  const Anchor* anchor = trust.find_known(manifest.anchor);
  const Digest message =
      digest_of(hardware.crypto, std::span{trailer}.first(manifest_signed_bytes));
  bool is_signed = false;
  if (anchor != nullptr) {
    is_signed = hardware.crypto.verify(anchor->key, message, manifest.signature) == Status::ok;
  }
  Digest image{};
  if (is_signed) {
    status = digest_image(hardware, slot, manifest.image_size, image);
  }
  if (status == Status::power_lost) {
    return status;
  }
  const bool is_whole = is_signed && status == Status::ok && image == manifest.image_digest;
  hardware.observer.on(
      fact::BootVerified{slot, image, is_signed, manifest.security_version, 0, is_whole});
  pin = {manifest.version, manifest.security_version, image, digest_of(hardware.crypto, trailer)};
  return is_whole ? Status::ok : Status::rejected;
}

}  // namespace ota

#include "slot_check.hpp"

#include "ota/observer.hpp"

namespace ota {
namespace {

/// Everything but a power cut that goes wrong with a slot means: do not boot it.
Status refused(Status status) { return status == Status::power_lost ? status : Status::rejected; }

/// Reads and decodes the head; refuses sizes that would read outside the image area.
Status manifest_in(Hardware& hardware, Slot slot, Manifest& manifest, std::size_t& size) {
  TrailerHead head;
  Status status = read_trailer_head(hardware, slot, head, size);
  if (status == Status::ok) {
    status = decode(manifest_of(head), manifest);
  }
  if (status == Status::ok && manifest.image_size > image_capacity(hardware.flash.geometry())) {
    status = Status::rejected;
  }
  return status == Status::ok ? status : refused(status);
}

Status compare_with_pin(Hardware& hardware, const SlotPin& pin, Slot slot, Digest& image) {
  Manifest manifest;
  Digest trailer;
  std::size_t size = 0;
  Status status = manifest_in(hardware, slot, manifest, size);
  if (status == Status::ok) {
    status = digest_trailer(hardware, slot, size, trailer);
  }
  if (status != Status::ok || trailer != pin.trailer) {
    return refused(status);
  }
  status = digest_image(hardware, slot, manifest.image_size, image);
  if (status != Status::ok) {
    return refused(status);
  }
  return image == pin.image && image == manifest.image_digest ? Status::ok : Status::rejected;
}

/// The trailer as it stands in flash, for as long as its signature is looked at.
struct Trailer {
  std::byte bytes[trailer_capacity];
  std::size_t size = 0;

  Bytes whole() const { return {bytes, size}; }
};

Status read_trailer(Hardware& hardware, Slot slot, Trailer& out, Manifest& manifest) {
  Status status = manifest_in(hardware, slot, manifest, out.size);
  if (status == Status::ok) {
    status = hardware.flash.read(region_of(slot), trailer_offset(hardware.flash.geometry()),
                                 MutableBytes{out.bytes, out.size});
  }
  if (status == Status::ok &&
      (!is_trailer(out.whole()) || decode(manifest_of(out.whole()), manifest) != Status::ok ||
       manifest.image_size > image_capacity(hardware.flash.geometry()))) {
    status = Status::rejected;  // it read differently just now
  }
  return status == Status::ok ? status : refused(status);
}

}  // namespace

bool is_signed_below(Crypto& crypto, const Anchor& anchor, Bytes trailer, const Manifest& manifest,
                     ChainVerdict& chain, Signer& signer) {
  chain = crypto.check_chain(chain_of(trailer), anchor, signer);
  if (chain != ChainVerdict::ok) {
    return false;
  }
  const Digest message = digest_of(crypto, trailer.first(manifest_signed_bytes));
  return crypto.verify(signer.key, message, manifest.signature) == Status::ok;
}

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
  Trailer trailer;
  Manifest manifest;
  Status status = read_trailer(hardware, slot, trailer, manifest);
  if (status != Status::ok) {
    return status;
  }
  const Anchor* anchor = trust.find_known(manifest.anchor);
  ChainVerdict chain{};
  Signer signer;
  const bool is_signed =
      anchor != nullptr &&
      is_signed_below(hardware.crypto, *anchor, trailer.whole(), manifest, chain, signer);
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
  pin = {manifest.version, manifest.security_version, image,
         digest_of(hardware.crypto, trailer.whole())};
  return is_whole ? Status::ok : Status::rejected;
}

}  // namespace ota

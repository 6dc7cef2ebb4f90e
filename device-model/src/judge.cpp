#include "ota/judge.hpp"

#include "ota/trailer.hpp"
#include "slot_check.hpp"

namespace ota {
namespace {

/// Why a manifest is not signed as it must be.
Reason reason_for(ChainVerdict chain) {
  switch (chain) {
    case ChainVerdict::ok:
      return Reason::bad_signature;
    case ChainVerdict::malformed:
      return Reason::bad_chain;
    case ChainVerdict::untrusted:
      return Reason::untrusted_chain;
    case ChainVerdict::wrong_use:
      return Reason::wrong_key_use;
  }
  return Reason::bad_chain;
}

}  // namespace

Reason judge_fit(const Manifest& manifest, const Identity& identity, const FlashGeometry& geometry,
                 Version running, std::uint32_t security_floor) {
  if (manifest.flags != 0) {
    return Reason::unknown_flag;
  }
  if (identity.hardware_revision >= 32 ||
      (manifest.hardware_mask >> identity.hardware_revision & 1) == 0) {
    return Reason::wrong_hardware;
  }
  if (manifest.layout != identity.layout) {
    return Reason::wrong_layout;
  }
  if (manifest.security_version < security_floor) {
    return Reason::older_security_version;
  }
  if (manifest.version < running) {
    return Reason::downgrade;
  }
  const bool fits = manifest.image_size > 0 && manifest.image_size <= image_capacity(geometry);
  return fits ? Reason::none : Reason::image_too_large;
}

Reason judge_trust(const Manifest& manifest, Bytes trailer, const Anchor& anchor, Crypto& crypto,
                   UnixTime server_time) {
  ChainVerdict chain{};
  Signer signer;
  if (!is_signed_below(crypto, anchor, trailer, manifest, chain, signer)) {
    return reason_for(chain);
  }
  if (server_time < manifest.issued) {
    return Reason::not_yet_valid;
  }
  if (server_time >= manifest.expires) {
    return Reason::expired;
  }
  if (server_time < signer.not_before) {
    return Reason::signer_not_yet_valid;
  }
  if (server_time >= signer.not_after) {
    return Reason::signer_expired;
  }
  return server_time < anchor.not_after ? Reason::none : Reason::anchor_expired;
}

bool is_rejection(Reason reason) {
  switch (reason) {
    case Reason::malformed_document:
    case Reason::document_too_large:
    case Reason::document_mismatch:
    case Reason::malformed_manifest:
    case Reason::unknown_flag:
    case Reason::wrong_hardware:
    case Reason::wrong_layout:
    case Reason::older_security_version:
    case Reason::quarantined:
    case Reason::opted_out:
    case Reason::downgrade:
      return true;
    case Reason::none:
    case Reason::image_too_large:
    case Reason::bad_signature:
    case Reason::not_yet_valid:
    case Reason::expired:
    case Reason::bad_chain:
    case Reason::untrusted_chain:
    case Reason::wrong_key_use:
    case Reason::signer_not_yet_valid:
    case Reason::signer_expired:
    case Reason::anchor_expired:
    case Reason::digest_mismatch:
    case Reason::download_failed:
    case Reason::flash_failed:
    case Reason::record_failed:
    case Reason::self_test_failed:
    case Reason::rolled_back:
    case Reason::cancelled:
      return false;
  }
  return false;
}

}  // namespace ota

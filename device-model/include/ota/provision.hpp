#pragma once
#include "ota/hardware.hpp"

namespace ota {

/// One trusted signer of manifests.
struct Anchor {
  AnchorId id;
  PublicKey key;
};

/// What the factory puts on a cart: an image in slot A with its manifest, confirmed, and the
/// anchors it trusts. `write_image` false: the image bytes are already in the slot.
struct FactoryState {
  Bytes image;
  Bytes manifest;  ///< 192 bytes, WIRE.md section 9
  std::span<const Anchor> anchors;
  bool write_image = true;
};

/// Formats every record region and installs the factory state; the next boot is `confirmed`.
///
/// ok        the cart boots
/// rejected  the manifest does not describe the image, or an anchor id is not its key's digest
Status provision(Hardware&, const FactoryState&);

}  // namespace ota

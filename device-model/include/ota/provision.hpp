#pragma once
#include "ota/hardware.hpp"

namespace ota {

/// What the factory puts on a cart: an image in slot A with its trailer, confirmed, and the
/// CAs it trusts. `write_image` false: the image bytes are already in the slot.
struct FactoryState {
  Bytes image;
  Bytes trailer;  ///< manifest, length and chain (trailer.hpp)
  std::span<const Anchor> anchors;
  bool write_image = true;
};

/// Formats every record region and installs the factory state; the next boot is `confirmed`.
///
/// ok        the cart boots
/// rejected  the trailer does not describe the image, or an anchor id is not its key's digest
Status provision(Hardware&, const FactoryState&);

}  // namespace ota

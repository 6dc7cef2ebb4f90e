#pragma once
#include "ota/provision.hpp"
#include "ota/record.hpp"

namespace ota {

/// The trust anchors of a cart. Installed ones judge new manifests; those that were replaced stay
/// known, so that an installed slot can be checked even when both boot records are lost (D28).
struct TrustStore {
  static constexpr std::size_t known_capacity = 8;
  static constexpr std::size_t installed_capacity = 4;

  Anchor anchors[known_capacity] = {};  ///< newest first; the installed ones come before the others
  std::uint8_t installed = 0;
  std::uint8_t known = 0;  ///< installed ones included

  const Anchor* find_installed(AnchorId) const;
  const Anchor* find_known(AnchorId) const;
  /// Installs an anchor as the newest. `removed` is the one that had to leave the installed ones,
  /// or {} if there was room. Returns false, without a change, if it is installed already.
  bool install(const Anchor&, AnchorId& removed);
};

extern const RecordFormat trust_format;
Status load(Flash&, TrustStore&, RecordPlace&, RecordCare = RecordCare::newest);
Status store(Flash&, const TrustStore&, RecordPlace&);
Status format(Flash&, const TrustStore&, std::uint64_t first_sequence);

/// The id that the key has (WIRE.md section 5).
AnchorId anchor_id_of(Crypto&, const PublicKey&);

}  // namespace ota

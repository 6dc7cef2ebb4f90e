#pragma once
#include <span>

#include "ota/hardware.hpp"
#include "ota/record.hpp"

namespace ota {

/// The CAs of a cart. Installed ones judge new manifests; those that were replaced or removed stay
/// known, so that an installed slot can be checked even when both boot records are lost (D28).
struct TrustStore {
  static constexpr std::size_t known_capacity = 8;
  static constexpr std::size_t installed_capacity = 4;

  Anchor anchors[known_capacity] = {};  ///< newest first; the installed ones come before the others
  std::uint8_t installed = 0;
  std::uint8_t known = 0;  ///< installed ones included

  const Anchor* find_installed(AnchorId) const;
  const Anchor* find_known(AnchorId) const;
  /// Installs an anchor as the newest, or renews it in its place. `removed` is the one that had to
  /// leave the installed ones, or {} if there was room. One that is only known makes room when all
  /// places are taken, the oldest first, but none of `in_use`. False: nothing changes by it.
  bool install(const Anchor&, std::span<const AnchorId> in_use, AnchorId& removed);
  /// Ends the installation of an anchor; it stays known. False, without a change, if it is not
  /// installed or the last one: without any CA a cart could never be updated again (L5).
  bool remove(AnchorId);

 private:
  std::size_t place_of(AnchorId, std::span<const AnchorId> in_use) const;
};

inline constexpr RecordFormat trust_format{Region::trust, 0x31535254 /* "TRS1" */, 1, 714};
Status load(Flash&, TrustStore&, RecordPlace&, RecordCare = RecordCare::newest);
Status store(Flash&, const TrustStore&, RecordPlace&);
Status format(Flash&, const TrustStore&, std::uint64_t first_sequence);

/// The id that the key has (WIRE.md section 5).
AnchorId anchor_id_of(Crypto&, const PublicKey&);

/// Makes an anchor of the certificate of a CA. Statuses as Crypto::read_ca.
Status read_anchor(Crypto&, Bytes certificate, Anchor& out);

}  // namespace ota

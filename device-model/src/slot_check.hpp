#pragma once
#include "ota/boot_record.hpp"
#include "ota/trust.hpp"
#include "slot.hpp"

namespace ota {

/// Compares image and trailer in flash with what the record pinned, and the security version with
/// the floor. Tries a second time before it says no: a cell may read differently once.
///
/// ok          the slot may be jumped to
/// rejected    it may not
/// power_lost  nothing is known
Status check_pinned(Hardware&, const BootRecord&, Slot);

/// Whether the manifest in `trailer` is signed by a signer whose chain leads to the CA. Dates are
/// the caller's business: they stand in `signer` when `chain` is ok.
bool is_signed_below(Crypto&, const Anchor&, Bytes trailer, const Manifest&, ChainVerdict& chain,
                     Signer& signer);

/// Only when both boot records are lost: checks the trailer's chain and signature against every CA
/// ever installed, ignoring dates, and the image against the manifest. On ok `pin` describes the
/// slot.
Status check_signed(Hardware&, const TrustStore&, Slot, SlotPin& pin);

}  // namespace ota

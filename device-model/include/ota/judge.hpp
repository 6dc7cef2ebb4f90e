#pragma once
#include "ota/hardware.hpp"
#include "ota/manifest.hpp"

// Whether a cart takes an image, as the agent judges it; public so that the tools that make images
// ask the same code.
namespace ota {

/// What must hold before any work: everything that needs neither signature nor time. `none` if all
/// of it does.
Reason judge_fit(const Manifest&, const Identity&, const FlashGeometry&, Version running,
                 std::uint32_t security_floor);

/// Chain, signature and every date, `none` if all are right. `trailer` is one whole trailer
/// (is_trailer) and `manifest` what its head decodes to; `server_time` is the cloud's answer to our
/// challenge, never a local clock.
Reason judge_trust(const Manifest&, Bytes trailer, const Anchor&, Crypto&, UnixTime server_time);

/// Whether a reason means that the cart will not try the job at all (WIRE.md section 10).
bool is_rejection(Reason);

}  // namespace ota

#pragma once
#include "json.hpp"
#include "ota/hardware.hpp"
#include "ota/manifest.hpp"
#include "slot.hpp"

namespace ota {

/// One job execution as a describe reply shows it. Texts are views into the message.
struct Offer {
  bool is_present = false;  ///< false: nothing is pending
  std::string_view job;
  std::uint32_t execution = 0;
  std::uint32_t version_number = 0;
  Reason fault = Reason::none;  ///< why the document cannot be used, if it cannot
  std::string_view url;         ///< with JSON escapes
  std::string_view patch_url;   ///< likewise; empty: no patch is offered
  Digest patch_base{};          ///< image that the patch starts from
  ManifestBytes manifest_bytes{};
  Manifest manifest{};     ///< decoded unless `fault`
  std::string_view chain;  ///< base64 that is known to decode
  Digest trailer_digest{};
};

/// Reads the `execution` of a reply. `refusal` stands for a document that was left out because it
/// was too large before. False: the reply makes no sense and is dropped.
bool read_offer(JsonReader&, Crypto&, Reason refusal, Offer&);

/// What must hold before any work: everything that needs neither signature nor time.
Reason judge_fit(const Manifest&, const Identity&, const FlashGeometry&, Version running,
                 std::uint32_t security_floor);

/// Chain, signature and every date. `server_time` is the cloud's answer to our challenge, never a
/// local clock.
Reason judge_trust(const Manifest&, Bytes trailer, const Anchor&, Crypto&, UnixTime server_time);

/// Whether a reason means that the cart will not try the job at all (WIRE.md section 10).
bool is_rejection(Reason);

}  // namespace ota

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

}  // namespace ota

#include <fmt/format.h>
#include <openssl/evp.h>

#include "ota/trailer.hpp"
#include "sim/cli/make/image.hpp"
#include "sim/cli/make/image_files.hpp"
#include "sim/cli/terminal.hpp"

namespace cartstorm::cli {
namespace {

std::string base64(ota::Bytes bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL ends it with a zero
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

/// The member `delta` with a comma before it.
Outcome<std::string> delta_member(const PrintDocument& wish, const ota::Manifest& manifest) {
  if (wish.patch.empty() != wish.patch_url.empty()) {
    return Problem{"--delta and --delta-url belong together: expected both or none"};
  }
  if (wish.patch.empty()) return std::string{};
  ota::PatchHeader header;
  const auto patch = read_patch(wish.patch, header);
  if (!patch) return patch.problem();
  const ota::PatchImage wanted{manifest.version, manifest.image_size, manifest.image_digest};
  if (header.target != wanted) {
    return Problem{
        fmt::format("{} makes another image than the trailer describes: expected {} "
                    "with SHA-256 {}, found {} with {}",
                    wish.patch, version_text(wanted.version), hex_text(wanted.digest),
                    version_text(header.target.version), hex_text(header.target.digest))};
  }
  return fmt::format(R"(,"delta":{{"base":"{}","url":{}}})", hex_text(header.base.digest),
                     json_text(wish.patch_url));
}

}  // namespace

Outcome<std::string> print_document(const PrintDocument& wish) {
  const auto trailer = read_trailer(wish.trailer);
  if (!trailer) return trailer.problem();
  ota::Manifest manifest;
  if (ota::decode(ota::manifest_of(*trailer), manifest) != ota::Status::ok) {
    return Problem{wish.trailer + " has a malformed manifest; sign the image again"};
  }
  const auto delta = delta_member(wish, manifest);
  if (!delta) return delta.problem();
  return fmt::format(R"({{"operation":"firmware_update","version":"{}","size":{},"sha256":"{}",)"
                     R"("url":{},"manifest":"{}","chain":"{}"{}}})"
                     "\n",
                     version_text(manifest.version), manifest.image_size,
                     hex_text(manifest.image_digest), json_text(wish.url),
                     base64(ota::manifest_of(*trailer)), base64(ota::chain_of(*trailer)), *delta);
}

}  // namespace cartstorm::cli

#include "ota/manifest.hpp"
#include "kit.hpp"
#include "ota/bytes.hpp"

// The manifest has one encoding: what decodes is, encoded again, the same bytes.
namespace ota::fuzz {

void run(Bytes input) {
  Manifest manifest;
  if (decode(input, manifest) != Status::ok) {
    return;
  }
  std::array<std::byte, manifest_bytes> again;
  encode(manifest, again);
  require(equal(again, input), "encode(decode(x)) is x");
}

}  // namespace ota::fuzz

#include "images.hpp"

#include <fmt/format.h>

#include <map>

#include "ota/host/crypto.hpp"

namespace ota::test {
namespace {

host::PrivateKey key_with(std::uint8_t last) {
  host::PrivateKey key{};
  key[0] = std::byte{0x11};
  key[31] = std::byte{last};
  return key;
}

}  // namespace

host::PrivateKey factory_key() { return key_with(1); }
host::PrivateKey new_key() { return key_with(2); }

Anchor anchor_of(const host::PrivateKey& key) {
  const PublicKey public_key = host::public_key_of(key);
  return {host::anchor_id_of(public_key), public_key};
}

std::vector<std::byte> image_bytes(Version version, std::size_t size) {
  std::vector<std::byte> bytes(size);
  std::uint64_t x = version.value * 0x9e3779b97f4a7c15u + 1;
  for (std::byte& b : bytes) {
    x = x * 6364136223846793005u + 1442695040888963407u;
    b = static_cast<std::byte>(x >> 56);
  }
  return bytes;
}

Manifest fields_for(Version version, const std::vector<std::byte>& bytes) {
  Manifest fields;
  fields.version = version;
  fields.image_size = static_cast<std::uint32_t>(bytes.size());
  fields.image_digest = host::sha256(bytes);
  fields.issued = {1'700'000'000};
  fields.expires = {1'800'000'000};
  fields.security_version = version.value >> 16;
  fields.hardware_mask = 0b1000;
  fields.layout = layout_id;
  return fields;
}

Image signed_image(const Manifest& fields, std::vector<std::byte> bytes,
                   const host::PrivateKey& key) {
  return {std::move(bytes), host::encode_manifest(fields, key)};
}

Image good_image(Version version) {
  // Signing is deterministic and slow next to everything else here: done once per version.
  static std::map<Version, Image> images;
  Image& image = images[version];
  if (image.bytes.empty()) {
    std::vector<std::byte> bytes = image_bytes(version, 6000);
    const Manifest fields = fields_for(version, bytes);
    image = signed_image(fields, std::move(bytes));
  }
  return image;
}

std::string hex(Bytes bytes) {
  std::string text;
  for (const std::byte b : bytes) {
    text += fmt::format("{:02x}", std::to_integer<unsigned>(b));
  }
  return text;
}

std::string base64(Bytes bytes) {
  constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i + 2 < bytes.size(); i += 3) {
    const unsigned bits = std::to_integer<unsigned>(bytes[i]) << 16 |
                          std::to_integer<unsigned>(bytes[i + 1]) << 8 |
                          std::to_integer<unsigned>(bytes[i + 2]);
    for (const int shift : {18, 12, 6, 0}) {
      text += digits[bits >> shift & 63];
    }
  }
  return text;
}

std::string text_of(Version version) {
  return fmt::format("{}.{}.{}", version.value >> 16, version.value >> 8 & 255,
                     version.value & 255);
}

}  // namespace ota::test

#include "images.hpp"

#include <fmt/format.h>

#include <map>

#include "ota/host/crypto.hpp"
#include "ota/trust.hpp"

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
host::PrivateKey ca_key(std::uint8_t number) { return key_with(number); }

host::PrivateKey signer_key(const host::PrivateKey& ca) {
  host::PrivateKey key = ca;
  key[1] = std::byte{0x51};
  return key;
}

host::PrivateKey intermediate_key(const host::PrivateKey& ca) {
  host::PrivateKey key = ca;
  key[1] = std::byte{0x52};
  return key;
}

host::CertificateFields fields_named(const std::string& name, std::int64_t from_s,
                                     std::int64_t until_s) {
  host::CertificateFields fields;
  fields.name = name;
  fields.serial.fill(std::byte{0x42});
  fields.not_before = {from_s};
  fields.not_after = {until_s};
  return fields;
}

std::string ca_name(const host::PrivateKey& ca) {
  return fmt::format("ca-{}", std::to_integer<unsigned>(ca[31]));
}

host::CertificateBytes ca_certificate(const host::PrivateKey& ca) {
  static std::map<host::PrivateKey, host::CertificateBytes> made;
  host::CertificateBytes& certificate = made[ca];
  if (certificate.empty()) {
    certificate = host::make_ca(fields_named(ca_name(ca), ca_from_s, ca_until_s), ca);
  }
  return certificate;
}

Anchor anchor_of(const host::PrivateKey& ca) {
  host::OpensslCrypto crypto;
  Anchor anchor;
  return read_anchor(crypto, ca_certificate(ca), anchor) == Status::ok ? anchor : Anchor{};
}

host::CertificateBytes signer_certificate(const host::PrivateKey& ca) {
  static std::map<host::PrivateKey, host::CertificateBytes> made;
  host::CertificateBytes& certificate = made[ca];
  if (certificate.empty()) {
    certificate = host::issue_signer(fields_named("signer", signer_from_s, signer_until_s),
                                     host::public_key_of(signer_key(ca)), {ca_name(ca), ca});
  }
  return certificate;
}

std::vector<host::CertificateBytes> chain_of_two(const host::PrivateKey& ca) {
  const host::PrivateKey between = intermediate_key(ca);
  return {host::issue_signer(fields_named("signer", signer_from_s, signer_until_s),
                             host::public_key_of(signer_key(ca)), {"issuing", between}),
          host::issue_intermediate(fields_named("issuing", ca_from_s, ca_until_s),
                                   host::public_key_of(between), {ca_name(ca), ca})};
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
                   const host::PrivateKey& ca) {
  Manifest named = fields;
  named.anchor = host::anchor_id_of(host::public_key_of(ca));
  return image_with_chain(named, std::move(bytes), signer_key(ca), {signer_certificate(ca)});
}

Image image_with_chain(const Manifest& fields, std::vector<std::byte> bytes,
                       const host::PrivateKey& signer,
                       const std::vector<host::CertificateBytes>& chain) {
  return {std::move(bytes), host::encode_trailer(host::encode_manifest(fields, signer), chain)};
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
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned bits = 0;
    for (std::size_t k = i; k < i + 3; ++k) {
      bits = bits << 8 | (k < bytes.size() ? std::to_integer<unsigned>(bytes[k]) : 0);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      text += i + k > bytes.size() ? '=' : digits[bits >> (18 - 6 * k) & 63];
    }
  }
  return text;
}

std::string text_of(Version version) {
  return fmt::format("{}.{}.{}", version.value >> 16, version.value >> 8 & 255,
                     version.value & 255);
}

}  // namespace ota::test

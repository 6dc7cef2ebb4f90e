#pragma once
#include <string>
#include <vector>

#include "ota/host/certificates.hpp"
#include "ota/provision.hpp"
#include "ota/trailer.hpp"

namespace ota::test {

/// Small on purpose: every device operation of an update is a cut point somewhere.
inline constexpr FlashGeometry small_part{8, 1024, 16 * 1024};
inline constexpr std::uint32_t layout_id = 7;
inline constexpr Version v1{0x00010800};  // 1.8.0
inline constexpr Version v2{0x00020000};  // 2.0.0
inline constexpr Version v3{0x00020100};  // 2.1.0

struct Image {
  std::vector<std::byte> bytes;
  std::vector<std::byte> trailer;

  Bytes manifest() const { return manifest_of(trailer); }
  Bytes chain() const { return chain_of(trailer); }
};

inline constexpr std::int64_t ca_from_s = 1'600'000'000;
inline constexpr std::int64_t ca_until_s = 2'000'000'000;
inline constexpr std::int64_t signer_from_s = 1'700'000'000;
inline constexpr std::int64_t signer_until_s = 1'800'000'000;

/// Keys of CAs; the signer and the intermediate below each have keys of their own.
host::PrivateKey factory_key();
host::PrivateKey new_key();
host::PrivateKey ca_key(std::uint8_t number);
host::PrivateKey signer_key(const host::PrivateKey& ca);
host::PrivateKey intermediate_key(const host::PrivateKey& ca);

/// Name, serial and dates as all certificates of these tests have them.
host::CertificateFields fields_named(const std::string& name, std::int64_t from_s,
                                     std::int64_t until_s);
std::string ca_name(const host::PrivateKey& ca);
host::CertificateBytes ca_certificate(const host::PrivateKey& ca);
Anchor anchor_of(const host::PrivateKey& ca);
/// The certificate of the signer of this CA, directly below it.
host::CertificateBytes signer_certificate(const host::PrivateKey& ca);
/// Signer and intermediate of this CA.
std::vector<host::CertificateBytes> chain_of_two(const host::PrivateKey& ca);

/// Bytes that differ everywhere between two versions.
std::vector<std::byte> image_bytes(Version, std::size_t size);
/// Fields that the default cart accepts; tests change what they are about.
Manifest fields_for(Version, const std::vector<std::byte>& bytes);
Image signed_image(const Manifest& fields, std::vector<std::byte> bytes,
                   const host::PrivateKey& ca = factory_key());
/// Signed by that key, whatever the chain says and whatever CA the fields name.
Image image_with_chain(const Manifest& fields, std::vector<std::byte> bytes,
                       const host::PrivateKey& signer,
                       const std::vector<host::CertificateBytes>& chain);
/// An image of 6,000 bytes that the default cart accepts.
Image good_image(Version);

std::string hex(Bytes);
std::string base64(Bytes);
std::string text_of(Version);

}  // namespace ota::test

#pragma once
#include <string>
#include <vector>

#include "ota/host/signing.hpp"
#include "ota/provision.hpp"

namespace ota::test {

/// Small on purpose: every device operation of an update is a cut point somewhere.
inline constexpr FlashGeometry small_part{8, 1024, 16 * 1024};
inline constexpr std::uint32_t layout_id = 7;
inline constexpr Version v1{0x00010800};  // 1.8.0
inline constexpr Version v2{0x00020000};  // 2.0.0
inline constexpr Version v3{0x00020100};  // 2.1.0

struct Image {
  std::vector<std::byte> bytes;
  std::array<std::byte, manifest_bytes> manifest{};
};

host::PrivateKey factory_key();
host::PrivateKey new_key();
Anchor anchor_of(const host::PrivateKey&);

/// Bytes that differ everywhere between two versions.
std::vector<std::byte> image_bytes(Version, std::size_t size);
/// Fields that the default cart accepts; tests change what they are about.
Manifest fields_for(Version, const std::vector<std::byte>& bytes);
Image signed_image(const Manifest& fields, std::vector<std::byte> bytes,
                   const host::PrivateKey& key = factory_key());
/// An image of 6,000 bytes that the default cart accepts.
Image good_image(Version);

std::string hex(Bytes);
std::string base64(Bytes);
std::string text_of(Version);

}  // namespace ota::test

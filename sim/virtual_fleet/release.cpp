#include "sim/virtual_fleet/release.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

namespace cartstorm::sim {
namespace {

constexpr std::string_view bucket = "firmware";

std::string hex(std::span<const std::byte> bytes) {
  std::string text;
  for (const std::byte b : bytes) {
    text += fmt::format("{:02x}", std::to_integer<unsigned>(b));
  }
  return text;
}

std::string base64(std::span<const std::byte> bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::string patch_key(const FirmwareImage& image) {
  return "patches/" + to_string(image.spec->version) + ".patch";
}

std::string object_key(const FirmwareImage& image) {
  return to_string(image.spec->version) + ".bin";
}

}  // namespace

void stock(const ImageSet& images, broker::Cloud& cloud) {
  for (const FirmwareImage& image : images.all()) {
    cloud.put_object(bucket, object_key(image), image.content);
    if (!image.patch.empty()) {
      cloud.put_object(bucket, patch_key(image), image.patch);
    }
  }
  for (const auto& [name, authority] : images.authorities()) {
    cloud.add_anchor({authority.anchor.id.value, base64(authority.certificate),
                      authority.not_before_s, authority.anchor.not_after.s});
  }
}

void swap_artifact(const ImageSet& images, broker::Cloud& cloud) {
  cloud.put_object(bucket, object_key(images.new_image()), images.old_image().content);
}

broker::RolloutSpec release_of(const ImageSet& images, std::string name) {
  return release_of(images, images.new_image(), std::move(name));
}

const FirmwareImage& image_at(const ImageSet& images, std::string_view url) {
  const FirmwareImage& newest = images.newest_image();
  const bool is_only_one = &newest == &images.new_image();
  const bool is_newest =
      is_only_one || url.find(fmt::format("/{}", object_key(newest))) != std::string_view::npos;
  return is_newest ? newest : images.new_image();
}

broker::RolloutSpec release_of(const ImageSet& images, const FirmwareImage& image,
                               std::string name) {
  broker::RolloutSpec spec;
  spec.name = std::move(name);
  spec.version = {image.spec->version.value};
  spec.base = {images.old_image().spec->version.value};
  spec.bucket = bucket;
  spec.key = object_key(image);
  spec.size = image.spec->size;
  spec.sha256_hex = hex(image.digest);
  spec.manifest_base64 = base64(ota::manifest_of(image.trailer));
  spec.chain_base64 = base64(ota::chain_of(image.trailer));
  if (!image.patch.empty()) {
    spec.patch_key = patch_key(image);
    spec.patch_base_sha256_hex = hex(images.old_image().digest);
  }
  return spec;
}

}  // namespace cartstorm::sim

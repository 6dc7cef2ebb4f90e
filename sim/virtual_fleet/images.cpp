#include "sim/virtual_fleet/images.hpp"

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <memory>
#include <stdexcept>

#include "ota/host/crypto.hpp"
#include "sim/kernel/draw.hpp"

namespace cartstorm::sim {
namespace {

// HKDF-SHA256(seed, "cartstorm anchor <name>"): 32 bytes. That they exceed the order of P-256 has
// probability 2^-32 and would be an invalid key, which signing refuses.
ota::host::PrivateKey derive_key(std::uint64_t seed, const std::string& name) {
  std::array<unsigned char, 8> secret{};
  for (std::size_t i = 0; i < secret.size(); ++i) {
    secret[i] = static_cast<unsigned char>(seed >> (8 * i));
  }
  std::string info = "cartstorm anchor " + name;
  std::string digest = "SHA256";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, secret.data(), secret.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info.data(), info.size()),
      OSSL_PARAM_construct_end()};
  const std::unique_ptr<EVP_KDF, decltype(&EVP_KDF_free)> kdf{
      EVP_KDF_fetch(nullptr, "HKDF", nullptr), EVP_KDF_free};
  const std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> context{
      EVP_KDF_CTX_new(kdf.get()), EVP_KDF_CTX_free};
  ota::host::PrivateKey key{};
  if (context == nullptr ||
      EVP_KDF_derive(context.get(), reinterpret_cast<unsigned char*>(key.data()), key.size(),
                     parameters) != 1) {
    throw std::runtime_error{"OpenSSL has no HKDF"};
  }
  return key;
}

std::vector<std::byte> make_content(std::uint64_t seed, const Image& image) {
  std::vector<std::byte> content(image.size);
  for (std::size_t i = 0; i < content.size(); i += 8) {
    const std::uint64_t bits = draw(seed, image.version.value, Purpose::image_content, i);
    for (std::size_t k = 0; k < 8 && i + k < content.size(); ++k) {
      content[i + k] = static_cast<std::byte>(bits >> (8 * k));
    }
  }
  return content;
}

}  // namespace

ImageSet::ImageSet(const Scenario& scenario, std::uint64_t seed) {
  for (const auto& [name, image] : scenario.images) {
    if (!keys_.contains(image.signed_by)) {
      const auto key = derive_key(seed, image.signed_by);
      const auto public_key = ota::host::public_key_of(key);
      keys_.emplace(image.signed_by, key);
      anchors_.emplace(image.signed_by,
                       ota::Anchor{ota::host::anchor_id_of(public_key), public_key});
    }
  }
  images_[0].name = "old";
  images_[1].name = "new";
  for (auto& image : images_) {
    image.spec = &scenario.images.at(image.name);
    build(image, scenario, seed);
  }
}

void ImageSet::build(FirmwareImage& image, const Scenario& scenario, std::uint64_t seed) {
  const Image& spec = *image.spec;
  image.content = make_content(seed, spec);
  image.digest = ota::host::sha256(image.content);
  image.anchor = anchors_.at(spec.signed_by).id;
  ota::Manifest fields;
  fields.version = {spec.version.value};
  fields.image_size = spec.size;
  fields.image_digest = image.digest;
  fields.issued = {scenario.epoch_unix_s + spec.valid_from_us / 1'000'000};
  fields.expires = {scenario.epoch_unix_s + spec.valid_until_us / 1'000'000};
  fields.security_version = spec.security_version;
  fields.hardware_mask = 0xffffffffU;
  fields.layout = simulated_layout;
  image.manifest = ota::host::encode_manifest(fields, keys_.at(spec.signed_by));
}

}  // namespace cartstorm::sim

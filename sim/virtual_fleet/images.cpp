#include "sim/virtual_fleet/images.hpp"

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "ota/host/crypto.hpp"
#include "ota/host/delta.hpp"
#include "ota/trust.hpp"
#include "sim/kernel/draw.hpp"

namespace cartstorm::sim {
namespace {

/// WIRE.md section 9: bit n set means that the image runs on hardware revision n.
std::uint32_t hardware_mask(const Image& image) {
  if (image.hardware.empty()) return 0xffffffffU;
  std::uint32_t mask = 0;
  for (const std::uint32_t revision : image.hardware) mask |= 1U << revision;
  return mask;
}

constexpr std::int64_t year_s = 365LL * 24 * 3600;

// HKDF-SHA256(seed, info). That 32 bytes exceed the order of P-256 has probability 2^-32 and would
// be an invalid key, which signing refuses.
template <std::size_t size>
std::array<std::byte, size> derive(std::uint64_t seed, std::string info) {
  std::array<unsigned char, 8> secret{};
  for (std::size_t i = 0; i < secret.size(); ++i) {
    secret[i] = static_cast<unsigned char>(seed >> (8 * i));
  }
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
  std::array<std::byte, size> derived{};
  if (context == nullptr ||
      EVP_KDF_derive(context.get(), reinterpret_cast<unsigned char*>(derived.data()), size,
                     parameters) != 1) {
    throw std::runtime_error{"OpenSSL has no HKDF"};
  }
  return derived;
}

ota::host::CertificateFields fields_for(std::uint64_t seed, const std::string& name,
                                        std::int64_t from_s, std::int64_t until_s) {
  return {name, derive<16>(seed, "cartstorm serial " + name), {from_s}, {until_s}};
}

// If the scenario does not say otherwise, the CA covers every date that it reaches.
std::int64_t anchor_end_s(const Scenario& scenario, const std::string& name) {
  for (const auto& [each, image] : scenario.images) {
    if (image.signed_by == name && image.anchor_until_us) {
      return scenario.epoch_unix_s + *image.anchor_until_us / 1'000'000;
    }
  }
  return scenario.epoch_unix_s + 20 * year_s;
}

// Its signer is valid for a few years: what is judged of a signature is the date of its image.
Authority make_authority(std::uint64_t seed, const std::string& name, const Scenario& scenario) {
  const std::int64_t epoch_s = scenario.epoch_unix_s;
  const auto key = derive<32>(seed, "cartstorm anchor " + name);
  const std::string signer_name = name + " signer";
  Authority authority;
  authority.not_before_s = epoch_s - 5 * year_s;
  authority.certificate = ota::host::make_ca(
      fields_for(seed, name, authority.not_before_s, anchor_end_s(scenario, name)), key);
  authority.signer_key = derive<32>(seed, "cartstorm signer " + name);
  authority.signer =
      ota::host::issue_signer(fields_for(seed, signer_name, epoch_s - year_s, epoch_s + 3 * year_s),
                              ota::host::public_key_of(authority.signer_key), {name, key});
  ota::host::OpensslCrypto crypto;
  if (ota::read_anchor(crypto, authority.certificate, authority.anchor) != ota::Status::ok) {
    throw std::runtime_error{"the certificate of " + name + " is none"};
  }
  return authority;
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

constexpr std::size_t inserted_bytes = 64;

// A release as firmware releases are: something inserted early, so that everything behind it moves,
// and small changes in some sectors.
std::vector<std::byte> change_content(const std::vector<std::byte>& old, std::uint64_t seed,
                                      const Image& image, std::size_t sector_size) {
  std::vector<std::byte> content = make_content(seed, image);
  const std::size_t begin = std::min(inserted_bytes, content.size());
  const std::size_t moved = std::min(old.size(), content.size() - begin);
  std::copy_n(old.begin(), moved, content.begin() + static_cast<std::ptrdiff_t>(begin));
  for (std::size_t sector = 0; sector * sector_size < content.size(); ++sector) {
    const std::uint64_t bits =
        draw(seed, image.version.value, Purpose::image_content, ~std::uint64_t{sector});
    const std::size_t at = sector * sector_size + (bits >> 8) % (sector_size - 8);
    for (std::size_t i = at; happens(bits, *image.changes) && i < std::min(at + 8, content.size());
         ++i) {
      content[i] ^= std::byte{0x5a};
    }
  }
  return content;
}

}  // namespace

ImageSet::ImageSet(const Scenario& scenario, std::uint64_t seed, std::uint32_t program_unit,
                   std::uint32_t sector_size, const std::vector<std::string>& more_authorities) {
  for (const auto& name : more_authorities) {
    authorities_.emplace(name, make_authority(seed, name, scenario));
  }
  for (const auto& [name, image] : scenario.images) {
    if (!authorities_.contains(image.signed_by)) {
      authorities_.emplace(image.signed_by, make_authority(seed, image.signed_by, scenario));
    }
  }
  for (const char* const name : {"old", "new", "newer", "older"}) {
    const auto spec = scenario.images.find(name);
    if (spec == scenario.images.end()) continue;
    images_.emplace_back();
    images_.back().name = name;
    images_.back().spec = &spec->second;
    build(images_.back(), scenario, seed, program_unit, sector_size);
  }
  newest_ = scenario.images.contains("newer") ? 2 : 1;
  if (images_[1].spec->changes) {
    add_patch(sector_size);
  }
}

void ImageSet::add_patch(std::uint32_t sector_size) {
  FirmwareImage& image = images_[1];
  const auto patch = ota::host::make_patch(
      images_[0].content, image.content,
      {sector_size, {images_[0].spec->version.value}, {image.spec->version.value}});
  if (!patch) {
    throw std::runtime_error{"no patch can be made between these images"};
  }
  image.patch = *patch;
}

void ImageSet::build(FirmwareImage& image, const Scenario& scenario, std::uint64_t seed,
                     std::uint32_t program_unit, std::uint32_t sector_size) {
  const Image& spec = *image.spec;
  image.content = spec.changes ? change_content(images_[0].content, seed, spec, sector_size)
                               : make_content(seed, spec);
  image.digest = ota::host::sha256(image.content);
  const Authority& authority = authorities_.at(spec.signed_by);
  image.anchor = authority.anchor.id;
  ota::Manifest fields;
  fields.version = {spec.version.value};
  fields.image_size = spec.size;
  fields.image_digest = image.digest;
  fields.issued = {scenario.epoch_unix_s + spec.valid_from_us / 1'000'000};
  fields.expires = {scenario.epoch_unix_s + spec.valid_until_us / 1'000'000};
  fields.security_version = spec.security_version;
  fields.hardware_mask = hardware_mask(spec);
  fields.layout = simulated_layout;
  fields.anchor = image.anchor;
  image.trailer = ota::host::encode_trailer(
      ota::host::encode_manifest(fields, authority.signer_key), {authority.signer});
  const std::size_t units = (image.trailer.size() + program_unit - 1) / program_unit;
  image.padded_trailer = image.trailer;
  image.padded_trailer.resize(units * program_unit, std::byte{0xff});
}

}  // namespace cartstorm::sim

#include "ota/host/certificates.hpp"

#include <gtest/gtest.h>

#include "../support/images.hpp"
#include "ota/host/crypto.hpp"

namespace ota::test {
namespace {

TEST(Certificates, AreTheSameBytesEveryTime) {
  const auto fields = fields_named("ca-1", ca_from_s, ca_until_s);
  EXPECT_EQ(host::make_ca(fields, factory_key()), host::make_ca(fields, factory_key()));
  EXPECT_EQ(chain_of_two(factory_key()), chain_of_two(factory_key()));
  // Held as a literal: another compiler or another OpenSSL must not change a run.
  EXPECT_EQ(hex(host::sha256(host::make_ca(fields, factory_key()))),
            "76c51ec7db648b220bb2a59b55a2903a72736034b5c63494bbf5823b8818609b");
}

TEST(Certificates, DifferInWhatTheyAreMadeOf) {
  const auto fields = fields_named("ca-1", ca_from_s, ca_until_s);
  const auto original = host::make_ca(fields, factory_key());
  auto other = fields;
  other.name = "ca-2";
  EXPECT_NE(host::make_ca(other, factory_key()), original);
  other = fields;
  other.serial[15] ^= std::byte{1};
  EXPECT_NE(host::make_ca(other, factory_key()), original);
  other = fields;
  other.not_after.s += 1;
  EXPECT_NE(host::make_ca(other, factory_key()), original);
  EXPECT_NE(host::make_ca(fields, new_key()), original);
}

TEST(Certificates, AChainOfTwoFitsWithRoomForRealNames) {
  std::size_t size = 0;
  for (const host::CertificateBytes& certificate : chain_of_two(factory_key())) {
    size += certificate.size();
  }
  EXPECT_LT(size, 800u);
  EXPECT_GT(size, 600u);
  EXPECT_LT(ca_certificate(factory_key()).size(), 400u);
}

TEST(Certificates, WhatOpensslCannotMakeIsEmpty) {
  const auto fields = fields_named("x", ca_from_s, ca_until_s);
  const PublicKey no_point{};
  EXPECT_TRUE(host::issue(fields, no_point, {"x", factory_key()}, {}).empty());
  EXPECT_TRUE(host::issue(fields, host::public_key_of(factory_key()), {"x", factory_key()},
                          {{"keyUsage", "no such usage"}})
                  .empty());
}

TEST(Trailer, HoldsManifestLengthAndChain) {
  std::array<std::byte, manifest_bytes> manifest;
  manifest.fill(std::byte{7});
  const auto trailer = host::encode_trailer(
      manifest, {host::CertificateBytes(300, std::byte{1}), host::CertificateBytes(2)});
  ASSERT_EQ(trailer.size(), 192u + 2 + 302);
  EXPECT_EQ(trailer[191], std::byte{7});
  EXPECT_EQ(trailer[192], std::byte{0x2e});
  EXPECT_EQ(trailer[193], std::byte{0x01});
  EXPECT_EQ(trailer[194], std::byte{1});
  EXPECT_TRUE(is_trailer(trailer));
  EXPECT_EQ(chain_of(trailer).size(), 302u);
}

TEST(Trailer, OfAnyOtherLengthIsNone) {
  std::vector<std::byte> bytes(2000);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(is_trailer(Bytes{bytes}.first(size))) << "a chain of no bytes";
  }
  bytes[192] = std::byte{0x00};
  bytes[193] = std::byte{0x04};  // 1,024
  EXPECT_TRUE(is_trailer(Bytes{bytes}.first(1218)));
  EXPECT_FALSE(is_trailer(Bytes{bytes}.first(1217)));
  EXPECT_FALSE(is_trailer(Bytes{bytes}.first(1219)));
  bytes[192] = std::byte{0x01};
  EXPECT_FALSE(is_trailer(Bytes{bytes}.first(1219))) << "longer than a chain may be";
}

TEST(Trailer, TakesAsManySectorsAsItNeeds) {
  EXPECT_EQ(trailer_offset({8, 1024, 16 * 1024}), 14u * 1024);
  EXPECT_EQ(trailer_offset({256, 2048, 16 * 1024}), 14u * 1024);
  EXPECT_EQ(trailer_offset({256, 4096, 64 * 1024}), 60u * 1024);
  EXPECT_EQ(trailer_offset({8, 128 * 1024, 512 * 1024}), 384u * 1024);
}

}  // namespace
}  // namespace ota::test

#include "ota/host/signing.hpp"

#include <gtest/gtest.h>

#include <string_view>

#include "../support/images.hpp"
#include "device-model/src/wire.hpp"
#include "ota/host/crypto.hpp"

namespace ota::test {
namespace {

/// The key of RFC 6979 appendix A.2.5 (P-256).
host::PrivateKey rfc_key() {
  host::PrivateKey key;
  EXPECT_TRUE(parse_hex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721", key));
  return key;
}

Digest digest_of_text(std::string_view text) {
  return host::sha256(std::as_bytes(std::span{text}));
}

TEST(Rfc6979, PublicKey) {
  EXPECT_EQ(hex(host::public_key_of(rfc_key())),
            "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
            "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299");
}

TEST(Rfc6979, SignatureOfSample) {
  EXPECT_EQ(hex(host::sign_p256(rfc_key(), digest_of_text("sample"))),
            "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
            "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8");
}

TEST(Rfc6979, SignatureOfTest) {
  EXPECT_EQ(hex(host::sign_p256(rfc_key(), digest_of_text("test"))),
            "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367"
            "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083");
}

TEST(OpensslCrypto, VerifiesItsOwnSignaturesAndNothingElse) {
  host::OpensslCrypto crypto;
  const Digest message = digest_of_text("sample");
  PublicKey key = host::public_key_of(rfc_key());
  Signature signature = host::sign_p256(rfc_key(), message);
  EXPECT_EQ(crypto.verify(key, message, signature), Status::ok);
  EXPECT_EQ(crypto.verify(key, digest_of_text("test"), signature), Status::rejected);
  EXPECT_EQ(crypto.verify(host::public_key_of(factory_key()), message, signature),
            Status::rejected);
  signature[63] ^= std::byte{1};
  EXPECT_EQ(crypto.verify(key, message, signature), Status::rejected);
  EXPECT_EQ(crypto.verify(key, message, Signature{}), Status::rejected);
  key[5] ^= std::byte{1};  // no point of the curve any more
  EXPECT_EQ(crypto.verify(key, message, signature), Status::rejected);
}

TEST(OpensslCrypto, DigestStateMayBeCopiedAndForgotten) {
  host::OpensslCrypto crypto;
  DigestState state;
  Digest first, second;
  crypto.digest_begin(state);
  crypto.digest_bytes(state, std::as_bytes(std::span{std::string_view{"ab"}}));
  DigestState copy = state;
  crypto.digest_bytes(state, std::as_bytes(std::span{std::string_view{"c"}}));
  crypto.digest_bytes(copy, std::as_bytes(std::span{std::string_view{"c"}}));
  crypto.digest_end(state, first);
  crypto.digest_end(copy, second);
  EXPECT_EQ(hex(first), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(first, second);
}

TEST(EncodeManifest, SignsBytes0To127AndLeavesTheAnchorAsItIs) {
  host::OpensslCrypto crypto;
  const Image image = good_image(v2);
  Manifest manifest;
  ASSERT_EQ(decode(image.manifest(), manifest), Status::ok);
  EXPECT_EQ(manifest.anchor, anchor_of(factory_key()).id);
  EXPECT_EQ(crypto.verify(host::public_key_of(signer_key(factory_key())),
                          host::sha256(image.manifest().first(128)), manifest.signature),
            Status::ok);
}

}  // namespace
}  // namespace ota::test

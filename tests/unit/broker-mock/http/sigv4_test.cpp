#include "broker-mock/http/sigv4.hpp"

#include <gtest/gtest.h>

/// Vectors A to D of the reference, section 3.3: A is the vendor's published example, the others
/// were computed by two independent implementations.
namespace cartstorm::broker::http {
namespace {

struct Vector {
  const char *host, *path, *access_key, *secret, *token;
  std::int64_t unix_s;
  std::uint32_t expires_s;
  const char *canonical_digest, *signature;
};

constexpr std::int64_t day_a = 1'369'353'600;  // 2013-05-24T00:00:00Z
constexpr std::int64_t day_b = 1'710'072'000;  // 2024-03-10T12:00:00Z

const Vector vector_a{"examplebucket.s3.amazonaws.com",
                      "/test.txt",
                      "AKIAIOSFODNN7EXAMPLE",
                      "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                      "",
                      day_a,
                      86'400,
                      "3bfa292879f6447bbcda7001decf97f4a54dc650c8942174ae0a9121cf58ad04",
                      "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"};
const Vector vector_b{"127.0.0.1:9000",
                      "/cart-fw/carts/2.4.0/cart-fw.bin",
                      "AKIDCARTSTORM0000001",
                      "cartstorm/secret+key",
                      "",
                      day_b,
                      600,
                      "fcd5bb5eceecca80e2c3357040b22009d6657a91c29cedba853c4cac8cef92ba",
                      "033285ffabe5a646647ebb57e8119ceacb2a66c75a1e417b357e4059180f2216"};
const Vector vector_c{"127.0.0.1:9000",
                      "/cart-fw/carts/2.4.0/cart fw+\xc3\xa9.bin",
                      "AKIDCARTSTORM0000001",
                      "cartstorm/secret+key",
                      "FwoG/tok+en==",
                      day_b,
                      600,
                      "d2cdda6d4cdb788e90c5fec7b4f9e359616623f180868fa62da68fec33f8f25c",
                      "c2ed369b92156e4f49289f058d222b4a71cc2e972649c38921f8721659e90133"};
const Vector vector_d{"cart-fw.s3.amazonaws.com",
                      "/carts/2.4.0/cart-fw.bin",
                      "AKIDCARTSTORM0000001",
                      "cartstorm/secret+key",
                      "",
                      day_b,
                      600,
                      "74c8649cd042af01ce5d1427d9ad8fe3a82a40d279decbd338039d2636b80b4f",
                      "60b082acebc9cef198f721abc83c960450de3bb7bdf61252ec95ab3cccafb874"};

std::string presign(const Vector& v) {
  Signer signer{{v.access_key, v.secret}, "us-east-1"};
  std::string url;
  append_presigned_get(url, signer, {v.host, v.path, v.unix_s, v.expires_s, v.token});
  return url;
}

class SigV4 : public ::testing::TestWithParam<const Vector*> {};

TEST_P(SigV4, SignsAsThePublishedVectors) {
  const Vector& v = *GetParam();
  const std::string url = presign(v);
  EXPECT_EQ(url.substr(url.size() - 64), v.signature) << url;
}

TEST_P(SigV4, CanonicalRequestHasThePublishedDigest) {
  const Vector& v = *GetParam();
  const std::string url = presign(v);
  const auto parts = parse_url(url);
  ASSERT_TRUE(parts);
  const std::string canonical = canonical_request(
      "GET", *decoded(parts->path), canonical_query(*parse_query(parts->query)), parts->host);
  EXPECT_EQ(hex_of(sha256(canonical)), v.canonical_digest) << canonical;
}

INSTANTIATE_TEST_SUITE_P(Vectors, SigV4,
                         ::testing::Values(&vector_a, &vector_b, &vector_c, &vector_d));

TEST(CanonicalQuery, SortsByEncodedNameAndDropsTheSignature) {
  EXPECT_EQ(canonical_query(*parse_query("X-Amz-SignedHeaders=host&X-Amz-Signature=00&"
                                         "X-Amz-Security-Token=FwoG%2Ftok%2Ben%3D%3D")),
            "X-Amz-Security-Token=FwoG%2Ftok%2Ben%3D%3D&X-Amz-SignedHeaders=host");
}

TEST(Uri, EncodesByRfc3986) {
  EXPECT_EQ(encoded("a/b c~_-.+\xc3\xa9", Slash::keep), "a/b%20c~_-.%2B%C3%A9");
  EXPECT_EQ(encoded("a/b", Slash::encode), "a%2Fb");
  EXPECT_EQ(decoded("a%2fb%20c+"), "a/b c+");
  EXPECT_FALSE(decoded("a%2"));
  EXPECT_FALSE(decoded("a%zz"));
}

}  // namespace
}  // namespace cartstorm::broker::http

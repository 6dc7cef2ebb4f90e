#include "broker-mock/http/aws_chunked.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "tests/unit/broker-mock/support/independent_signer.hpp"

namespace cartstorm::broker::http {
namespace {

using Fault = Unchunked::Fault;

Unchunked plain(std::string_view framed, bool has_trailer = true, std::uint64_t limit = 1'000) {
  return unchunk(framed, std::nullopt, has_trailer, limit);
}

TEST(AwsChunked, BothLayersOfAStreamAreUndone) {
  const Unchunked found = plain(
      "5\r\nhello\r\n1;x=y\r\n \r\n6\r\nworld!\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n");
  EXPECT_EQ(found.fault, Fault::none);
  EXPECT_EQ(found.body, "hello world!");
  ASSERT_EQ(found.trailers.size(), 1U);
  EXPECT_EQ(found.trailers[0].name, "x-amz-checksum-crc32");
  EXPECT_EQ(found.trailers[0].value, "AAAAAA==");
}

TEST(AwsChunked, DataMayLookLikeFraming) {
  EXPECT_EQ(plain("9\r\n0\r\n\r\n0\r\n\r\r\n0\r\n\r\n").body, "0\r\n\r\n0\r\n\r");
}

TEST(AwsChunked, WhatIsNotFramedIsNamed) {
  const struct {
    const char* framed;
    Fault fault;
  } cases[] = {
      {"", Fault::malformed},
      {"0", Fault::malformed},
      {"0\r\n", Fault::malformed},
      {"hello", Fault::malformed},
      {"5\r\nhello", Fault::malformed},
      {"5\r\nhello\r\n", Fault::malformed},
      {"5\r\nhell\r\n0\r\n\r\n", Fault::malformed},
      {"5\nhello\n0\n\n", Fault::malformed},
      {"-5\r\nhello\r\n0\r\n\r\n", Fault::malformed},
      {"0x5\r\nhello\r\n0\r\n\r\n", Fault::malformed},
      {" 5\r\nhello\r\n0\r\n\r\n", Fault::malformed},
      {"5 \r\nhello\r\n0\r\n\r\n", Fault::malformed},
      {"ffffffffffffffff\r\nhello\r\n0\r\n\r\n", Fault::malformed},
      {"fffffffffffffffff\r\nhello\r\n0\r\n\r\n", Fault::malformed},
      {"5\r\nhello\r\n0\r\nno-colon\r\n\r\n", Fault::malformed_trailer},
      {"0\r\n:no-name\r\n\r\n", Fault::malformed_trailer},
      {"0\r\na:1\r\na:2\r\n\r\n", Fault::malformed_trailer},
      {"0\r\na:1\r\nb:1\r\nc:1\r\nd:1\r\ne:1\r\nf:1\r\ng:1\r\nh:1\r\ni:1\r\n\r\n",
       Fault::malformed_trailer},
      {"0\r\n\r\nmore", Fault::malformed},
  };
  for (const auto& [framed, fault] : cases) EXPECT_EQ(plain(framed).fault, fault) << framed;
  EXPECT_EQ(plain("0\r\na:1\r\n\r\n", false).fault, Fault::malformed_trailer);
  EXPECT_EQ(plain("5\r\nhello\r\n0\r\n\r\n", false, 4).fault, Fault::too_long);
  EXPECT_EQ(plain("5\r\nhello\r\n0\r\n\r\n", false, 5).fault, Fault::none);
  EXPECT_EQ(plain("5;" + std::string(300, 'x') + "\r\nhello\r\n0\r\n\r\n").fault, Fault::malformed);
  EXPECT_EQ(plain("0\r\na:" + std::string(5'000, 'x') + "\r\n\r\n").fault, Fault::malformed);
}

std::vector<std::string> any_cut(const std::string& whole) {
  std::vector<std::string> pieces;
  for (std::size_t at = 0; at < whole.size();) {
    const auto size = *rc::gen::inRange<std::size_t>(1, whole.size() - at + 1);
    pieces.push_back(whole.substr(at, size));
    at += size;
  }
  return pieces;
}

RC_GTEST_PROP(AwsChunked, AnyChunkingMeansTheSame, (const std::string& whole)) {
  const std::vector<std::string> pieces = any_cut(whole);
  const Unchunked bare = plain(test::unsigned_chunks(pieces, "a:b"), true, whole.size());
  RC_ASSERT(bare.fault == Fault::none);
  RC_ASSERT(bare.body == whole);
  const test::IndependentSigner signer;
  const SigningScope scope{signer.amz_date, signer.region};
  const std::string seed(64, '7');
  const std::string framed = signer.signed_chunks(pieces, seed, "a:b");
  const ChunkSigning signing{signing_key(signer.secret, scope), scope, seed};
  const Unchunked found = unchunk(framed, signing, true, whole.size());
  RC_ASSERT(found.fault == Fault::none);
  RC_ASSERT(found.body == whole);
}

RC_GTEST_PROP(AwsChunked, ACutBodyIsNeverWhole, (const std::string& whole)) {
  const std::string framed = test::unsigned_chunks(any_cut(whole), "a:b");
  const auto size = *rc::gen::inRange<std::size_t>(0, framed.size());
  RC_ASSERT(plain(framed.substr(0, size), true, whole.size()).fault != Fault::none);
}

}  // namespace
}  // namespace cartstorm::broker::http

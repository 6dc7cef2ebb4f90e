#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "tests/unit/broker-mock/support/s3_client.hpp"

namespace cartstorm::broker::s3 {
namespace {

using test::body_of;
using test::element;
using test::field;
using test::outcome;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class S3Objects : public test::S3Client {
 protected:
  S3Objects() {
    make_bucket();
    put("/fleet/fw.bin", "0123456789",
        {{"Content-Type", "application/x-firmware"},
         {"Cache-Control", "no-transform"},
         {"X-Amz-Meta-Version", "2.4.0"}});
  }
  http::Response get(http::Fields fields = {}, std::string query = "") {
    return call("GET", "/fleet/fw.bin" + query, std::move(fields));
  }
};

TEST_F(S3Objects, ComeBackAsTheyWerePut) {
  const http::Response response = get();
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(body_of(response), "0123456789");
  EXPECT_EQ(field(response, "ETag"), "\"781e5e245d69b566979b86e28d23f2c7\"");
  EXPECT_EQ(field(response, "Content-Type"), "application/x-firmware");
  EXPECT_EQ(field(response, "Cache-Control"), "no-transform");
  EXPECT_EQ(field(response, "x-amz-meta-version"), "2.4.0");
  EXPECT_EQ(field(response, "Last-Modified"), "Sun, 10 Mar 2024 12:00:00 GMT");
  EXPECT_EQ(field(response, "Accept-Ranges"), "bytes");
  EXPECT_EQ(field(response, "Server"), "AmazonS3");
  EXPECT_EQ(field(response, "x-amz-request-id").size(), 16U);
  EXPECT_NE(field(response, "x-amz-request-id"), field(get(), "x-amz-request-id"));
  EXPECT_EQ(field(response, "Content-Range"), "(none)");
}

TEST_F(S3Objects, AreSharedAndNotCopied) {
  http::Request request =
      signer.sign({"PUT", "/fleet/big", {{"Host", host}}, std::string(1000, 'x')});
  const char* const bytes = request.body.data();
  EXPECT_EQ(handle(std::move(request)).status, 200);
  const http::Response response = call("GET", "/fleet/big", {{"Range", "bytes=10-19"}});
  ASSERT_NE(response.content, nullptr);
  EXPECT_EQ(static_cast<const void*>(response.content->data()), bytes);
  EXPECT_EQ(response.first, 10U);
  EXPECT_EQ(response.size, 10U);
}

TEST_F(S3Objects, HeadSaysTheSizeAndSendsNothing) {
  const http::Response response = call("HEAD", "/fleet/fw.bin");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.announced_size, 10U);
  EXPECT_EQ(body_of(response), "");
  EXPECT_EQ(field(response, "ETag"), "\"781e5e245d69b566979b86e28d23f2c7\"");
  const http::Response part = call("HEAD", "/fleet/fw.bin", {{"Range", "bytes=2-4"}});
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.announced_size, 3U);
  for (const char* target : {"/fleet/none", "/nowhere/none"}) {
    const http::Response missing = call("HEAD", target);
    EXPECT_EQ(missing.status, 404);
    EXPECT_EQ(missing.body, "");
    EXPECT_EQ(field(missing, "Content-Type"), "(none)");
  }
}

TEST_F(S3Objects, RangesAreCutAsTheReferenceSays) {
  const struct {
    const char* range;
    int status;
    const char *body, *content_range;
  } cases[] = {
      {"bytes=0-3", 206, "0123", "bytes 0-3/10"},
      {"bytes=7-", 206, "789", "bytes 7-9/10"},
      {"bytes=-2", 206, "89", "bytes 8-9/10"},
      {"bytes=-99", 206, "0123456789", "bytes 0-9/10"},
      {"bytes=5-99", 206, "56789", "bytes 5-9/10"},
      {"bytes=9-9", 206, "9", "bytes 9-9/10"},
      {"bytes=5-2", 200, "0123456789", "(none)"},
      {"bytes=0-1,3-4", 200, "0123456789", "(none)"},
      {"octets=0-1", 200, "0123456789", "(none)"},
      {"bytes=", 200, "0123456789", "(none)"},
      {"bytes=-", 200, "0123456789", "(none)"},
      {"bytes= 1-2", 200, "0123456789", "(none)"},
      {"bytes=+1-2", 200, "0123456789", "(none)"},
      {"bytes=0-99999999999999999999999", 206, "0123456789", "bytes 0-9/10"},
  };
  for (const auto& [range, status, body, content_range] : cases) {
    const http::Response response = get({{"Range", range}});
    EXPECT_EQ(response.status, status) << range;
    EXPECT_EQ(body_of(response), body) << range;
    EXPECT_EQ(field(response, "Content-Range"), content_range) << range;
  }
  for (const char* range :
       {"bytes=10-", "bytes=10-12", "bytes=-0", "bytes=99999999999999999999-"}) {
    const http::Response response = get({{"Range", range}});
    EXPECT_EQ(outcome(response), "416 InvalidRange") << range;
    EXPECT_EQ(element(response, "RangeRequested"), range);
    EXPECT_EQ(element(response, "ActualObjectSize"), "10");
    EXPECT_EQ(field(response, "Content-Range"), "bytes */10");
  }
}

RC_GTEST_FIXTURE_PROP(S3Objects, AnySplitInRangesReassemblesTheObject,
                      (const std::string& content)) {
  RC_PRE(!content.empty());
  put("/fleet/split", content);
  std::string joined;
  while (joined.size() < content.size()) {
    const auto length = *rc::gen::inRange<std::size_t>(1, content.size() + 2);
    const http::Response part = call("GET", "/fleet/split",
                                     {{"Range", "bytes=" + std::to_string(joined.size()) + "-" +
                                                    std::to_string(joined.size() + length - 1)}});
    RC_ASSERT(part.status == 206);
    joined += body_of(part);
  }
  RC_ASSERT(joined == content);
}

TEST_F(S3Objects, ConditionsAreJudgedInTheirOrder) {
  const std::string etag = "\"781e5e245d69b566979b86e28d23f2c7\"";
  const std::string before = "Sun, 10 Mar 2024 11:59:59 GMT",
                    same = "Sun, 10 Mar 2024 12:00:00 GMT";
  const struct {
    http::Fields fields;
    const char* outcome;
  } cases[] = {
      {{{"If-Match", etag}}, "200"},
      {{{"If-Match", "*"}}, "200"},
      {{{"If-Match", "\"a\", " + etag}}, "200"},
      {{{"If-Match", "781e5e245d69b566979b86e28d23f2c7"}}, "200"},
      {{{"If-Match", "\"a\""}}, "412 PreconditionFailed"},
      {{{"If-None-Match", etag}}, "304"},
      {{{"If-None-Match", "\"a\""}}, "200"},
      {{{"If-Modified-Since", before}}, "200"},
      {{{"If-Modified-Since", same}}, "304"},
      {{{"If-Modified-Since", "yesterday"}}, "200"},
      {{{"If-Unmodified-Since", same}}, "200"},
      {{{"If-Unmodified-Since", before}}, "412 PreconditionFailed"},
      {{{"If-Match", etag}, {"If-Unmodified-Since", before}}, "200"},
      {{{"If-None-Match", "\"a\""}, {"If-Modified-Since", same}}, "200"},
      {{{"If-Match", "\"a\""}, {"If-None-Match", etag}}, "412 PreconditionFailed"},
  };
  for (const auto& [fields, expected] : cases) {
    EXPECT_EQ(outcome(get(fields)), expected) << fields.front().name << fields.front().value;
    const http::Response head = call("HEAD", "/fleet/fw.bin", fields);
    EXPECT_EQ(std::to_string(head.status), std::string{expected}.substr(0, 3));
    EXPECT_EQ(head.body, "");
  }
  EXPECT_EQ(element(get({{"If-Match", "\"a\""}}), "Condition"), "If-Match");
  const http::Response unchanged = get({{"If-None-Match", etag}});
  EXPECT_EQ(body_of(unchanged), "");
  EXPECT_EQ(field(unchanged, "ETag"), etag);
}

TEST_F(S3Objects, IfRangeGuardsAResumedDownload) {
  const std::string etag = "\"781e5e245d69b566979b86e28d23f2c7\"";
  EXPECT_EQ(get({{"Range", "bytes=2-"}, {"If-Range", etag}}).status, 206);
  EXPECT_EQ(get({{"Range", "bytes=2-"}, {"If-Range", "\"a\""}}).status, 200);
  EXPECT_EQ(get({{"Range", "bytes=2-"}, {"If-Range", "Sun, 10 Mar 2024 12:00:00 GMT"}}).status,
            206);
  EXPECT_EQ(get({{"Range", "bytes=2-"}, {"If-Range", "Sun, 10 Mar 2024 12:00:01 GMT"}}).status,
            200);
}

TEST_F(S3Objects, SignedQueriesReplaceHeaders) {
  const http::Response response =
      get({}, "?response-content-type=text%2Fplain&response-cache-control=no-store");
  EXPECT_EQ(field(response, "Content-Type"), "text/plain");
  EXPECT_EQ(field(response, "Cache-Control"), "no-store");
  EXPECT_EQ(outcome(get({}, "?response-content-type=a%0D%0ASet-Cookie%3A%20b")),
            "400 InvalidArgument");
}

TEST_F(S3Objects, DigestsAndChecksumsAreVerified) {
  // Of "123456789": the check values of the CRC catalogue, and digests.
  const struct {
    const char *name, *value, *word;
  } checksums[] = {
      {"x-amz-checksum-crc32", "y/Q5Jg==", "CRC32"},
      {"x-amz-checksum-crc32c", "4waSgw==", "CRC32C"},
      {"x-amz-checksum-crc64nvme", "rosUhgp5mIg=", "CRC64NVME"},
      {"x-amz-checksum-sha1", "98O8HYCOBHMq32eZZczDTKeuNEE=", "SHA1"},
      {"x-amz-checksum-sha256", "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=", "SHA256"},
  };
  for (const auto& [name, value, word] : checksums) {
    const http::Response right = call("PUT", "/fleet/c", {{name, value}}, "123456789");
    EXPECT_EQ(right.status, 200) << name;
    EXPECT_EQ(field(right, name), value);
    EXPECT_EQ(field(right, "x-amz-checksum-type"), "FULL_OBJECT");
    EXPECT_EQ(field(call("GET", "/fleet/c", {{"x-amz-checksum-mode", "ENABLED"}}), name), value);
    EXPECT_EQ(field(call("HEAD", "/fleet/c", {{"x-amz-checksum-mode", "ENABLED"}}), name), value);
    EXPECT_EQ(field(call("GET", "/fleet/c"), name), "(none)") << "nobody asked";
    EXPECT_EQ(
        field(call("GET", "/fleet/c", {{"x-amz-checksum-mode", "ENABLED"}, {"Range", "bytes=0-8"}}),
              name),
        "(none)")
        << "never on a range";
    const http::Response wrong = call("PUT", "/fleet/c", {{name, value}}, "12345678");
    EXPECT_EQ(outcome(wrong), "400 BadDigest") << name;
    EXPECT_THAT(element(wrong, "Message"),
                HasSubstr(std::string{"The "} + word + " you specified"));
    EXPECT_EQ(outcome(call("PUT", "/fleet/c", {{name, "AAAA"}}, "123456789")),
              "400 InvalidRequest");
  }
  EXPECT_EQ(body_of(call("GET", "/fleet/c")), "123456789") << "a refused PUT changes nothing";
}

TEST_F(S3Objects, ContentMd5IsVerified) {
  const auto put_with = [this](const char* md5) {
    return outcome(call("PUT", "/fleet/c", {{"Content-MD5", md5}}, "123456789"));
  };
  EXPECT_EQ(put_with("JfnnlDI7RTiF9RgfG2JNCw=="), "200");
  EXPECT_EQ(put_with("JfnnlDI7RTiF9RgfG2JNCA=="), "400 BadDigest");
  for (const char* text :
       {"", "never", "JfnnlDI7RTiF9RgfG2JNCw", "JfnnlDI7", "JfnnlDI7RTiF9RgfG2JNCx=="}) {
    EXPECT_EQ(put_with(text), "400 InvalidDigest") << text;
  }
}

TEST_F(S3Objects, ChecksumHeadersMustFitEachOther) {
  const std::string crc = "y/Q5Jg==";
  const auto put_with = [this](http::Fields fields) {
    return outcome(call("PUT", "/fleet/c", std::move(fields), "123456789"));
  };
  EXPECT_EQ(put_with({{"x-amz-checksum-crc32", crc}, {"x-amz-checksum-crc32c", "4waSgw=="}}),
            "400 InvalidRequest");
  EXPECT_EQ(put_with({{"x-amz-sdk-checksum-algorithm", "CRC32"}}), "400 InvalidRequest");
  EXPECT_EQ(put_with({{"x-amz-checksum-crc32", crc}, {"x-amz-sdk-checksum-algorithm", "SHA1"}}),
            "400 InvalidRequest");
  EXPECT_EQ(put_with({{"x-amz-checksum-crc32", crc}, {"x-amz-sdk-checksum-algorithm", "CRC32"}}),
            "200");
}

TEST_F(S3Objects, StreamsWithTrailersAreStoredDecoded) {
  const auto stream = [this](std::string body, std::string length, http::Fields more) {
    http::Fields fields{{"Content-Encoding", "aws-chunked"},
                        {"x-amz-decoded-content-length", std::move(length)}};
    fields.insert(fields.end(), more.begin(), more.end());
    return call("PUT", "/fleet/stream", fields, std::move(body),
                "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
  };
  const http::Fields announced{{"x-amz-trailer", "x-amz-checksum-crc32"}};
  const std::string good =
      test::unsigned_chunks({"1234", "56789"}, "x-amz-checksum-crc32:y/Q5Jg==");
  const http::Response response = stream(good, "9", announced);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(field(response, "x-amz-checksum-crc32"), "y/Q5Jg==");
  EXPECT_EQ(body_of(call("GET", "/fleet/stream")), "123456789");
  EXPECT_EQ(field(call("GET", "/fleet/stream"), "Content-Encoding"), "(none)");
  EXPECT_EQ(outcome(stream(good, "10", announced)), "400 IncompleteBody");
  EXPECT_EQ(outcome(stream(good, "8", announced)), "400 IncompleteBody");
  EXPECT_EQ(outcome(stream(good.substr(0, 9), "9", announced)), "400 IncompleteBody");
  EXPECT_EQ(outcome(stream(good, "x", announced)), "411 MissingContentLength");
  EXPECT_EQ(outcome(stream(good, "9", {})), "400 MalformedTrailerError");
  EXPECT_EQ(outcome(stream(test::unsigned_chunks({"123456789"}, ""), "9", announced)),
            "400 MalformedTrailerError");
  EXPECT_EQ(outcome(stream(test::unsigned_chunks({"123456788"}, "x-amz-checksum-crc32:y/Q5Jg=="),
                           "9", announced)),
            "400 BadDigest");
}

TEST_F(S3Objects, OtherEncodingsThanTheTransportsAreKept) {
  put("/fleet/gz", "x", {{"Content-Encoding", "aws-chunked, gzip"}});
  EXPECT_EQ(field(call("GET", "/fleet/gz"), "Content-Encoding"), "gzip");
}

TEST_F(S3Objects, BodiesThatAreNotWhatWasSignedAreRefused) {
  http::Request request = signer.sign({"PUT", "/fleet/fw.bin", {{"Host", host}}, "the firmware"});
  request.body = "The firmware";
  const http::Response response = handle(request);
  EXPECT_EQ(outcome(response), "400 XAmzContentSHA256Mismatch");
  EXPECT_EQ(element(response, "ClientComputedContentSHA256"), test::sha256_text("the firmware"));
  EXPECT_EQ(element(response, "S3ComputedContentSHA256"), test::sha256_text("The firmware"));
  http::Request cut = signer.sign(
      {"PUT", "/fleet/fw.bin", {{"Host", host}, {"Content-Length", "12"}}, "the firmware"});
  cut.body = "the firm";
  EXPECT_EQ(outcome(handle(cut)), "400 IncompleteBody");
  EXPECT_EQ(body_of(get()), "0123456789");
}

TEST_F(S3Objects, OddKeysAreKeptByteForByte) {
  const struct {
    const char *target, *key;
  } keys[] = {
      {"/fleet/with%20space", "with space"},
      {"/fleet/a+b", "a+b"},
      {"/fleet/a%2Bb%26c%3Dd%3Be", "a+b&c=d;e"},
      {"/fleet/it's!*()~@,", "it's!*()~@,"},
      {"/fleet/%C3%BC%E2%82%AC%F0%9F%9A%97", "\xc3\xbc\xe2\x82\xac\xf0\x9f\x9a\x97"},
      {"/fleet/deep//er/", "deep//er/"},
      {"/fleet/dot/./dots/../x", "dot/./dots/../x"},
      {"/fleet/100%25", "100%"},
      {"/fleet/%2541", "%41"},
      {"/fleet/a%3Fb%23c", "a?b#c"},
  };
  for (const auto& [target, key] : keys) {
    put(target, key);
    EXPECT_NE(inventory.object("fleet", key), nullptr) << target;
    EXPECT_EQ(body_of(call("GET", target)), key);
  }
  EXPECT_EQ(outcome(call("PUT", "/fleet/%FF")), "400 InvalidURI");
  EXPECT_EQ(outcome(call("PUT", "/fleet/" + std::string(1'025, 'k'))), "400 KeyTooLongError");
  EXPECT_EQ(outcome(call("PUT", "/fleet/" + std::string(1'024, 'k'))), "200");
}

TEST_F(S3Objects, LentContentIsServedToo) {
  const std::string image = "image of the simulator";
  Object object;
  object.content = Content::lent(http::bytes_of(image));
  object.etag = etag_of(object.content.bytes());
  inventory.apply(ObjectPut{"fleet", "lent", std::move(object)});
  EXPECT_EQ(body_of(call("GET", "/fleet/lent", {{"Range", "bytes=0-4"}})), "image");
}

}  // namespace
}  // namespace cartstorm::broker::s3

#include <gmock/gmock.h>

#include "tests/unit/broker-mock/support/s3_client.hpp"

namespace cartstorm::broker::s3 {
namespace {

using test::body_of;
using test::element;
using test::field;
using test::outcome;

class S3Writes : public test::S3Client {
 protected:
  S3Writes() {
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

TEST_F(S3Writes, WritesMayBeConditional) {
  const std::string etag = field(get(), "ETag");
  const auto write = [this](const char* target, const char* name, const std::string& value) {
    return outcome(call("PUT", target, {{name, value}}, "new"));
  };
  EXPECT_EQ(write("/fleet/fw.bin", "If-None-Match", "*"), "412 PreconditionFailed");
  EXPECT_EQ(write("/fleet/fresh", "If-None-Match", "*"), "200");
  EXPECT_EQ(write("/fleet/fw.bin", "If-None-Match", etag), "501 NotImplemented");
  EXPECT_EQ(write("/fleet/fw.bin", "If-Match", "\"a\""), "412 PreconditionFailed");
  EXPECT_EQ(write("/fleet/nothing", "If-Match", etag), "404 NoSuchKey");
  EXPECT_EQ(write("/fleet/fw.bin", "If-Match", etag), "200");
}

TEST_F(S3Writes, MetadataHasLimits) {
  EXPECT_EQ(outcome(call("PUT", "/fleet/m", {{"x-amz-meta-a", std::string(2'047, 'x')}}, "")),
            "200");
  EXPECT_EQ(outcome(call("PUT", "/fleet/m", {{"x-amz-meta-a", std::string(2'048, 'x')}}, "")),
            "400 MetadataTooLarge");
  EXPECT_EQ(outcome(presigned("PUT", "/fleet/m?x-amz-meta-a=b%0D%0Ac")), "400 InvalidArgument");
}

TEST_F(S3Writes, AreDeletedOnceAndForAll) {
  EXPECT_EQ(call("DELETE", "/fleet/fw.bin").status, 204);
  EXPECT_EQ(outcome(get()), "404 NoSuchKey");
  EXPECT_EQ(element(get(), "Key"), "fw.bin");
  EXPECT_EQ(call("DELETE", "/fleet/fw.bin").status, 204);
  EXPECT_EQ(outcome(call("DELETE", "/nowhere/fw.bin")), "404 NoSuchBucket");
}

TEST_F(S3Writes, CopiesShareTheirBytesAndTakeOrReplaceTheirDescription) {
  now.unix_ms += 60'000;
  const auto copy = [this](const char* target, const char* source, http::Fields more = {}) {
    more.push_back({"x-amz-copy-source", source});
    return call("PUT", target, std::move(more));
  };
  const http::Response copied = copy("/fleet/copy", "/fleet/fw.bin");
  EXPECT_EQ(element(copied, "ETag"), "&quot;781e5e245d69b566979b86e28d23f2c7&quot;");
  EXPECT_EQ(element(copied, "LastModified"), "2024-03-10T12:01:00.000Z");
  EXPECT_EQ(field(call("GET", "/fleet/copy"), "x-amz-meta-version"), "2.4.0");
  EXPECT_EQ(call("GET", "/fleet/copy").content, get().content);
  EXPECT_EQ(copy("/fleet/copy", "fleet/fw.bin",
                 {{"x-amz-metadata-directive", "REPLACE"}, {"x-amz-meta-new", "1"}})
                .status,
            200);
  EXPECT_EQ(field(call("GET", "/fleet/copy"), "x-amz-meta-version"), "(none)");
  EXPECT_EQ(field(call("GET", "/fleet/copy"), "Content-Type"), "binary/octet-stream");
  const http::Response with_sum =
      copy("/fleet/copy", "fleet/fw.bin", {{"x-amz-checksum-algorithm", "CRC32C"}});
  EXPECT_EQ(element(with_sum, "ChecksumCRC32C"), "KAwGng==");
  EXPECT_EQ(outcome(copy("/fleet/fw.bin", "fleet/fw.bin")), "400 InvalidRequest");
  EXPECT_EQ(outcome(copy("/fleet/copy", "fleet/none")), "404 NoSuchKey");
  EXPECT_EQ(outcome(copy("/fleet/copy", "nowhere/none")), "404 NoSuchBucket");
  for (const char* source : {"", "/", "fleet", "fleet/", "/fleet/", "%zz/a"}) {
    EXPECT_EQ(outcome(copy("/fleet/copy", source)), "400 InvalidArgument") << source;
  }
  EXPECT_EQ(outcome(copy("/fleet/copy", "fleet/fw.bin?versionId=abc")), "400 InvalidArgument");
  EXPECT_EQ(outcome(copy("/fleet/copy", "fleet/fw.bin",
                         {{"x-amz-copy-source-if-none-match", field(get(), "ETag")}})),
            "412 PreconditionFailed");
  EXPECT_EQ(outcome(copy("/fleet/copy", "fleet/fw.bin", {{"x-amz-metadata-directive", "MERGE"}})),
            "400 InvalidArgument");
}

TEST_F(S3Writes, PresignedRequestsReadWriteAndAsk) {
  EXPECT_EQ(body_of(presigned("GET", "/fleet/fw.bin?x-id=GetObject", {{"Range", "bytes=1-2"}})),
            "12");
  EXPECT_EQ(presigned("HEAD", "/fleet/fw.bin").announced_size, 10U);
  EXPECT_EQ(presigned("PUT", "/fleet/by-url?x-amz-meta-from=query", {}, "body").status, 200);
  EXPECT_EQ(body_of(call("GET", "/fleet/by-url")), "body");
  EXPECT_EQ(field(call("GET", "/fleet/by-url"), "x-amz-meta-from"), "query");
  // A presigner that did not know the body bakes in the checksum of nothing; S3 compares it.
  EXPECT_EQ(outcome(presigned("PUT",
                              "/fleet/by-url?x-amz-checksum-crc32=AAAAAA%3D%3D&"
                              "x-amz-sdk-checksum-algorithm=CRC32",
                              {}, "body")),
            "400 BadDigest");
  now.unix_ms += 600'000;
  http::Request old = signer.presign({"GET", "/fleet/fw.bin", {{"Host", host}}, ""}, 600);
  const http::Response expired = handle(old);
  EXPECT_EQ(outcome(expired), "403 AccessDenied");
  EXPECT_EQ(element(expired, "Message"), "Request has expired");
  EXPECT_EQ(element(expired, "X-Amz-Expires"), "600");
  EXPECT_EQ(element(expired, "Expires"), "2024-03-10T12:10:00Z");
  EXPECT_EQ(element(expired, "ServerTime"), "2024-03-10T12:10:00Z");
}

}  // namespace
}  // namespace cartstorm::broker::s3

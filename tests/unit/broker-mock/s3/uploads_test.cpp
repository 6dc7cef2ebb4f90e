#include <gmock/gmock.h>

#include "tests/unit/broker-mock/support/s3_client.hpp"

namespace cartstorm::broker::s3 {
namespace {

using test::body_of;
using test::element;
using test::elements;
using test::field;
using test::outcome;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::size_t five_mib = 5U << 20;

/// A multipart upload of `fleet/fw.bin`, step by step.
class S3Uploads : public test::S3Client {
 protected:
  S3Uploads() { make_bucket(); }

  std::string begin(http::Fields fields = {}) {
    return element(call("POST", "/fleet/fw.bin?uploads", std::move(fields)), "UploadId");
  }
  http::Response part(const std::string& id, const std::string& number, std::string body,
                      http::Fields fields = {}) {
    return call("PUT", "/fleet/fw.bin?partNumber=" + number + "&uploadId=" + id, std::move(fields),
                std::move(body));
  }
  struct Named {
    int number;
    std::string etag;
    std::string more = {};
  };
  http::Response complete(const std::string& id, const std::vector<Named>& parts,
                          http::Fields fields = {}) {
    std::string body = "<CompleteMultipartUpload>";
    for (const Named& one : parts) {
      body += "<Part><PartNumber>" + std::to_string(one.number) + "</PartNumber><ETag>" + one.etag +
              "</ETag>" + one.more + "</Part>";
    }
    return call("POST", "/fleet/fw.bin?uploadId=" + id, std::move(fields),
                body + "</CompleteMultipartUpload>");
  }
  std::string etag_of_part(const http::Response& response) { return field(response, "ETag"); }

  const std::string big = std::string(five_mib, 'a');
};

TEST_F(S3Uploads, JoinTheirPartsInOrder) {
  const std::string id = begin({{"Content-Type", "a/b"}, {"x-amz-meta-v", "3"}});
  const std::string second = etag_of_part(part(id, "9", "tail"));
  const std::string first = etag_of_part(part(id, "2", big));
  EXPECT_EQ(second, "\"7aea2552dfe7eb84b9443b6fc9ba6e01\"");
  const http::Response done = complete(id, {{2, first}, {9, second}});
  EXPECT_EQ(done.status, 200);
  // MD5 of the two digests, one after the other.
  EXPECT_EQ(element(done, "ETag"), "&quot;30dcfd3901d1c613b7fb532281748544-2&quot;");
  EXPECT_EQ(element(done, "Location"), "http://127.0.0.1:9000/fleet/fw.bin");
  const http::Response whole = call("GET", "/fleet/fw.bin");
  EXPECT_EQ(body_of(whole), big + "tail");
  EXPECT_EQ(field(whole, "ETag"), "\"30dcfd3901d1c613b7fb532281748544-2\"");
  EXPECT_EQ(field(whole, "Content-Type"), "a/b");
  EXPECT_EQ(field(whole, "x-amz-meta-v"), "3");
  EXPECT_TRUE(inventory.uploads().empty());
  EXPECT_EQ(inventory.stored_bytes(), five_mib + 4);
  EXPECT_EQ(outcome(complete(id, {{2, first}})), "404 NoSuchUpload");
}

TEST_F(S3Uploads, PartsCanBeReadBackByNumber) {
  const std::string id = begin();
  const std::string first = etag_of_part(part(id, "1", big)),
                    second = etag_of_part(part(id, "2", "tail"));
  EXPECT_EQ(complete(id, {{1, first}, {2, second}}).status, 200);
  const http::Response tail = call("GET", "/fleet/fw.bin?partNumber=2");
  EXPECT_EQ(tail.status, 206);
  EXPECT_EQ(body_of(tail), "tail");
  EXPECT_EQ(field(tail, "x-amz-mp-parts-count"), "2");
  EXPECT_EQ(field(tail, "Content-Range"), "bytes 5242880-5242883/5242884");
  EXPECT_EQ(call("HEAD", "/fleet/fw.bin?partNumber=1").announced_size, five_mib);
  EXPECT_EQ(outcome(call("GET", "/fleet/fw.bin?partNumber=3")), "416 InvalidPartNumber");
  EXPECT_EQ(outcome(call("GET", "/fleet/fw.bin?partNumber=0")), "400 InvalidArgument");
  EXPECT_EQ(outcome(call("GET", "/fleet/fw.bin?partNumber=1", {{"Range", "bytes=0-1"}})),
            "400 InvalidRequest");
  put("/fleet/plain", "abc");
  EXPECT_EQ(body_of(call("GET", "/fleet/plain?partNumber=1")), "abc");
}

TEST_F(S3Uploads, AListOfPartsMustFit) {
  const std::string id = begin();
  const std::string small = etag_of_part(part(id, "1", "small")),
                    large = etag_of_part(part(id, "2", big));
  EXPECT_EQ(outcome(complete(id, {{2, large}, {1, small}})), "400 InvalidPartOrder");
  EXPECT_EQ(outcome(complete(id, {{2, large}, {2, large}})), "400 InvalidPartOrder");
  EXPECT_EQ(outcome(complete(id, {{3, large}})), "400 InvalidPart");
  EXPECT_EQ(outcome(complete(id, {{2, small}})), "400 InvalidPart");
  EXPECT_EQ(outcome(complete(id, {{2, "*"}})), "400 InvalidPart");
  const http::Response early = complete(id, {{1, small}, {2, large}});
  EXPECT_EQ(outcome(early), "400 EntityTooSmall");
  EXPECT_EQ(element(early, "ProposedSize"), "5");
  EXPECT_EQ(element(early, "MinSizeAllowed"), "5242880");
  EXPECT_EQ(element(early, "PartNumber"), "1");
  EXPECT_EQ(outcome(complete(id, {})), "400 MalformedXML");
  EXPECT_EQ(outcome(call("POST", "/fleet/fw.bin?uploadId=" + id, {}, "<Complete")),
            "400 MalformedXML");
  EXPECT_EQ(outcome(complete(id, {{2, large}}, {{"If-Match", "\"a\""}})), "404 NoSuchKey");
  EXPECT_EQ(outcome(complete(id, {{2, large}}, {{"x-amz-mp-object-size", "1"}})),
            "400 InvalidRequest");
  EXPECT_EQ(inventory.object("fleet", "fw.bin"), nullptr);
  EXPECT_EQ(outcome(complete(id, {{2, large}}, {{"If-None-Match", "*"}})), "200")
      << "a refused list leaves the upload open";
}

TEST_F(S3Uploads, OfAnotherKeyAreUnknown) {
  const std::string id = begin();
  for (const auto& [method, target] :
       {std::pair{"PUT", "/fleet/other?partNumber=1&uploadId="},
        std::pair{"GET", "/fleet/other?uploadId="}, std::pair{"DELETE", "/fleet/other?uploadId="},
        std::pair{"POST", "/fleet/other?uploadId="}}) {
    EXPECT_EQ(outcome(call(method, target + id)), "404 NoSuchUpload") << method;
    EXPECT_EQ(element(call(method, target + id), "UploadId"), id);
  }
  for (const char* number : {"0", "10001", "x", "", "-1", "1x"}) {
    EXPECT_EQ(outcome(part(id, number, "")), "400 InvalidArgument") << number;
  }
}

TEST_F(S3Uploads, AreListedAndAborted) {
  const std::string one = begin();
  const std::string other = element(call("POST", "/fleet/dir/b?uploads"), "UploadId");
  EXPECT_THAT(elements(call("GET", "/fleet?uploads"), "Key"), ElementsAre("dir/b", "fw.bin"));
  EXPECT_THAT(elements(call("GET", "/fleet?uploads"), "UploadId"), ElementsAre(other, one));
  EXPECT_THAT(elements(call("GET", "/fleet?uploads&prefix=dir"), "Key"), ElementsAre("dir/b"));
  EXPECT_THAT(elements(call("GET", "/fleet?uploads&delimiter=%2F"), "Key"), ElementsAre("fw.bin"));
  const http::Response page = call("GET", "/fleet?uploads&max-uploads=1");
  EXPECT_EQ(element(page, "IsTruncated"), "true");
  EXPECT_EQ(element(page, "NextKeyMarker"), "dir/b");
  EXPECT_THAT(elements(call("GET", "/fleet?uploads&key-marker=dir%2Fb&upload-id-marker=" + other),
                       "UploadId"),
              ElementsAre(one));
  part(one, "1", "a");
  part(one, "5", "bb");
  const http::Response parts = call("GET", "/fleet/fw.bin?uploadId=" + one);
  EXPECT_THAT(elements(parts, "PartNumber"), ElementsAre("1", "5"));
  EXPECT_THAT(elements(parts, "Size"), ElementsAre("1", "2"));
  EXPECT_EQ(element(parts, "IsTruncated"), "false");
  const http::Response first = call("GET", "/fleet/fw.bin?max-parts=1&uploadId=" + one);
  EXPECT_EQ(element(first, "NextPartNumberMarker"), "1");
  EXPECT_THAT(
      elements(call("GET", "/fleet/fw.bin?part-number-marker=1&uploadId=" + one), "PartNumber"),
      ElementsAre("5"));
  EXPECT_EQ(call("DELETE", "/fleet/fw.bin?uploadId=" + one).status, 204);
  EXPECT_EQ(outcome(call("GET", "/fleet/fw.bin?uploadId=" + one)), "404 NoSuchUpload");
  EXPECT_EQ(inventory.stored_bytes(), 0U);
  EXPECT_EQ(call("DELETE", "/fleet").status, 204) << "open uploads do not keep a bucket";
  EXPECT_THAT(inventory.uploads(), IsEmpty());
}

TEST_F(S3Uploads, APartIsReplacedByTheLastOfItsNumber) {
  const std::string id = begin();
  part(id, "1", "old");
  const std::string fresh = etag_of_part(part(id, "1", "newer"));
  EXPECT_EQ(inventory.stored_bytes(), 5U);
  EXPECT_EQ(complete(id, {{1, fresh}}).status, 200);
  EXPECT_EQ(body_of(call("GET", "/fleet/fw.bin")), "newer");
}

TEST_F(S3Uploads, CompositeChecksumsAreMadeOfTheParts) {
  const std::string id = begin({{"x-amz-checksum-algorithm", "CRC32"}});
  const http::Response only = part(id, "1", "123456789", {{"x-amz-checksum-crc32", "y/Q5Jg=="}});
  EXPECT_EQ(field(only, "x-amz-checksum-crc32"), "y/Q5Jg==");
  EXPECT_EQ(outcome(part(id, "1", "12345678", {{"x-amz-checksum-crc32", "y/Q5Jg=="}})),
            "400 BadDigest");
  EXPECT_EQ(outcome(part(id, "1", "123456789", {{"x-amz-checksum-crc32c", "4waSgw=="}})),
            "400 InvalidRequest");
  EXPECT_EQ(
      outcome(complete(id, {{1, etag_of_part(only), "<ChecksumCRC32>AAAAAA==</ChecksumCRC32>"}})),
      "400 InvalidPart");
  const http::Response done =
      complete(id, {{1, etag_of_part(only), "<ChecksumCRC32>y/Q5Jg==</ChecksumCRC32>"}});
  EXPECT_EQ(element(done, "ChecksumType"), "COMPOSITE");
  EXPECT_EQ(element(done, "ChecksumCRC32"), "7kxlUA==-1");
  const http::Response head = call("HEAD", "/fleet/fw.bin", {{"x-amz-checksum-mode", "ENABLED"}});
  EXPECT_EQ(field(head, "x-amz-checksum-crc32"), "7kxlUA==-1");
  EXPECT_EQ(field(head, "x-amz-checksum-type"), "COMPOSITE");
}

TEST_F(S3Uploads, FullChecksumsAreThoseOfTheWhole) {
  const std::string id =
      begin({{"x-amz-checksum-algorithm", "CRC64NVME"}, {"x-amz-checksum-type", "FULL_OBJECT"}});
  const std::string etag = etag_of_part(part(id, "1", "123456789"));
  EXPECT_EQ(outcome(complete(id, {{1, etag}}, {{"x-amz-checksum-crc64nvme", "AAAAAAAAAAA="}})),
            "400 BadDigest");
  const http::Response done =
      complete(id, {{1, etag}}, {{"x-amz-checksum-crc64nvme", "rosUhgp5mIg="}});
  EXPECT_EQ(element(done, "ChecksumCRC64NVME"), "rosUhgp5mIg=");
  EXPECT_EQ(element(done, "ChecksumType"), "FULL_OBJECT");
  for (const auto& [algorithm, type] :
       {std::pair{"SHA256", "FULL_OBJECT"}, std::pair{"CRC64NVME", "COMPOSITE"},
        std::pair{"CRC32", "PARTIAL"}, std::pair{"MD5", "COMPOSITE"}}) {
    EXPECT_EQ(
        outcome(call("POST", "/fleet/fw.bin?uploads",
                     {{"x-amz-checksum-algorithm", algorithm}, {"x-amz-checksum-type", type}})),
        "400 InvalidRequest")
        << algorithm << type;
  }
}

TEST_F(S3Uploads, PartsMayBeCopied) {
  put("/fleet/source", "0123456789");
  const std::string id = begin();
  const auto copy = [&](http::Fields fields) {
    fields.push_back({"x-amz-copy-source", "/fleet/source"});
    return part(id, "1", "", std::move(fields));
  };
  EXPECT_THAT(copy({}).body,
              HasSubstr("<ETag>&quot;781e5e245d69b566979b86e28d23f2c7&quot;</ETag>"));
  for (const char* range : {"bytes=0-10", "bytes=5-", "bytes=-5", "0-1", "bytes=3-1"}) {
    EXPECT_EQ(outcome(copy({{"x-amz-copy-source-range", range}})), "400 InvalidArgument") << range;
  }
  const http::Response middle = copy({{"x-amz-copy-source-range", "bytes=2-4"}});
  std::string etag = element(middle, "ETag");
  EXPECT_EQ(complete(id, {{1, etag}}).status, 200);
  EXPECT_EQ(body_of(call("GET", "/fleet/fw.bin")), "234");
}

}  // namespace
}  // namespace cartstorm::broker::s3

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "broker-mock/s3/record.hpp"
#include "tests/unit/broker-mock/support/s3_client.hpp"

namespace cartstorm::broker::s3 {
namespace {

using test::body_of;
using test::element;
using test::field;
using test::outcome;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class S3Front : public test::S3Client {
 protected:
  S3Front() {
    make_bucket();
    put("/fleet/fw.bin", "0123456789");
  }
};

TEST_F(S3Front, ErrorsAreXmlWithAnId) {
  const http::Response response = call("GET", "/fleet/9<9>");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(field(response, "Content-Type"), "application/xml");
  EXPECT_EQ(response.body,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NoSuchKey</Code><Message>The "
            "specified key does not exist.</Message><Key>9&lt;9&gt;</Key><RequestId>" +
                field(response, "x-amz-request-id") +
                "</RequestId><HostId>bW9jaw==</HostId></Error>");
}

TEST_F(S3Front, RefusalsOfSignaturesAreWordedAsS3Does) {
  const http::Request plain{"GET", "/fleet/fw.bin", {{"Host", host}}, ""};
  EXPECT_EQ(outcome(handle(plain)), "403 AccessDenied");
  http::Request old = plain;
  old.target += "?AWSAccessKeyId=A&Signature=b&Expires=1";
  EXPECT_EQ(outcome(handle(old)), "400 InvalidRequest");
  EXPECT_THAT(handle(old).body, HasSubstr("Please use AWS4-HMAC-SHA256."));
  test::IndependentSigner other = signer;
  other.access_key = "AKIDNOBODY";
  EXPECT_EQ(outcome(handle(other.sign(plain))), "403 InvalidAccessKeyId");
  EXPECT_EQ(element(handle(other.sign(plain)), "AWSAccessKeyId"), "AKIDNOBODY");
  other = signer;
  other.secret = "guess";
  const http::Response wrong = handle(other.sign(plain));
  EXPECT_EQ(outcome(wrong), "403 SignatureDoesNotMatch");
  EXPECT_THAT(element(wrong, "CanonicalRequest"),
              StartsWith("GET\n/fleet/fw.bin\n\nhost:127.0.0.1:9000\n"));
  EXPECT_THAT(element(wrong, "StringToSign"), StartsWith("AWS4-HMAC-SHA256\n20240310T120000Z\n"));
  EXPECT_THAT(element(wrong, "StringToSignBytes"), StartsWith("41 57 53 34"));
  EXPECT_EQ(element(wrong, "SignatureProvided").size(), 64U);
  EXPECT_THAT(wrong.body, ::testing::Not(HasSubstr(signer.secret)));
}

TEST_F(S3Front, ScopesAndTimesAreWordedAsS3Does) {
  const http::Request plain{"GET", "/fleet/fw.bin", {{"Host", host}}, ""};
  test::IndependentSigner other = signer;
  other.region = "eu-west-1";
  EXPECT_EQ(outcome(handle(other.sign(plain))), "400 AuthorizationHeaderMalformed");
  EXPECT_EQ(element(handle(other.sign(plain)), "Message"),
            "The authorization header is malformed; the region 'eu-west-1' is wrong; expecting "
            "'us-east-1'");
  EXPECT_EQ(element(handle(other.sign(plain)), "Region"), "us-east-1");
  EXPECT_EQ(outcome(handle(other.presign(plain, 60))), "400 AuthorizationQueryParametersError");
  other = signer;
  other.service = "iot";
  EXPECT_EQ(outcome(handle(other.sign(plain))), "400 AuthorizationHeaderMalformed");
  other = signer;
  other.amz_date = "20240310T121501Z";
  const http::Response skewed = handle(other.sign(plain));
  EXPECT_EQ(outcome(skewed), "403 RequestTimeTooSkewed");
  EXPECT_EQ(element(skewed, "ServerTime"), "2024-03-10T12:00:00Z");
  EXPECT_EQ(element(skewed, "MaxAllowedSkewMilliseconds"), "900000");
  EXPECT_EQ(outcome(handle(other.presign(plain, 60))), "403 AccessDenied");
  EXPECT_EQ(element(handle(other.presign(plain, 60)), "Message"), "Request is not valid yet");
  EXPECT_EQ(outcome(handle(signer.presign(plain, 604'801))),
            "400 AuthorizationQueryParametersError");
}

TEST_F(S3Front, HeadersThatDoNotFitAreWordedAsS3Does) {
  const http::Request plain{"GET", "/fleet/fw.bin", {{"Host", host}}, ""};
  http::Request late = signer.sign(plain);
  late.fields.push_back({"x-amz-request-payer", "requester"});
  EXPECT_EQ(outcome(handle(late)), "403 AccessDenied");
  EXPECT_EQ(element(handle(late), "HeadersNotSigned"), "x-amz-request-payer");
  EXPECT_EQ(outcome(handle(signer.sign(plain, "BLAH"))), "400 InvalidArgument");
  http::Request twice = signer.presign(plain, 60);
  twice.fields.push_back({"Authorization", "AWS x:y"});
  EXPECT_EQ(outcome(handle(twice)), "400 InvalidArgument");
  http::Request head = plain;
  head.method = "HEAD";
  EXPECT_EQ(handle(head).status, 403);
  EXPECT_EQ(handle(head).body, "");
}

TEST_F(S3Front, TemporaryKeysEndWithTheirSession) {
  authenticator.keys().add("ASIATEMP", {"temporary", "tok/en+==", noon + 60});
  signer.access_key = "ASIATEMP";
  signer.secret = "temporary";
  EXPECT_EQ(outcome(call("GET", "/fleet/fw.bin")), "400 InvalidToken");
  signer.token = "tok/en+==";
  EXPECT_EQ(call("GET", "/fleet/fw.bin").status, 200);
  EXPECT_EQ(presigned("GET", "/fleet/fw.bin").status, 200);
  now.unix_ms += 60'000;
  EXPECT_EQ(outcome(presigned("GET", "/fleet/fw.bin")), "400 ExpiredToken");
}

TEST_F(S3Front, LimitsKeepItsMemory) {
  Inventory small;
  MemoryObjectStore store;
  ServiceConfig config;
  config.limits = {.object_bytes = 10,
                   .stored_bytes = 25,
                   .objects = 3,
                   .uploads = 1,
                   .buckets = 2,
                   .part_bytes = 1};
  Service tight{config, authenticator, small, store};
  const auto ask = [&](const char* method, const char* target, std::size_t bytes = 0) {
    return outcome(tight.handle(
        signer.sign({method, target, {{"Host", host}}, std::string(bytes, 'x')}), now));
  };
  EXPECT_EQ(ask("PUT", "/one"), "200");
  EXPECT_EQ(ask("PUT", "/two"), "200");
  EXPECT_EQ(ask("PUT", "/three"), "400 TooManyBuckets");
  EXPECT_EQ(ask("PUT", "/one/a", 11), "400 EntityTooLarge");
  EXPECT_EQ(ask("PUT", "/one/a", 10), "200");
  EXPECT_EQ(ask("PUT", "/one/b", 10), "200");
  EXPECT_EQ(ask("PUT", "/one/c", 6), "503 ServiceUnavailable");
  EXPECT_EQ(ask("PUT", "/one/c", 5), "200");
  EXPECT_EQ(ask("PUT", "/one/d", 0), "503 ServiceUnavailable");
  EXPECT_EQ(ask("DELETE", "/one/b"), "204");
  EXPECT_EQ(ask("PUT", "/one/d", 10), "200");
  EXPECT_EQ(ask("POST", "/one/e?uploads"), "200");
  EXPECT_EQ(ask("POST", "/one/e?uploads"), "503 SlowDown");
}

/// A store that keeps nothing while it is broken.
class BrokenStore final : public ObjectStore {
 public:
  bool is_broken = false;
  bool commit(std::span<const Change> changes) override {
    return !is_broken && kept.commit(changes);
  }
  void load(const std::function<void(const Change&)>& tell) override { kept.load(tell); }

 private:
  MemoryObjectStore kept;
};

TEST_F(S3Front, WhatIsNotDurableHasNotHappened) {
  Inventory seen;
  BrokenStore store;
  Service front{{}, authenticator, seen, store};
  const auto ask = [&](const char* method, const std::string& target, http::Fields fields = {},
                       std::string body = "") {
    fields.insert(fields.begin(), {"Host", host});
    return front.handle(signer.sign({method, target, std::move(fields), std::move(body)}), now);
  };
  ask("PUT", "/fleet");
  ask("PUT", "/fleet/old", {}, "old");
  const std::string id = element(ask("POST", "/fleet/up?uploads"), "UploadId");
  const std::string etag =
      field(ask("PUT", "/fleet/up?partNumber=1&uploadId=" + id, {}, "part"), "ETag");
  const std::string list = "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>" +
                           etag + "</ETag></Part></CompleteMultipartUpload>";
  const std::string doomed = "<Delete><Object><Key>old</Key></Object></Delete>";
  const std::string md5 = http::base64(http::bytes_of(http::md5(http::bytes_of(doomed))));
  store.is_broken = true;
  const http::Response answers[] = {
      ask("PUT", "/other"),
      ask("PUT", "/fleet/old", {}, "new"),
      ask("PUT", "/fleet/new", {{"x-amz-copy-source", "fleet/old"}}),
      ask("DELETE", "/fleet/old"),
      ask("POST", "/fleet?delete", {{"Content-MD5", md5}}, doomed),
      ask("POST", "/fleet/more?uploads"),
      ask("PUT", "/fleet/up?partNumber=2&uploadId=" + id, {}, "more"),
      ask("POST", "/fleet/up?uploadId=" + id, {}, list),
      ask("DELETE", "/fleet/up?uploadId=" + id),
  };
  for (const http::Response& answer : answers) EXPECT_EQ(outcome(answer), "500 InternalError");
  EXPECT_EQ(body_of(ask("GET", "/fleet/old")), "old");
  EXPECT_EQ(seen.buckets().size(), 1U);
  EXPECT_EQ(seen.object_count(), 1U);
  EXPECT_EQ(seen.upload(id)->parts.size(), 1U);
  store.is_broken = false;
  EXPECT_EQ(ask("POST", "/fleet/up?uploadId=" + id, {}, list).status, 200);
}

TEST_F(S3Front, ARestartForgetsNothing) {
  const std::string id = element(call("POST", "/fleet/up?uploads"), "UploadId");
  const std::string etag =
      field(call("PUT", "/fleet/up?partNumber=1&uploadId=" + id, {}, "part"), "ETag");
  put("/fleet/gone", "x");
  call("DELETE", "/fleet/gone");
  Inventory again;
  Service restarted{{}, authenticator, again, durable};
  const auto ask = [&](const char* method, const std::string& target, std::string body = "") {
    return restarted.handle(signer.sign({method, target, {{"Host", host}}, std::move(body)}), now);
  };
  const http::Response found = ask("GET", "/fleet/fw.bin");
  EXPECT_EQ(body_of(found), "0123456789");
  EXPECT_EQ(field(found, "Last-Modified"), "Sun, 10 Mar 2024 12:00:00 GMT");
  EXPECT_EQ(outcome(ask("GET", "/fleet/gone")), "404 NoSuchKey");
  EXPECT_NE(element(ask("POST", "/fleet/up?uploads"), "UploadId"), id);
  EXPECT_EQ(ask("POST", "/fleet/up?uploadId=" + id,
                "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>" + etag +
                    "</ETag></Part></CompleteMultipartUpload>")
                .status,
            200);
  EXPECT_EQ(body_of(ask("GET", "/fleet/up")), "part");
}

TEST_F(S3Front, ChaosIsSwitchedAtRunTime) {
  Chaos chaos;
  chaos.slow_down = 1000;
  service.set_chaos(chaos);
  EXPECT_EQ(outcome(call("GET", "/fleet/fw.bin")), "503 SlowDown");
  chaos = {.internal_error = 1000};
  service.set_chaos(chaos);
  EXPECT_EQ(outcome(call("PUT", "/fleet/fw.bin", {}, "x")), "500 InternalError");
  chaos = {.expired_url = 1000};
  service.set_chaos(chaos);
  const http::Response expired = presigned("GET", "/fleet/fw.bin");
  EXPECT_EQ(element(expired, "Message"), "Request has expired");
  EXPECT_EQ(element(expired, "Expires"), "2024-03-10T12:10:00Z");
  EXPECT_EQ(call("GET", "/fleet/fw.bin").status, 200) << "signed in the header";
  chaos = {.ignored_range = 1000};
  service.set_chaos(chaos);
  const http::Response whole = call("GET", "/fleet/fw.bin", {{"Range", "bytes=4-5"}});
  EXPECT_EQ(whole.status, 200);
  EXPECT_EQ(body_of(whole), "0123456789");
  service.set_chaos({});
  EXPECT_EQ(body_of(call("GET", "/fleet/fw.bin", {{"Range", "bytes=4-5"}})), "45");
}

TEST_F(S3Front, ChaosCutsAndMiscountsBodies) {
  service.set_chaos({.truncated_body = 1000, .kept_per_mille = 300});
  const http::Response cut = call("GET", "/fleet/fw.bin");
  EXPECT_EQ(body_of(cut), "012");
  EXPECT_EQ(cut.announced_size, 10U);
  EXPECT_EQ(body_of(call("GET", "/fleet/fw.bin", {{"Range", "bytes=5-"}})), "5");
  service.set_chaos({.truncated_body = 1000, .kept_per_mille = 1000});
  EXPECT_EQ(body_of(call("GET", "/fleet/fw.bin")), "012345678") << "something is always missing";
  service.set_chaos({.wrong_length = 1000, .length_error = -3});
  const http::Response wrong = call("GET", "/fleet/fw.bin");
  EXPECT_EQ(body_of(wrong), "0123456789");
  EXPECT_EQ(wrong.announced_size, 7U);
  EXPECT_EQ(call("HEAD", "/fleet/fw.bin").announced_size, 10U);
}

TEST_F(S3Front, ChaosReplacesTheObjectBetweenRanges) {
  const std::string etag = field(call("GET", "/fleet/fw.bin"), "ETag");
  service.set_chaos({.changed_object = 1000});
  const http::Response other = call("GET", "/fleet/fw.bin", {{"Range", "bytes=0-1"}});
  EXPECT_EQ(other.status, 206);
  EXPECT_EQ(body_of(other), "\xcf\xce");
  EXPECT_NE(field(other, "ETag"), etag);
  EXPECT_EQ(field(call("HEAD", "/fleet/fw.bin"), "ETag"), field(other, "ETag"));
  EXPECT_EQ(outcome(call("GET", "/fleet/fw.bin", {{"If-Match", etag}})), "412 PreconditionFailed");
  service.set_chaos({});
  EXPECT_EQ(field(call("GET", "/fleet/fw.bin"), "ETag"), etag);
}

TEST_F(S3Front, ChaosStrikesAsOftenAsItSays) {
  service.set_chaos({.slow_down = 250});
  int struck = 0;
  for (int i = 0; i < 1'000; ++i) {
    if (call("HEAD", "/fleet/fw.bin").status == 503) ++struck;
  }
  EXPECT_GT(struck, 200);  // of a seed that never changes: 250 on average
  EXPECT_LT(struck, 300);
}

rc::Gen<http::Fields> fields_generator() {
  return rc::gen::container<http::Fields>(rc::gen::construct<http::Field>(
      rc::gen::arbitrary<std::string>(), rc::gen::arbitrary<std::string>()));
}

RC_GTEST_PROP(S3Record, ComesBackAsItWas, (const std::string& content, std::int64_t time)) {
  Object object;
  object.content = Content::of(content);
  object.etag = *rc::gen::arbitrary<std::string>();
  object.modified = {time};
  object.content_type = *rc::gen::arbitrary<std::string>();
  object.headers = *fields_generator();
  if (*rc::gen::arbitrary<bool>()) object.checksum = Checksum{Algorithm::sha1, "abc", true};
  if (*rc::gen::arbitrary<bool>()) object.part_ends = {content.size() / 2, content.size()};
  const std::string record = to_record(object);
  const auto found = parse_object(record, object.content);
  RC_ASSERT(found.has_value());
  RC_ASSERT(to_record(*found) == record);
  RC_ASSERT(found->etag == object.etag);
  RC_ASSERT(found->modified == object.modified);
  RC_ASSERT(found->checksum == object.checksum);
  RC_ASSERT(found->part_ends == object.part_ends);
  const auto size = *rc::gen::inRange<std::size_t>(0, record.size());
  RC_ASSERT(!parse_object(record.substr(0, size), object.content));
  RC_ASSERT(!parse_object(record + "x", object.content));
}

TEST(S3Record, PartsAndUploadsComeBackToo) {
  Part part;
  part.content = Content::of("part");
  part.md5 = std::string(16, 'm');
  part.modified = {5};
  part.checksum = Checksum{Algorithm::crc64nvme, "abc", false};
  const auto found = parse_part(to_record(part), part.content);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->md5, part.md5);
  EXPECT_EQ(found->checksum, part.checksum);
  Upload upload{"id", "fleet", "key", {7}, "a/b", {{"x-amz-meta-a", "1"}}, Algorithm::crc32c,
                false};
  const auto again = parse_upload(to_record(upload));
  ASSERT_TRUE(again);
  EXPECT_EQ(to_record(*again), to_record(upload));
  EXPECT_EQ(again->algorithm, Algorithm::crc32c);
  EXPECT_EQ(again->headers[0].value, "1");
  EXPECT_FALSE(parse_upload(""));
  EXPECT_FALSE(parse_upload(to_record(part)));
  EXPECT_FALSE(parse_part(std::string{"\x02"} + to_record(part).substr(1), part.content));
}

TEST(S3Record, PartEndsMustBeThoseOfTheContent) {
  Object object;
  object.content = Content::of("0123");
  for (const auto& ends : {std::vector<std::uint64_t>{5}, {3}, {4, 3}, {2, 1, 4}}) {
    object.part_ends = ends;
    EXPECT_FALSE(parse_object(to_record(object), object.content));
  }
  object.part_ends = {2, 4};
  EXPECT_TRUE(parse_object(to_record(object), object.content));
}

}  // namespace
}  // namespace cartstorm::broker::s3

#include "broker-mock/http/authenticate.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <tuple>

#include "tests/unit/broker-mock/support/independent_signer.hpp"

namespace cartstorm::broker::http {
namespace {

using test::IndependentSigner;
using ::testing::HasSubstr;
using Why = Refusal::Why;

constexpr std::int64_t noon = 1'710'072'000;  // 2024-03-10T12:00:00Z
constexpr ServerTime at(std::int64_t s) { return {(noon + s) * 1000}; }

/// "authentic", or why not.
std::string verdict(const std::variant<Authentic, Refusal>& result) {
  if (std::holds_alternative<Authentic>(result)) return "authentic";
  return "refused " + std::to_string(static_cast<int>(std::get<Refusal>(result).why));
}
std::string refused(Why why) { return "refused " + std::to_string(static_cast<int>(why)); }

class OurKeys : public ::testing::Test {
 protected:
  OurKeys() {
    authenticator.keys().add("AKIDCARTSTORM0000001", {"cartstorm/secret+key"});
    authenticator.keys().add("AKIDOTHER", {"other secret"});
    authenticator.keys().add("ASIAENDS", {"short", "token", noon + 100});
  }
  std::string judge(const Request& request, std::int64_t s = 0) {
    return verdict(authenticator.authenticate(request, at(s)));
  }
  Authentic authentic(const Request& request, std::int64_t s = 0) {
    auto result = authenticator.authenticate(request, at(s));
    EXPECT_EQ(verdict(result), "authentic");
    return std::get<Authentic>(std::move(result));
  }
  Request get(std::string target) { return {"GET", std::move(target), {{"Host", "h:9"}}, ""}; }

  Authenticator authenticator{"us-east-1"};
  IndependentSigner signer;
};

TEST_F(OurKeys, SayWhoSigned) {
  const Authentic found = authentic(signer.sign(get("/bucket/key?x-id=GetObject")));
  EXPECT_EQ(found.caller.access_key, "AKIDCARTSTORM0000001");
  EXPECT_EQ(found.caller.date, "20240310");
  EXPECT_EQ(found.caller.region, "us-east-1");
  EXPECT_EQ(found.caller.service, "s3");
  EXPECT_FALSE(found.caller.is_presigned);
  EXPECT_EQ(found.query, (QueryPairs{{"x-id", "GetObject"}}));
  EXPECT_TRUE(authentic(signer.presign(get("/bucket/key"), 60)).caller.is_presigned);
  signer.access_key = "AKIDOTHER";
  signer.secret = "other secret";
  EXPECT_EQ(authentic(signer.sign(get("/"))).caller.access_key, "AKIDOTHER");
}

TEST_F(OurKeys, SignForEveryServiceOfTheEndpoint) {
  for (const char* service : {"iot", "execute-api", "iot-jobs-data", "iotdata", "s3"}) {
    signer.service = service;
    const Request plain{"PUT", "/things/cart%3A1/jobs/$next", {{"Host", "h:9"}}, "{}"};
    EXPECT_EQ(authentic(signer.sign(plain)).caller.service, service);
    EXPECT_EQ(authentic(signer.presign(plain, 60)).caller.service, service);
    EXPECT_EQ(authentic(signer.sign(get("/things/a/jobs/%24next?b=2&a=%20"))).caller.service,
              service);
    EXPECT_EQ(claimed_service(signer.sign(plain)), service);
    EXPECT_EQ(claimed_service(signer.presign(plain, 60)), service);
  }
  EXPECT_EQ(claimed_service(get("/")), "");
  EXPECT_EQ(claimed_service(get("/?X-Amz-Credential=%zz")), "");
}

TEST_F(OurKeys, WithoutAPayloadHashTheBodyItselfIsSigned) {
  signer.service = "iot";
  Request request = signer.sign({"POST", "/jobs/a", {{"Host", "h"}}, R"({"a":1})"});
  EXPECT_EQ(find(request.fields, "x-amz-content-sha256"), nullptr);
  EXPECT_EQ(judge(request), "authentic");
  request.body = R"({"a":2})";
  EXPECT_EQ(judge(request), refused(Why::wrong_signature));
}

TEST_F(OurKeys, AClaimedPayloadHashIsComparedWithTheBody) {
  for (const char* service : {"s3", "iot-jobs-data"}) {
    signer.service = service;
    Request request =
        signer.sign({"PUT", "/b/k", {{"Host", "h"}}, "body"}, test::sha256_text("body"));
    EXPECT_EQ(judge(request), "authentic");
    request.body = "bodY";
    EXPECT_EQ(judge(request), refused(Why::wrong_payload));
  }
  signer.service = "s3";
  EXPECT_EQ(judge(signer.sign({"PUT", "/b/k", {{"Host", "h"}}, "any"}, "UNSIGNED-PAYLOAD")),
            "authentic");
  EXPECT_EQ(judge(signer.sign(get("/"), "STREAMING-NONSENSE")), refused(Why::invalid_payload_hash));
  EXPECT_EQ(judge(signer.sign(get("/"), std::string(64, 'A'))), refused(Why::invalid_payload_hash));
  Request bare = signer.sign(get("/"));
  std::erase_if(bare.fields, [](const Field& f) { return f.name == "X-Amz-Content-SHA256"; });
  EXPECT_EQ(judge(bare), refused(Why::no_payload_hash));
}

TEST_F(OurKeys, HeadersAreGoodForFifteenMinutesAroundTheirDate) {
  const Request request = signer.sign(get("/"));
  EXPECT_EQ(judge(request, -900), "authentic");
  EXPECT_EQ(judge(request, 900), "authentic");
  EXPECT_EQ(judge(request, -901), refused(Why::skewed));
  EXPECT_EQ(judge(request, 901), refused(Why::skewed));
}

TEST_F(OurKeys, PresignedRequestsAreGoodUntilTheirEnd) {
  const Request request = signer.presign(get("/b/k"), 3'600);
  EXPECT_EQ(judge(request, -900), "authentic");
  EXPECT_EQ(judge(request, -901), refused(Why::not_yet_valid));
  EXPECT_EQ(judge(request, 3'599), "authentic");
  EXPECT_EQ(judge(request, 3'600), refused(Why::expired));
}

TEST_F(OurKeys, ADateHeaderStandsInForXAmzDate) {
  Request request = signer.sign(get("/"));
  for (Field& field : request.fields) {
    if (field.name == "X-Amz-Date") field = {"Date", "Sun, 10 Mar 2024 12:00:00 GMT"};
  }
  // The list of signed headers still names x-amz-date, so this can only be a wrong signature; what
  // matters is that the date was read.
  EXPECT_EQ(judge(request), refused(Why::wrong_signature));
  EXPECT_EQ(judge(request, 901), refused(Why::skewed));
  for (Field& field : request.fields) {
    if (field.name == "Date") field.value = "10 Mar 2024";
  }
  EXPECT_EQ(judge(request), refused(Why::malformed_claim));
}

TEST_F(OurKeys, RefuseForeignKeysAndScopes) {
  IndependentSigner other = signer;
  other.access_key = "AKIDNOBODY";
  EXPECT_EQ(judge(other.sign(get("/"))), refused(Why::unknown_key));
  other = signer;
  other.secret = "guess";
  EXPECT_EQ(judge(other.sign(get("/"))), refused(Why::wrong_signature));
  for (auto change : {&IndependentSigner::region, &IndependentSigner::service}) {
    other = signer;
    other.*change = "elsewhere";
    EXPECT_EQ(judge(other.sign(get("/"))), refused(Why::wrong_scope));
    EXPECT_EQ(judge(other.presign(get("/"), 60)), refused(Why::wrong_scope));
  }
  Request request = signer.sign(get("/"));
  for (Field& field : request.fields) {
    const std::size_t day = field.value.find("/20240310/");
    if (day != std::string::npos) field.value.replace(day, 10, "/20240309/");
  }
  EXPECT_EQ(judge(request), refused(Why::wrong_scope));
}

TEST_F(OurKeys, SessionTokensBelongToTheirKeyAndEnd) {
  signer.access_key = "ASIAENDS";
  signer.secret = "short";
  EXPECT_EQ(judge(signer.sign(get("/"))), refused(Why::wrong_token));
  signer.token = "other";
  EXPECT_EQ(judge(signer.sign(get("/"))), refused(Why::wrong_token));
  signer.token = "token";
  EXPECT_EQ(judge(signer.sign(get("/"))), "authentic");
  EXPECT_EQ(judge(signer.presign(get("/"), 600)), "authentic");
  EXPECT_EQ(judge(signer.presign(get("/"), 600), 99), "authentic");
  EXPECT_EQ(judge(signer.presign(get("/"), 600), 100), refused(Why::ended_token));
  authenticator.keys().remove("ASIAENDS");
  EXPECT_EQ(judge(signer.sign(get("/"))), refused(Why::unknown_key));
}

TEST_F(OurKeys, HeadersThatMatterMustBeSigned) {
  Request request = signer.sign(get("/b/k"));
  request.fields.push_back({"Range", "bytes=0-1"});
  EXPECT_EQ(judge(request), "authentic");
  request.fields.push_back({"X-Amz-Meta-Late", "1"});
  EXPECT_EQ(judge(request), refused(Why::headers_not_signed));
  const auto result = authenticator.authenticate(request, at(0));
  EXPECT_EQ(std::get<Refusal>(result).named, "x-amz-meta-late");
  Request presigned = signer.presign(get("/b/k"), 60);
  presigned.fields.push_back({"x-amz-acl", "public-read"});
  EXPECT_EQ(judge(presigned), refused(Why::headers_not_signed));
  EXPECT_EQ(judge(signer.sign({"GET", "/", {}, ""})), refused(Why::headers_not_signed))
      << "no Host was there to be signed";
}

TEST_F(OurKeys, ValuesAreTrimmedAndRepeatedHeadersJoined) {
  Request request = signer.sign({"PUT", "/b/k", {{"Host", "h"}, {"x-amz-meta-a", "1 2,3"}}, ""});
  for (Field& field : request.fields) {
    if (field.name == "x-amz-meta-a") field.value = "  1   2 ";
  }
  request.fields.push_back({"X-AMZ-META-A", "3"});
  EXPECT_EQ(judge(request), "authentic");
}

TEST_F(OurKeys, WhatIsNotASignatureIsNamed) {
  const auto with = [this](const char* authorization) {
    Request request = get("/b/k");
    request.fields.push_back({"X-Amz-Date", "20240310T120000Z"});
    request.fields.push_back({"Authorization", authorization});
    return judge(request);
  };
  EXPECT_EQ(judge(get("/b/k")), refused(Why::not_signed));
  EXPECT_EQ(with("AWS AKID:c2lnbmF0dXJl"), refused(Why::outdated_scheme));
  EXPECT_EQ(judge(get("/b/k?AWSAccessKeyId=A&Signature=b&Expires=1")),
            refused(Why::outdated_scheme));
  for (const char* text :
       {"", "Bearer x", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA256 Credential=a",
        "AWS4-HMAC-SHA256 Credential=a/b,SignedHeaders=host", "AWS4-ECDSA-P256-SHA256 Credential=a",
        "AWS4-HMAC-SHA256 Credential=a/b,SignedHeaders=h,Signature=1,Signature=2",
        "AWS4-HMAC-SHA256 Credential=a,SignedHeaders=h,Signature=1",
        "AWS4-HMAC-SHA256 Credential=a/b,SignedHeaders=h,Signature=1,Extra=2"}) {
    EXPECT_EQ(with(text), refused(Why::malformed_claim)) << text;
  }
  EXPECT_EQ(judge(get("/b/%zz")), refused(Why::malformed_target));
  EXPECT_EQ(judge(get("/b?a=%2")), refused(Why::malformed_target));
  Request twice = signer.presign(get("/b/k"), 60);
  twice.fields.push_back({"Authorization", "AWS4-HMAC-SHA256 Credential=a/b"});
  EXPECT_EQ(judge(twice), refused(Why::two_schemes));
}

TEST_F(OurKeys, ChunksMustFollowTheirRequest) {
  Request request{"PUT", "/b/k", {{"Host", "h"}, {"x-amz-decoded-content-length", "8"}}, ""};
  request = signer.sign(request, "STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
  request.body = signer.signed_chunks({"abc", "defgh"}, test::signature_in(request));
  EXPECT_EQ(authentic(request).unchunked, "abcdefgh");
  Request other = request;
  other.body = signer.signed_chunks({"abc", "defgh"}, std::string(64, '0'));
  EXPECT_EQ(judge(other), refused(Why::wrong_chunk_signature));
  other.body = test::unsigned_chunks({"abc", "defgh"}, "");
  EXPECT_EQ(judge(other), refused(Why::wrong_chunk_signature));
  other.body = signer.signed_chunks({"abc", "defg"}, test::signature_in(request));
  EXPECT_EQ(judge(other), refused(Why::wrong_length));
  other.body = signer.signed_chunks({"abc", "defghi"}, test::signature_in(request));
  EXPECT_EQ(judge(other), refused(Why::wrong_length));
  const Request no_length = signer.sign(get("/b/k"), "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
  EXPECT_EQ(judge(no_length), refused(Why::no_length));
}

/// Any request in any form, signed.
Request any_signed(const IndependentSigner& signer) {
  const auto body = *rc::gen::container<std::string>(rc::gen::inRange('\x20', '\x7f'));
  const bool has_trailer = *rc::gen::arbitrary<bool>();
  Request request{"PUT", "/bucket/a%20key+%C3%A9", {{"Host", "h:9"}}, body};
  switch (*rc::gen::inRange(0, 3)) {
    case 0:
      return signer.sign(request);
    case 1:
      return signer.presign({"GET", "/b/k?x-id=GetObject", {{"Host", "h:9"}}, ""}, 600);
    default:
      break;
  }
  request.fields.push_back({"x-amz-decoded-content-length", std::to_string(body.size())});
  request = signer.sign(request, has_trailer ? "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
                                             : "STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
  const std::size_t half = body.size() / 2;
  std::vector<std::string> chunks;
  for (std::string piece : {body.substr(0, half), body.substr(half)}) {
    if (!piece.empty()) chunks.push_back(std::move(piece));
  }
  request.body = signer.signed_chunks(chunks, test::signature_in(request),
                                      has_trailer ? "x-amz-checksum-crc32:AAAAAA==" : "");
  return request;
}

/// Everything of a request that a line of the wire carries; names of headers have no case.
std::vector<std::string*> texts_of(Request& request) {
  std::vector<std::string*> texts{&request.method, &request.target, &request.body};
  for (Field& field : request.fields) texts.push_back(&field.value);
  return texts;
}

/// What a service would act on.
auto meaning_of(const Request& request, const Authentic& authentic) {
  return std::tuple{request.method, *decoded(split_target(request.target).path), authentic.query,
                    authentic.unchunked ? *authentic.unchunked : request.body};
}

// Some things have two spellings: the case of a hex digit in an escape or in the size of a chunk,
// of a trailer's name. Those mean the same, so they may pass.
RC_GTEST_FIXTURE_PROP(OurKeys, OneTurnedBitIsRefusedOrMeansTheSame, ()) {
  Request request = any_signed(signer);
  auto before = authenticator.authenticate(request, at(1));
  RC_ASSERT(std::holds_alternative<Authentic>(before));
  const auto meaning = meaning_of(request, std::get<Authentic>(before));
  std::vector<std::string*> texts = texts_of(request);
  std::erase_if(texts, [](const std::string* text) { return text->empty(); });
  std::string& text = *texts[*rc::gen::inRange<std::size_t>(0, texts.size())];
  const auto bit = *rc::gen::inRange<std::size_t>(0, text.size() * 8);
  char& byte = text[bit / 8];
  byte = static_cast<char>(static_cast<unsigned char>(byte) ^ (1U << (bit % 8)));
  auto after = authenticator.authenticate(request, at(1));
  RC_CLASSIFY(std::holds_alternative<Refusal>(after));
  if (std::holds_alternative<Refusal>(after)) return;
  RC_ASSERT(meaning == meaning_of(request, std::get<Authentic>(after)));
}

TEST_F(OurKeys, RefusalsNeverSayTheSecret) {
  Request request = signer.sign(get("/b/k"));
  request.target = "/b/other";
  const auto result = authenticator.authenticate(request, at(0));
  const auto& refusal = std::get<Refusal>(result);
  EXPECT_THAT(refusal.canonical_request, HasSubstr("/b/other"));
  for (const std::string& text : {refusal.canonical_request, refusal.string_to_sign,
                                  refusal.provided, refusal.named, refusal.access_key}) {
    EXPECT_EQ(text.find("cartstorm/secret+key"), std::string::npos);
  }
}

}  // namespace
}  // namespace cartstorm::broker::http

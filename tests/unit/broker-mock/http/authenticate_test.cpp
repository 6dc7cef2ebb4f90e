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

/// The examples that the vendor publishes for S3: all but the signature stands there.
struct Published {
  const char* name;
  Request request;
  const char* signed_headers;
  const char* signature;
};
const Field example_date{"x-amz-date", "20130524T000000Z"};
const Field example_host{"Host", "examplebucket.s3.amazonaws.com"};
const Field nothing_signed{"x-amz-content-sha256",
                           "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"};

std::vector<Published> published() {
  return {
      {"get",
       {"GET",
        "/test.txt",
        {example_host, {"Range", "bytes=0-9"}, nothing_signed, example_date},
        ""},
       "host;range;x-amz-content-sha256;x-amz-date",
       "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"},
      {"put",
       {"PUT",
        "/test$file.text",
        {example_host,
         {"Date", "Fri, 24 May 2013 00:00:00 GMT"},
         example_date,
         {"x-amz-storage-class", "REDUCED_REDUNDANCY"},
         {"x-amz-content-sha256",
          "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"}},
        "Welcome to Amazon S3."},
       "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
       "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"},
      {"sub-resource",
       {"GET", "/?lifecycle", {example_host, nothing_signed, example_date}, ""},
       "host;x-amz-content-sha256;x-amz-date",
       "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"},
      {"list",
       {"GET", "/?max-keys=2&prefix=J", {example_host, nothing_signed, example_date}, ""},
       "host;x-amz-content-sha256;x-amz-date",
       "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"},
  };
}

TEST(PublishedExamples, AreAuthentic) {
  Authenticator authenticator{"us-east-1"};
  authenticator.keys().add("AKIAIOSFODNN7EXAMPLE", {"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"});
  for (Published& example : published()) {
    example.request.fields.push_back(
        {"Authorization",
         std::string{"AWS4-HMAC-SHA256 "
                     "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
                     "SignedHeaders="} +
             example.signed_headers + ",Signature=" + example.signature});
    const auto result = authenticator.authenticate(example.request, {1'369'353'600'000});
    EXPECT_EQ(verdict(result), "authentic") << example.name;
  }
}

/// The vendor's upload in chunks: 65,536 and 1,024 bytes 'a', without and with a trailer.
struct PublishedChunks {
  const char *payload, *signed_headers, *seed;
  const char *first, *second, *last, *trailer;
};
Request chunked_example(const PublishedChunks& example) {
  Request request{"PUT",
                  "/examplebucket/chunkObject.txt",
                  {{"Host", "s3.amazonaws.com"},
                   example_date,
                   {"x-amz-storage-class", "REDUCED_REDUNDANCY"},
                   {"x-amz-content-sha256", example.payload},
                   {"Content-Encoding", "aws-chunked"},
                   {"x-amz-decoded-content-length", "66560"}},
                  ""};
  if (*example.trailer == '\0') {
    request.fields.push_back({"Content-Length", "66824"});
  } else {
    request.fields.push_back({"x-amz-trailer", "x-amz-checksum-crc32c"});
  }
  request.fields.push_back(
      {"Authorization",
       std::string{"AWS4-HMAC-SHA256 "
                   "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
                   "SignedHeaders="} +
           example.signed_headers + ",Signature=" + example.seed});
  const auto chunk = [&](const char* size, std::size_t bytes, const char* signature) {
    request.body += std::string{size} + ";chunk-signature=" + signature + "\r\n" +
                    std::string(bytes, 'a') + (bytes > 0 ? "\r\n" : "");
  };
  chunk("10000", 65'536, example.first);
  chunk("400", 1'024, example.second);
  chunk("0", 0, example.last);
  request.body += example.trailer;
  request.body += "\r\n";
  return request;
}

TEST(PublishedExamples, ChunkedUploadsAreAuthentic) {
  const PublishedChunks examples[] = {
      {"STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
       "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;"
       "x-amz-decoded-content-length;x-amz-storage-class",
       "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
       "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
       "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
       "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9", ""},
      {"STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
       "content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;"
       "x-amz-storage-class;x-amz-trailer",
       "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
       "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
       "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
       "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
       "x-amz-checksum-crc32c:sOO8/Q==\n\r\nx-amz-trailer-signature:"
       "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n"}};
  Authenticator authenticator{"us-east-1"};
  authenticator.keys().add("AKIAIOSFODNN7EXAMPLE", {"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"});
  for (const PublishedChunks& example : examples) {
    const Request request = chunked_example(example);
    const auto result = authenticator.authenticate(request, {1'369'353'600'000});
    ASSERT_EQ(verdict(result), "authentic") << example.payload;
    EXPECT_EQ(std::get<Authentic>(result).unchunked, std::string(66'560, 'a'));
    Request changed = request;
    changed.body[70'000 - 4'000] = 'b';  // in the second chunk
    EXPECT_EQ(verdict(authenticator.authenticate(changed, {1'369'353'600'000})),
              refused(Why::wrong_chunk_signature));
  }
}

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

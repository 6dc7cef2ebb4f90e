#include "broker-mock/s3/store.hpp"

#include <gmock/gmock.h>

#include <set>

#include "broker-mock/s3/minter.hpp"

namespace cartstorm::broker::s3 {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr ServerTime at(std::int64_t s) { return {(1'710'072'000 + s) * 1000}; }

std::string text_of(const HttpResponse& response) {
  return {reinterpret_cast<const char*>(response.body.data()), response.body.size()};
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  text.replace(text.find(from), from.size(), to);
  return text;
}

class StoredImage : public ::testing::Test {
 protected:
  StoredImage() {
    store.put("firmware", "2.0.0.bin", http::bytes_of(content));
    minter.append_url(url, "firmware", "2.0.0.bin", 600, at(0));
  }
  HttpResponse get(std::string_view of, std::int64_t s = 1) {
    return store.handle({"GET", of, {}, {}, {}}, at(s));
  }
  HttpResponse range(std::optional<std::uint64_t> first, std::optional<std::uint64_t> last) {
    return store.handle({"GET", url, first, last, {}}, at(1));
  }

  const std::string content = "0123456789";
  http::Signer signer{role_credentials(42), "us-east-1"};
  Store store{signer, 42};
  Minter minter{signer, 42};
  std::string url;
};

TEST_F(StoredImage, IsServedWithoutACopy) {
  const HttpResponse response = get(url);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.total_size, 10U);
  EXPECT_EQ(response.etag, "\"781e5e245d69b566979b86e28d23f2c7\"");
  EXPECT_EQ(static_cast<const void*>(response.body.data()), content.data());
  EXPECT_THAT(response.body, SizeIs(10));
}

TEST_F(StoredImage, IsServedInRanges) {
  const HttpResponse middle = range(2, 5);
  EXPECT_EQ(middle.status, 206);
  EXPECT_EQ(middle.range_first, 2U);
  EXPECT_EQ(middle.total_size, 10U);
  EXPECT_EQ(text_of(middle), "2345");
  EXPECT_EQ(text_of(range(7, {})), "789");
  EXPECT_EQ(text_of(range(7, 99)), "789");
  EXPECT_EQ(text_of(range({}, 3)), "789");
  EXPECT_EQ(range({}, 99).range_first, 0U);
  EXPECT_EQ(range(9, {}).status, 206);
}

TEST_F(StoredImage, ARangeBehindTheEndIsNotSatisfiable) {
  const HttpResponse response = range(10, {});
  EXPECT_EQ(response.status, 416);
  EXPECT_EQ(response.total_size, 10U);
  EXPECT_THAT(text_of(response),
              HasSubstr("<Code>InvalidRange</Code><Message>The requested range is not satisfiable"
                        "</Message><RangeRequested>bytes=10-</RangeRequested><ActualObjectSize>10"
                        "</ActualObjectSize>"));
  EXPECT_EQ(range({}, 0).status, 416);
}

TEST_F(StoredImage, AMalformedRangeIsIgnored) {
  EXPECT_EQ(range(5, 2).status, 200);
  EXPECT_EQ(text_of(range(5, 2)), "0123456789");
}

TEST_F(StoredImage, AReplacedObjectIsNoticedByIfMatch) {
  const std::string etag = get(url).etag;
  EXPECT_EQ(store.handle({"GET", url, 2, {}, etag}, at(2)).status, 206);
  const std::string other = "abcdefghij";
  store.put("firmware", "2.0.0.bin", http::bytes_of(other));
  const HttpResponse response = store.handle({"GET", url, 2, {}, etag}, at(2));
  EXPECT_EQ(response.status, 412);
  EXPECT_THAT(text_of(response), HasSubstr("<Code>PreconditionFailed</Code>"));
  EXPECT_THAT(text_of(response), HasSubstr("<Condition>If-Match</Condition>"));
}

TEST_F(StoredImage, ExpiryIsJudgedByServerTimeAtEveryRequest) {
  EXPECT_EQ(get(url, 599).status, 200);
  const HttpResponse response = get(url, 600);
  EXPECT_EQ(response.status, 403);
  const std::string body = text_of(response);
  EXPECT_THAT(
      body,
      StartsWith("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>AccessDenied</Code>"
                 "<Message>Request has expired</Message><X-Amz-Expires>600</X-Amz-Expires>"
                 "<Expires>2024-03-10T12:10:00Z</Expires><ServerTime>2024-03-10T12:10:00Z"
                 "</ServerTime><RequestId>"));
  EXPECT_THAT(body, ::testing::EndsWith("</RequestId><HostId>bW9jaw==</HostId></Error>"));
}

TEST_F(StoredImage, AFutureDateIsToleratedForFifteenMinutes) {
  EXPECT_EQ(get(url, -900).status, 200);
  EXPECT_THAT(text_of(get(url, -901)), HasSubstr("<Message>Request is not valid yet</Message>"));
}

TEST_F(StoredImage, TamperingIsASignatureMismatch) {
  for (const auto& [from, to] :
       {std::pair{"2.0.0.bin", "2.0.1.bin"}, std::pair{"X-Amz-Expires=600", "X-Amz-Expires=601"},
        std::pair{"X-Amz-SignedHeaders=host", "X-Amz-SignedHeaders=Host"},
        std::pair{"s3.us-east-1.amazonaws.com", "s3.amazonaws.com"},
        std::pair{"Token=I", "Token=J"}}) {
    const HttpResponse response = get(replaced(url, from, to));
    EXPECT_EQ(response.status, 403) << from;
    EXPECT_THAT(text_of(response), HasSubstr("<Code>SignatureDoesNotMatch</Code>")) << from;
  }
  EXPECT_THAT(text_of(get(url + "&x=1")), HasSubstr("SignatureDoesNotMatch"));
}

TEST_F(StoredImage, AMismatchShowsWhatWasSigned) {
  const std::string body = text_of(get(replaced(url, "2.0.0.bin", "2.0.1.bin")));
  EXPECT_THAT(body, HasSubstr("<StringToSign>AWS4-HMAC-SHA256\n20240310T120000Z\n"
                              "20240310/us-east-1/s3/aws4_request\n"));
  EXPECT_THAT(body, HasSubstr("<StringToSignBytes>41 57 53 34 2d"));
  EXPECT_THAT(body, HasSubstr("<CanonicalRequest>GET\n/firmware/2.0.1.bin\n"));
  EXPECT_THAT(body, HasSubstr("\nhost:s3.us-east-1.amazonaws.com\n\nhost\nUNSIGNED-PAYLOAD"));
}

TEST_F(StoredImage, AGetUrlIsNoHeadUrl) {
  const HttpResponse response = store.handle({"HEAD", url, {}, {}, {}}, at(1));
  EXPECT_EQ(response.status, 403);
  EXPECT_THAT(response.body, SizeIs(0));
  EXPECT_EQ(store.handle({"PUT", url, {}, {}, {}}, at(1)).status, 405);
}

TEST_F(StoredImage, AHeadUrlGivesTheSizeAndNoBody) {
  const std::string path = "/firmware/2.0.0.bin", host = "s3.us-east-1.amazonaws.com";
  std::string head = "https://" + host + path;
  const http::SigningScope scope{"20240310T120000Z", "us-east-1"};
  const std::string query = http::canonical_query(
      {{"X-Amz-Algorithm", "AWS4-HMAC-SHA256"},
       {"X-Amz-Credential", signer.credentials().access_key + "/" + scope.text()},
       {"X-Amz-Date", "20240310T120000Z"},
       {"X-Amz-Expires", "60"},
       {"X-Amz-SignedHeaders", "host"}});
  const std::string to_sign =
      http::string_to_sign(scope, http::canonical_request("HEAD", path, query, host));
  head += "?" + query + "&X-Amz-Signature=" + signer.sign(scope.amz_date, to_sign);
  const HttpResponse response = store.handle({"HEAD", head, {}, {}, {}}, at(1));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.total_size, 10U);
  EXPECT_THAT(response.body, SizeIs(0));
  EXPECT_EQ(store.handle({"HEAD", head, {}, {}, {}}, at(60)).status, 403);
}

TEST_F(StoredImage, WhatIsNotThereIsNamed) {
  std::string missing;
  minter.append_url(missing, "firmware", "9<9>.bin", 600, at(0));
  EXPECT_EQ(get(missing).status, 404);
  EXPECT_THAT(text_of(get(missing)),
              HasSubstr("<Code>NoSuchKey</Code><Message>The specified key "
                        "does not exist.</Message><Key>9&lt;9&gt;.bin</Key>"));
  std::string elsewhere;
  minter.append_url(elsewhere, "nowhere", "a", 600, at(0));
  EXPECT_THAT(text_of(get(elsewhere)),
              HasSubstr("<Code>NoSuchBucket</Code><Message>The specified bucket does not exist"
                        "</Message><BucketName>nowhere</BucketName>"));
}

TEST_F(StoredImage, UnsignedAndForeignRequestsAreRefused) {
  const std::string plain = "https://s3.us-east-1.amazonaws.com/firmware/2.0.0.bin";
  EXPECT_THAT(text_of(get(plain)), HasSubstr("<Message>Access Denied</Message>"));
  const HttpResponse old = get(plain + "?AWSAccessKeyId=A&Signature=b&Expires=1");
  EXPECT_EQ(old.status, 400);
  EXPECT_THAT(text_of(old), HasSubstr("Please use AWS4-HMAC-SHA256."));
  EXPECT_THAT(text_of(get(plain + "?X-Amz-Algorithm=AWS4-HMAC-SHA256")),
              HasSubstr("<Code>AuthorizationQueryParametersError</Code>"));
  EXPECT_THAT(text_of(get(replaced(url, "Credential=ASIA", "Credential=AKIA"))),
              HasSubstr("<Code>InvalidAccessKeyId</Code>"));
  EXPECT_THAT(text_of(get(replaced(url, "us-east-1%2Fs3", "eu-west-1%2Fs3"))),
              HasSubstr("<Region>us-east-1</Region>"));
  EXPECT_THAT(text_of(get(replaced(url, "Expires=600", "Expires=604801"))),
              HasSubstr("must be less than a week (in seconds)"));
  EXPECT_THAT(text_of(get(replaced(url, "Expires=600", "Expires=6x0"))),
              HasSubstr("X-Amz-Expires should be a number"));
  EXPECT_EQ(get("not a url").status, 400);
  EXPECT_EQ(get("https://host/%zz?a=b").status, 400);
}

TEST_F(StoredImage, VirtualHostedUrlsNameTheBucketInTheHost) {
  std::string hosted;
  http::append_presigned_get(
      hosted, signer,
      {"firmware.s3.us-east-1.amazonaws.com", "/2.0.0.bin", 1'710'072'000, 600, ""});
  EXPECT_EQ(get(hosted).status, 200);
}

TEST_F(StoredImage, EveryMintedUrlIsNewLongAndValid) {
  std::set<std::string> seen;
  for (int i = 0; i < 50; ++i) {
    std::string fresh;
    minter.append_url(fresh, "firmware", "2.0.0.bin", 600, at(0));
    EXPECT_TRUE(seen.insert(fresh).second);
    EXPECT_GT(fresh.size(), 1'300U);
    EXPECT_LE(fresh.size(), 2'048U);
    EXPECT_EQ(fresh.find_first_of("\"\\"), std::string::npos);
    EXPECT_EQ(get(fresh).status, 200);
  }
}

TEST_F(StoredImage, UrlsLeadWhereTheEndpointIs) {
  Minter here{signer, 42, "http://127.0.0.1:9000"};
  std::string local;
  here.append_url(local, "firmware", "2.0.0.bin", 600, at(0));
  EXPECT_THAT(local, StartsWith("http://127.0.0.1:9000/firmware/2.0.0.bin?X-Amz-Algorithm="));
  EXPECT_EQ(get(local).status, 200);
}

TEST_F(StoredImage, TheSameSeedMintsTheSameUrls) {
  Minter again{signer, 42};
  std::string same;
  again.append_url(same, "firmware", "2.0.0.bin", 600, at(0));
  EXPECT_EQ(same, url);
}

}  // namespace
}  // namespace cartstorm::broker::s3

#include <gtest/gtest.h>

#include "broker-mock/http/authenticate.hpp"

namespace cartstorm::broker::http {
namespace {

using Why = Refusal::Why;

/// "authentic", or why not.
std::string verdict(const std::variant<Authentic, Refusal>& result) {
  if (std::holds_alternative<Authentic>(result)) return "authentic";
  return "refused " + std::to_string(static_cast<int>(std::get<Refusal>(result).why));
}
std::string refused(Why why) { return "refused " + std::to_string(static_cast<int>(why)); }

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

}  // namespace
}  // namespace cartstorm::broker::http

#include "http_requests.hpp"
#include "seeds.hpp"

namespace ota::fuzz {
namespace {

using cartstorm::broker::test::IndependentSigner;
using cartstorm::broker::test::unsigned_chunks;

void add_requests(std::vector<Seed>& seeds) {
  for (const SignedRequest& one : signed_requests()) {
    seeds.push_back({"sigv4", one.name, write_request(one.request)});
  }
  seeds.push_back({"sigv4", "anonymous", "GET /fleet/fw.bin\nHost: h\n\n"});
  seeds.push_back(
      {"sigv4", "version_2", "GET /fleet/a?AWSAccessKeyId=A&Signature=b&Expires=1\n\n"});
  seeds.push_back({"sigv4", "not_utf8",
                   "GET /fleet/%FF?X-Amz-Signature=\xff\nAuthorization: AWS4-HMAC-SHA256 "
                   "Credential=\xff/\xfe, SignedHeaders=\xfd, Signature=\xfc\n\n"});
}

void add_chunks(std::vector<Seed>& seeds) {
  const std::string head = number(0, 1) + number(1'000, 2),
                    with_trailer = number(1, 1) + number(1'000, 2);
  const std::string first{chunked_body.substr(0, 10)}, second{chunked_body.substr(10)};
  const IndependentSigner signer;
  const std::string crc = "x-amz-checksum-crc32:AAAAAA==";
  seeds.push_back(
      {"aws_chunked", "signed", head + signer.signed_chunks({first, second}, chunks_follow)});
  seeds.push_back({"aws_chunked", "signed_trailer",
                   with_trailer + signer.signed_chunks({first, second}, chunks_follow, crc)});
  seeds.push_back({"aws_chunked", "trailer", with_trailer + unsigned_chunks({first, second}, crc)});
  seeds.push_back({"aws_chunked", "empty_body", head + unsigned_chunks({}, "")});
  seeds.push_back(
      {"aws_chunked", "too_long", number(0, 1) + number(3, 2) + unsigned_chunks({first}, "")});
  seeds.push_back({"aws_chunked", "huge_size", head + "ffffffffffffffff\r\nx"});
  seeds.push_back({"aws_chunked", "no_end", head + "5\r\nhello\r\n0\r\n"});
}

void add_documents(std::vector<Seed>& seeds) {
  const std::string target = "s3_xml";
  seeds.push_back(
      {target, "delete",
       "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Delete xmlns=\"http://s3.amazonaws."
       "com/doc/2006-03-01/\"><Object><Key>a &amp; b</Key></Object><Quiet>true</Quiet>"
       "</Delete>"});
  seeds.push_back({target, "complete",
                   "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>&quot;0&quot;"
                   "</ETag></Part></CompleteMultipartUpload>"});
  seeds.push_back(
      {target, "kinds", "<a b='1' c = \"2\"><!-- d --><![CDATA[<&]]>&#x20AC;&#65;<e/></a>"});
  seeds.push_back({target, "entities", "<!DOCTYPE a [<!ENTITY b \"&c;&c;\">]><a>&b;</a>"});
  std::string deep;
  for (int i = 0; i < 500; ++i) deep += "<a>";
  seeds.push_back({target, "deep", deep});
  seeds.push_back({target, "lines", "<a>\r\n\r&#13;\n</a>"});
  seeds.push_back({target, "not_utf8", "<a>\xc0\xaf\xff</a>"});
}

}  // namespace

std::vector<Seed> http_seeds() {
  std::vector<Seed> seeds;
  add_requests(seeds);
  add_chunks(seeds);
  add_documents(seeds);
  return seeds;
}

}  // namespace ota::fuzz

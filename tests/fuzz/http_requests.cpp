#include "http_requests.hpp"

namespace ota::fuzz {
namespace {

using cartstorm::broker::http::Field;
using cartstorm::broker::http::Request;
using cartstorm::broker::test::IndependentSigner;

const Field host{"Host", "127.0.0.1:9000"};

std::vector<SignedRequest> signed_by_header() {
  const IndependentSigner signer;
  std::vector<SignedRequest> requests;
  const auto add = [&](const char* name, Request request, std::string_view payload = {}) {
    const std::string body = request.body;
    requests.push_back(
        {name, signer.sign(std::move(request), payload), body, payload != "UNSIGNED-PAYLOAD"});
  };
  add("get", {"GET", "/fleet/fw%20a+b.bin?x-id=GetObject", {host, {"Range", "bytes=1-2"}}, ""});
  add("head", {"HEAD", "/fleet/fw.bin", {host}, ""});
  add("put", {"PUT", "/fleet/fw.bin", {host, {"x-amz-meta-version", "2.4.0"}}, "firmware"});
  add("put_unsigned", {"PUT", "/fleet/any", {host}, "firmware"}, "UNSIGNED-PAYLOAD");
  add("list", {"GET", "/fleet?list-type=2&prefix=a%2F&delimiter=%2F&max-keys=2", {host}, ""});
  add("remove", {"POST",
                 "/fleet?delete=",
                 {host, {"x-amz-checksum-crc32", "AAAAAA=="}},
                 "<Delete><Object><Key>a</Key></Object></Delete>"});
  add("begin", {"POST", "/fleet/fw.bin?uploads", {host}, ""});
  add("copy", {"PUT", "/fleet/copy", {host, {"x-amz-copy-source", "fleet/fw.bin"}}, ""});
  return requests;
}

std::vector<SignedRequest> signed_otherwise() {
  IndependentSigner signer;
  std::vector<SignedRequest> requests;
  requests.push_back(
      {"presigned_get", signer.presign({"GET", "/fleet/fw.bin", {host}, ""}, 600), "", false});
  requests.push_back(
      {"presigned_put", signer.presign({"PUT", "/fleet/fw.bin", {host}, "any"}, 600), "", false});
  Request chunked{"PUT",
                  "/fleet/stream",
                  {host, {"x-amz-decoded-content-length", std::to_string(chunked_body.size())}},
                  ""};
  Request streamed = chunked;
  chunked = signer.sign(chunked, "STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
  const std::string first{chunked_body.substr(0, 10)}, second{chunked_body.substr(10)};
  chunked.body =
      signer.signed_chunks({first, second}, cartstorm::broker::test::signature_in(chunked));
  requests.push_back({"signed_chunks", chunked, std::string{chunked_body}});
  streamed.fields.push_back({"x-amz-trailer", "x-amz-checksum-crc32"});
  streamed = signer.sign(streamed, "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
  streamed.body =
      cartstorm::broker::test::unsigned_chunks({first, second}, "x-amz-checksum-crc32:AAAAAA==");
  requests.push_back({"unsigned_chunks", streamed, "", false});
  signer.service = "iot-jobs-data";
  requests.push_back(
      {"jobs", signer.sign({"POST", "/things/cart%3A1/jobs/$next?a=b", {host}, "{}"}), "{}"});
  return requests;
}

}  // namespace

const std::vector<SignedRequest>& signed_requests() {
  static const std::vector<SignedRequest> all = [] {
    std::vector<SignedRequest> requests = signed_by_header();
    for (SignedRequest& one : signed_otherwise()) requests.push_back(std::move(one));
    return requests;
  }();
  return all;
}

std::optional<Request> read_request(std::string_view text) {
  constexpr std::size_t most_headers = 64;
  Request request;
  const auto take_line = [&text] {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    return line;
  };
  const std::string_view first = take_line();
  const std::size_t space = first.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  request.method = first.substr(0, space);
  request.target = first.substr(space + 1);
  for (std::string_view line = take_line(); !line.empty(); line = take_line()) {
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos || request.fields.size() == most_headers) {
      return std::nullopt;
    }
    request.fields.push_back(
        {std::string{line.substr(0, colon)}, std::string{line.substr(colon + 2)}});
  }
  request.body = text;
  return request;
}

std::string write_request(const Request& request) {
  std::string text = request.method + " " + request.target + "\n";
  for (const auto& [name, value] : request.fields) text += name + ": " + value + "\n";
  return text + "\n" + request.body;
}

}  // namespace ota::fuzz

#include "tests/unit/broker-net/support/aws_request.hpp"

#include <fmt/format.h>

#include "broker-mock/base/time_text.hpp"
#include "broker-mock/net/clock.hpp"
#include "tests/unit/broker-mock/support/independent_signer.hpp"
#include "tests/unit/broker-net/support/secrets_of.hpp"

namespace cartstorm::broker::net {

namespace {

test::IndependentSigner signer_of(const std::filesystem::path& data, std::string_view service) {
  const Secrets secrets = secrets_of(data);
  test::IndependentSigner signer;
  signer.access_key = secrets.access_key;
  signer.secret = secrets.secret_key;
  signer.service = service;
  signer.amz_date = basic_time(Clock{}.now().unix_ms / 1000);
  return signer;
}

}  // namespace

std::string signed_request(const std::string& http, const std::filesystem::path& data,
                           const AwsCall& call, std::string_view more) {
  http::Request request{
      std::string{call.method}, std::string{call.target}, {{"Host", http}}, std::string{call.body}};
  request = signer_of(data, call.service).sign(std::move(request));
  std::string text = fmt::format("{} {} HTTP/1.1\r\n", call.method, call.target);
  for (const http::Field& field : request.fields) {
    text += field.name + ": " + field.value + "\r\n";
  }
  return text + fmt::format("Content-Length: {}\r\n{}\r\n{}", call.body.size(), more, call.body);
}

HttpReply call_aws(const std::string& http, const std::filesystem::path& data,
                   const AwsCall& call) {
  Client client{http};
  client.send(signed_request(http, data, call));
  return read_reply(client, call.method == "HEAD");
}

std::string presigned_target(const std::string& http, const std::filesystem::path& data,
                             std::string_view target) {
  http::Request request{"GET", std::string{target}, {{"Host", http}}, {}};
  return signer_of(data, "s3").presign(std::move(request), 60).target;
}

}  // namespace cartstorm::broker::net

#include "tests/unit/broker-net/support/aws_request.hpp"

#include "broker-mock/base/time_text.hpp"
#include "broker-mock/net/clock.hpp"
#include "tests/unit/broker-mock/support/independent_signer.hpp"
#include "tests/unit/broker-net/support/secrets_of.hpp"

namespace cartstorm::broker::net {

HttpReply call_aws(const std::string& http, const std::filesystem::path& data,
                   const AwsCall& call) {
  const Secrets secrets = secrets_of(data);
  test::IndependentSigner signer;
  signer.access_key = secrets.access_key;
  signer.secret = secrets.secret_key;
  signer.service = call.service;
  signer.amz_date = basic_time(Clock{}.now().unix_ms / 1000);
  http::Request request{
      std::string{call.method}, std::string{call.target}, {{"Host", http}}, std::string{call.body}};
  request = signer.sign(std::move(request));
  std::string fields;
  for (const http::Field& field : request.fields) {
    if (field.name != "Host") fields += field.name + ": " + field.value + "\r\n";
  }
  return ask(http, call.method, call.target, call.body, fields);
}

}  // namespace cartstorm::broker::net

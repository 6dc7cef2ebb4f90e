#pragma once
#include <gmock/gmock.h>

#include <string>
#include <utility>
#include <vector>

#include "broker-mock/s3/service.hpp"
#include "tests/unit/broker-mock/support/independent_signer.hpp"

namespace cartstorm::broker::test {

/// A service and a client that signs what it asks. The clock stands at noon until somebody moves
/// it.
class S3Client : public ::testing::Test {
 protected:
  static constexpr std::int64_t noon = 1'710'072'000;  // 2024-03-10T12:00:00Z

  S3Client() { authenticator.keys().add(signer.access_key, {signer.secret}); }

  http::Response call(std::string method, std::string target, http::Fields fields = {},
                      std::string body = {}, std::string_view payload = {}) {
    fields.insert(fields.begin(), {"Host", host});
    return handle(signer.sign(
        {std::move(method), std::move(target), std::move(fields), std::move(body)}, payload));
  }
  http::Response handle(http::Request request) { return service.handle(std::move(request), now); }
  http::Response presigned(std::string method, std::string target, http::Fields more = {},
                           std::string body = {}, std::uint32_t expires_s = 600) {
    http::Request request = signer.presign(
        {std::move(method), std::move(target), {{"Host", host}}, std::move(body)}, expires_s);
    request.fields.insert(request.fields.end(), more.begin(), more.end());
    return handle(std::move(request));
  }
  /// 200 after the fact, so that a test cannot go on with a fixture that failed.
  void put(std::string target, std::string body, http::Fields fields = {}) {
    EXPECT_EQ(call("PUT", std::move(target), std::move(fields), std::move(body)).status, 200);
  }
  void make_bucket(const std::string& name = "fleet") { put("/" + name, ""); }

  http::Authenticator authenticator{"us-east-1"};
  s3::Inventory inventory;
  s3::MemoryObjectStore durable;
  s3::Service service{{}, authenticator, inventory, durable};
  IndependentSigner signer;
  std::string host = "127.0.0.1:9000";
  ServerTime now{noon * 1000};
};

/// What goes out as the body.
inline std::string body_of(const http::Response& response) {
  return response.content ? response.content->substr(response.first, response.size) : response.body;
}
/// The value of a header; "(none)" if it is not there.
inline std::string field(const http::Response& response, std::string_view name) {
  const std::string* const value = http::find(response.fields, name);
  return value == nullptr ? "(none)" : *value;
}
/// Text of the first element of that name; "(none)" if there is none.
inline std::string element(const http::Response& response, const std::string& name) {
  const std::size_t begin = response.body.find("<" + name + ">");
  const std::size_t end = response.body.find("</" + name + ">");
  if (begin == std::string::npos || end == std::string::npos) return "(none)";
  return response.body.substr(begin + name.size() + 2, end - begin - name.size() - 2);
}
/// Status and code in one text: `404 NoSuchKey`.
inline std::string outcome(const http::Response& response) {
  const std::string code = element(response, "Code");
  return std::to_string(response.status) + (code == "(none)" ? "" : " " + code);
}
/// All texts of elements of that name, in their order.
inline std::vector<std::string> elements(const http::Response& response, const std::string& name) {
  std::vector<std::string> found;
  std::string rest = response.body;
  for (;;) {
    const std::size_t begin = rest.find("<" + name + ">");
    if (begin == std::string::npos) return found;
    rest = rest.substr(begin + name.size() + 2);
    found.push_back(rest.substr(0, rest.find('<')));
  }
}

}  // namespace cartstorm::broker::test

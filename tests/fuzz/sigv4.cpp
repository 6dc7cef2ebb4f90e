#include <algorithm>

#include "broker-mock/s3/service.hpp"
#include "broker-mock/s3/xml.hpp"
#include "http_requests.hpp"
#include "kit.hpp"

// A whole HTTP request as text. Nothing is authentic that does not mean what one of our keys has
// signed; whatever else comes gets an answer that a client can read, and changes no object.
namespace ota::fuzz {
namespace {

namespace broker = cartstorm::broker;
using broker::http::Request;

constexpr broker::ServerTime now{1'710'072'060'000};  // a minute after the seeds were signed

std::string_view path_of(const Request& request) {
  return broker::http::split_target(request.target).path;
}

/// What a service would act on, as far as the signature covers it.
bool mean_the_same(const SignedRequest& ours, const Request& theirs,
                   const broker::http::Authentic& authentic) {
  const auto pairs =
      broker::http::parse_query(broker::http::split_target(ours.request.target).query);
  const std::string& body = authentic.unchunked ? *authentic.unchunked : theirs.body;
  return ours.request.method == theirs.method &&
         broker::http::decoded(path_of(ours.request)) == broker::http::decoded(path_of(theirs)) &&
         *pairs == authentic.query && (!ours.is_body_signed || ours.body == body);
}

void check_answer(const Request& request, const broker::http::Response& answer) {
  require(answer.status >= 200 && answer.status <= 599, "an answer has a status");
  for (const auto& field : answer.fields) {
    require(field.value.find_first_of(std::string_view{"\r\n\0", 3}) == std::string::npos,
            "no header ends before its line");
  }
  if (request.method == "HEAD") {
    require(answer.body.empty() && !answer.content, "HEAD has no body");
  } else if (answer.status >= 400) {
    const auto error = broker::s3::read_xml(answer.body);
    require(error && error->name == "Error" && error->only("Code") != nullptr,
            "an error is XML with a code");
  }
}

}  // namespace

void run(Bytes input) {
  const auto request = read_request(text_of(input));
  if (!request) return;
  broker::http::Authenticator authenticator{"us-east-1"};
  const broker::test::IndependentSigner signer;
  authenticator.keys().add(signer.access_key, {signer.secret});
  const auto judged = authenticator.authenticate(*request, now);
  const auto* const authentic = std::get_if<broker::http::Authentic>(&judged);
  if (authentic != nullptr) {
    require(std::ranges::any_of(signed_requests(),
                                [&](const SignedRequest& ours) {
                                  return mean_the_same(ours, *request, *authentic);
                                }),
            "only what we signed is authentic");
  }
  broker::s3::Inventory inventory;
  broker::s3::MemoryObjectStore store;
  inventory.apply(broker::s3::BucketPut{"fleet", now});
  broker::s3::Service service{{}, authenticator, inventory, store};
  check_answer(*request, service.handle(*request, now));
  require(authentic != nullptr || inventory.object_count() == 0, "a refused request puts nothing");
}

}  // namespace ota::fuzz

#include "broker-mock/s3/service.hpp"

#include <algorithm>

#include "broker-mock/base/draw.hpp"
#include "broker-mock/base/hex.hpp"
#include "broker-mock/base/time_text.hpp"
#include "broker-mock/base/utf8.hpp"
#include "broker-mock/s3/route.hpp"
#include "broker-mock/s3/words.hpp"

namespace cartstorm::broker::s3 {
namespace {

constexpr std::uint64_t service_request_ids = hash_of("s3 service request ids");
constexpr std::uint64_t misfortunes = hash_of("s3 chaos");

std::optional<Error> place_error(const Place& place) {
  if (place.key.size() > max_key_bytes) {
    return Error{400,
                 "KeyTooLongError",
                 "Your key is too long",
                 {{"Size", std::to_string(place.key.size())},
                  {"MaxSizeAllowed", std::to_string(max_key_bytes)}}};
  }
  if (is_utf8(place.bucket) && is_utf8(place.key)) return std::nullopt;
  return Error{400, "InvalidURI", "Couldn't parse the specified URI."};
}

/// True if Content-Length promises another body than there is.
bool is_cut_short(const http::Request& request) {
  const std::string* const length = http::find(request.fields, "content-length");
  return length != nullptr && *length != std::to_string(request.body.size());
}

/// As if the time of a presigned request were over.
Error expiry(const http::Authentic& authentic, ServerTime now) {
  http::Refusal refusal{.why = http::Refusal::Why::expired, .is_presigned = true, .service = "s3"};
  http::Claim claim;
  if (!http::read_query_claim(authentic.query, claim)) {
    refusal.signed_at_s = claim.signed_at_s;
    refusal.expires_s = claim.expires_s;
  }
  refusal.now_s = floor_div(now.unix_ms, 1000);
  return to_error(refusal);
}

}  // namespace

Service::Service(ServiceConfig config, http::Authenticator& authenticator, Inventory& inventory,
                 ObjectStore& durable)
    : desk_{std::move(config), authenticator.region(), inventory, durable},
      authenticator_{authenticator} {}

bool Service::strikes(std::uint16_t per_mille) {
  return per_mille > 0 && draw(desk_.config().seed, misfortunes, draws_++) % 1000 < per_mille;
}

http::Response Service::handle(http::Request request, ServerTime now) {
  http::Response response = answer(request, now);
  const std::string id = hex(draw(desk_.config().seed, service_request_ids, answers_++));
  response.fields.push_back({"x-amz-request-id", id});
  response.fields.push_back({"x-amz-id-2", "bW9jaw=="});
  response.fields.push_back({"Server", "AmazonS3"});
  return response;
}

http::Response Service::answer(http::Request& request, ServerTime now) {
  const bool is_head = request.method == "HEAD";
  if (strikes(chaos_.slow_down)) return word(slow_down(), is_head);
  if (strikes(chaos_.internal_error)) return word(internal_error(), is_head);
  if (is_cut_short(request)) {
    return word({400, "IncompleteBody",
                 "You did not provide the number of bytes specified by the Content-Length HTTP "
                 "header"},
                is_head);
  }
  if (request.body.size() > desk_.limits().object_bytes) {
    return word(too_large(request.body.size(), desk_.limits().object_bytes), is_head);
  }
  auto judged = authenticator_.authenticate(request, now);
  if (const auto* refusal = std::get_if<http::Refusal>(&judged)) {
    return word(to_error(*refusal), is_head);
  }
  Answer answer = perform(request, std::get<http::Authentic>(judged), now);
  if (const auto* error = std::get_if<Error>(&answer)) return word(*error, is_head);
  return std::get<http::Response>(std::move(answer));
}

Answer Service::perform(http::Request& request, http::Authentic& authentic, ServerTime now) {
  if (authentic.caller.service != "s3") {
    http::Refusal refusal{.why = http::Refusal::Why::wrong_scope, .service = "s3"};
    refusal.region = refusal.named = authenticator_.region();
    return to_error(refusal);
  }
  if (authentic.caller.is_presigned && strikes(chaos_.expired_url)) return expiry(authentic, now);
  const auto path = http::decoded(http::split_target(request.target).path);
  const std::string* const host = http::find(request.fields, "host");
  Call call{request, authentic,
            place_of(host == nullptr ? "" : *host, *path, desk_.config().endpoints), now};
  if (auto error = place_error(call.place)) return *std::move(error);
  const auto target = route(call);
  if (const auto* error = std::get_if<Error>(&target)) return *error;
  const bool is_get = request.method == "GET" && !call.place.key.empty();
  call.is_object_changed = strikes(chaos_.changed_object);
  call.is_range_ignored = is_get && strikes(chaos_.ignored_range);
  Answer answer = std::get<CallFunction>(target)(desk_, call);
  auto* const response = std::get_if<http::Response>(&answer);
  if (response == nullptr || !is_get) return answer;
  spoil_body(*response);
  return answer;
}

void Service::spoil_body(http::Response& response) {
  using End = http::Response::End;
  const std::size_t size = response.content ? response.size : response.body.size();
  if (size == 0) return;
  const bool is_reset = strikes(chaos_.reset_body);
  if (is_reset || strikes(chaos_.truncated_body)) {
    response.announced_size = size;
    const std::size_t kept = size * std::min<std::size_t>(chaos_.kept_per_mille, 999) / 1000;
    response.size = std::min(response.size, kept);
    response.body.resize(std::min(response.body.size(), kept));
    response.end = is_reset ? End::reset : End::close;
  } else if (strikes(chaos_.wrong_length)) {
    const std::int64_t told = static_cast<std::int64_t>(size) + chaos_.length_error;
    response.announced_size = static_cast<std::uint64_t>(std::max<std::int64_t>(told, 1));
    response.end = End::close;
  } else if (strikes(chaos_.endless_body)) {
    response.end = End::never;
  } else if (strikes(chaos_.endless_chunks)) {
    response.end = End::never_in_chunks;
  }
}

http::Response Service::word(const Error& error, bool is_head) {
  http::Response response;
  response.status = error.status;
  response.fields = error.fields;
  if (is_head) return response;
  response.fields.push_back({"Content-Type", "application/xml"});
  response.body = to_xml(error, hex(draw(desk_.config().seed, service_request_ids, answers_)));
  return response;
}

}  // namespace cartstorm::broker::s3

#include "broker-mock/s3/store.hpp"

#include "broker-mock/base/draw.hpp"
#include "broker-mock/base/hex.hpp"
#include "broker-mock/s3/select.hpp"
#include "broker-mock/s3/words.hpp"

namespace cartstorm::broker::s3 {
namespace {

constexpr std::uint64_t request_ids = hash_of("s3 request ids");

}  // namespace

void Store::put(std::string_view bucket, std::string_view key, std::span<const std::byte> content) {
  Object object;
  object.content = Content::lent(content);
  object.etag = etag_of(content);
  inventory_.apply(ObjectPut{std::string{bucket}, std::string{key}, std::move(object)});
}

std::optional<std::span<const std::byte>> Store::content(std::string_view bucket,
                                                         std::string_view key) const {
  const Object* const object = inventory_.object(bucket, key);
  if (object == nullptr) return std::nullopt;
  return object->content.bytes();
}

std::optional<Store::About> Store::about(std::string_view bucket, std::string_view key) const {
  const Object* const object = inventory_.object(bucket, key);
  if (object == nullptr) return std::nullopt;
  const auto content = object->content.bytes();
  if (object->sha256_hex.empty()) object->sha256_hex = http::hex_of(http::sha256(content));
  return About{content.size(), object->sha256_hex, object->etag};
}

HttpResponse Store::refuse(const Error& error, bool has_body) {
  HttpResponse response;
  response.status = error.status;
  error_text_ = has_body ? to_xml(error, hex(draw(seed_, request_ids, refusals_++))) : "";
  response.body = http::bytes_of(error_text_);
  return response;
}

HttpResponse Store::handle(const HttpRequest& request, ServerTime now) {
  const bool is_head = request.method == "HEAD";
  if (!is_head && request.method != "GET") return refuse(method_not_allowed(request.method), true);
  const PresignedClaim* claim = nullptr;
  if (const auto error = verifier_.verify(request.method, request.url, now, claim)) {
    return refuse(*error, !is_head);
  }
  const Object* const object = inventory_.object(claim->bucket, claim->key);
  if (object != nullptr) return serve(*object, request);
  if (inventory_.bucket(claim->bucket) == nullptr) {
    return refuse(no_such_bucket(claim->bucket), !is_head);
  }
  return refuse(no_such_key(claim->key), !is_head);
}

HttpResponse Store::serve(const Object& object, const HttpRequest& request) {
  const bool is_head = request.method == "HEAD";
  const std::uint64_t size = object.content.size();
  if (!request.if_match.empty() && !names_etag(request.if_match, object.etag)) {
    return refuse(precondition_failed("If-Match"), !is_head);
  }
  const ByteRange range{request.range_first, request.range_last};
  const Selection part = select(range, size);
  if (part.is == Selection::Is::unsatisfiable) {
    HttpResponse response = refuse(invalid_range(text_of(range), size), !is_head);
    response.total_size = size;
    return response;
  }
  HttpResponse response;
  response.status = part.is == Selection::Is::part ? 206 : 200;
  response.range_first = part.first;
  response.total_size = size;
  response.etag = object.etag;
  if (!is_head) response.body = object.content.bytes().subspan(part.first, part.length);
  return response;
}

}  // namespace cartstorm::broker::s3

#include "broker-mock/s3/store.hpp"

#include <algorithm>

#include "broker-mock/base/draw.hpp"
#include "broker-mock/base/hex.hpp"

namespace cartstorm::broker::s3 {
namespace {

constexpr std::uint64_t request_ids = hash_of("s3 request ids");

struct Range {
  enum class Is : std::uint8_t { whole, part, unsatisfiable } is = Is::whole;
  std::uint64_t first = 0, length = 0;
};

/// A malformed range is ignored, as S3 does: the whole object is sent.
Range range_of(const HttpRequest& request, std::uint64_t size) {
  const auto first = request.range_first, last = request.range_last;
  if (!first && !last) return {Range::Is::whole, 0, size};
  if (!first) {
    const std::uint64_t length = std::min(*last, size);
    if (length == 0) return {Range::Is::unsatisfiable};
    return {Range::Is::part, size - length, length};
  }
  if (last && *last < *first) return {Range::Is::whole, 0, size};
  if (*first >= size) return {Range::Is::unsatisfiable};
  const std::uint64_t end = last && *last < size - 1 ? *last + 1 : size;
  return {Range::Is::part, *first, end - *first};
}

std::string range_text(const HttpRequest& request) {
  std::string text = "bytes=";
  if (request.range_first) text += std::to_string(*request.range_first);
  text += "-";
  if (request.range_last) text += std::to_string(*request.range_last);
  return text;
}

}  // namespace

void Store::put(std::string_view bucket, std::string_view key, std::span<const std::byte> content) {
  buckets_[std::string{bucket}].insert_or_assign(
      std::string{key}, Object{content, "\"" + http::md5_hex(content) + "\"", {}});
}

const Store::Object* Store::find(std::string_view bucket, std::string_view key) const {
  const auto in = buckets_.find(bucket);
  if (in == buckets_.end()) return nullptr;
  const auto found = in->second.find(key);
  return found == in->second.end() ? nullptr : &found->second;
}

std::optional<std::span<const std::byte>> Store::content(std::string_view bucket,
                                                         std::string_view key) const {
  const Object* const object = find(bucket, key);
  if (object == nullptr) return std::nullopt;
  return object->content;
}

std::optional<Store::About> Store::about(std::string_view bucket, std::string_view key) const {
  const Object* const object = find(bucket, key);
  if (object == nullptr) return std::nullopt;
  if (object->sha256_hex.empty()) object->sha256_hex = http::hex_of(http::sha256(object->content));
  return About{object->content.size(), object->sha256_hex, object->etag};
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
  if (!is_head && request.method != "GET") {
    return refuse({405,
                   "MethodNotAllowed",
                   "The specified method is not allowed against this resource.",
                   {{"Method", std::string{request.method}}}},
                  true);
  }
  const PresignedClaim* claim = nullptr;
  if (const auto error = verifier_.verify(request.method, request.url, now, claim)) {
    return refuse(*error, !is_head);
  }
  const Object* const object = find(claim->bucket, claim->key);
  if (object != nullptr) return serve(*object, request);
  if (!buckets_.contains(claim->bucket)) {
    return refuse({404,
                   "NoSuchBucket",
                   "The specified bucket does not exist",
                   {{"BucketName", claim->bucket}}},
                  !is_head);
  }
  return refuse({404, "NoSuchKey", "The specified key does not exist.", {{"Key", claim->key}}},
                !is_head);
}

HttpResponse Store::serve(const Object& object, const HttpRequest& request) {
  const bool is_head = request.method == "HEAD";
  const std::uint64_t size = object.content.size();
  if (!request.if_match.empty() && request.if_match != "*" && request.if_match != object.etag) {
    return refuse({412,
                   "PreconditionFailed",
                   "At least one of the pre-conditions you specified did not hold",
                   {{"Condition", "If-Match"}}},
                  !is_head);
  }
  const Range range = range_of(request, size);
  if (range.is == Range::Is::unsatisfiable) {
    HttpResponse response = refuse(
        {416,
         "InvalidRange",
         "The requested range is not satisfiable",
         {{"RangeRequested", range_text(request)}, {"ActualObjectSize", std::to_string(size)}}},
        !is_head);
    response.total_size = size;
    return response;
  }
  HttpResponse response;
  response.status = range.is == Range::Is::part ? 206 : 200;
  response.range_first = range.first;
  response.total_size = size;
  response.etag = object.etag;
  if (!is_head) response.body = object.content.subspan(range.first, range.length);
  return response;
}

}  // namespace cartstorm::broker::s3

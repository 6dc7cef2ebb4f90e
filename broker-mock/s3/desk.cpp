#include "broker-mock/s3/desk.hpp"

#include <algorithm>

#include "broker-mock/base/draw.hpp"
#include "broker-mock/base/hex.hpp"
#include "broker-mock/s3/words.hpp"
#include "broker-mock/s3/xml.hpp"

namespace cartstorm::broker::s3 {
namespace {

constexpr std::uint64_t upload_ids = hash_of("s3 upload ids");

}  // namespace

const std::string* Call::query(std::string_view name) const {
  const auto found = std::ranges::find(
      authentic.query, name, [](const auto& pair) -> std::string_view { return pair.first; });
  return found == authentic.query.end() ? nullptr : &found->second;
}

std::string_view Call::query_or_empty(std::string_view name) const {
  const std::string* const value = query(name);
  return value == nullptr ? std::string_view{} : *value;
}

const std::string* Call::header(std::string_view name) const {
  if (const auto* value = http::find(request.fields, name)) return value;
  if (!authentic.caller.is_presigned || !name.starts_with("x-amz-")) return nullptr;
  const auto found = std::ranges::find_if(
      authentic.query, [name](const auto& pair) { return http::is_same_name(pair.first, name); });
  return found == authentic.query.end() ? nullptr : &found->second;
}

std::string_view Call::header_or_empty(std::string_view name) const {
  const std::string* const value = header(name);
  return value == nullptr ? std::string_view{} : *value;
}

std::string_view Call::body() const {
  return authentic.unchunked ? *authentic.unchunked : request.body;
}

std::string Call::take_body() {
  return authentic.unchunked ? *std::move(authentic.unchunked) : std::move(request.body);
}

Desk::Desk(ServiceConfig config, std::string region, Inventory& inventory, ObjectStore& durable)
    : config_{std::move(config)},
      region_{std::move(region)},
      inventory_{inventory},
      durable_{durable} {
  durable_.load([this](const Change& change) { inventory_.apply(change); });
}

std::optional<Error> Desk::commit(std::span<const Change> changes) {
  if (!durable_.commit(changes)) return internal_error();
  for (const Change& change : changes) inventory_.apply(change);
  return std::nullopt;
}

std::optional<Error> Desk::commit(Change change) {
  return commit(std::span<const Change>{&change, 1});
}

std::optional<Error> Desk::room_for(std::uint64_t more) const {
  const bool is_full = more > limits().stored_bytes ||
                       inventory_.stored_bytes() > limits().stored_bytes - more ||
                       inventory_.object_count() >= limits().objects;
  if (!is_full) return std::nullopt;
  return Error{503, "ServiceUnavailable",
               "The endpoint keeps no more objects or bytes; delete some first."};
}

std::string Desk::new_upload_id(ServerTime now) {
  for (;;) {
    std::string id;
    append_hex(id, draw(config_.seed, upload_ids, ids_++));
    append_hex(id, mix(static_cast<std::uint64_t>(now.unix_ms)));
    if (inventory_.upload(id) == nullptr) return id;
  }
}

http::Response xml_answer(std::string body) {
  http::Response response;
  response.fields = {{"Content-Type", "application/xml"}};
  response.body = std::move(body);
  return response;
}

}  // namespace cartstorm::broker::s3

#include "broker-mock/net/cloud_service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "broker-mock/base/json_append.hpp"
#include "broker-mock/base/things.hpp"
#include "broker-mock/http/crypto.hpp"
#include "broker-mock/net/json_members.hpp"
#include "broker-mock/net/request_record.hpp"

namespace cartstorm::broker::net {
namespace {

constexpr ThingId nobody{0xffffffffU};

}  // namespace

CloudService::CloudService(const CloudConfig& config, Journal& journal)
    : journal_{journal},
      feed_{[this](ThingId thing) { return cloud_.things().name(thing); }, board_},
      cloud_{config, feed_} {}

std::optional<ThingId> CloudService::find(std::string_view thing) const {
  return cloud_.things().find(thing);
}

bool CloudService::is_registered(std::string_view thing) const {
  const auto found = find(thing);
  return found && cloud_.things().is_registered(*found);
}

bool CloudService::is_connected(std::string_view thing) const {
  const auto found = find(thing);
  return found && cloud_.things().is_connected(*found);
}

std::uint64_t CloudService::replay() {
  journal_.replay([this](const Input& input) {
    latest_ = std::max(latest_, input.at);
    apply(input);
    cloud_.take_deliveries();  // they were delivered in another life, or are lost with it
  });
  return journal_.size();
}

void CloudService::disconnect_all(ServerTime now) {
  const Things& things = cloud_.things();
  for (std::uint32_t i = 0; i < things.count(); ++i) {
    if (things.is_connected(ThingId{i})) disconnected(std::string{things.name(ThingId{i})}, now);
  }
}

void CloudService::add_thing(std::string_view name, ServerTime now) {
  happen({Input::Kind::thing, now, name, {}, {}});
}

void CloudService::connected(std::string_view thing, ServerTime now) {
  happen({Input::Kind::connected, now, thing, {}, {}});
}

void CloudService::disconnected(std::string_view thing, ServerTime now) {
  happen({Input::Kind::disconnected, now, thing, {}, {}});
}

void CloudService::message(std::string_view thing, std::string_view topic, std::string_view payload,
                           ServerTime now) {
  happen({Input::Kind::message, now, thing, topic, payload});
}

http::Response CloudService::iot(std::string_view service, const http::Request& request,
                                 bool changes, ServerTime now) {
  const std::string record = record_of(request);
  const Input input{Input::Kind::iot, not_before_the_last(now), {}, service, record};
  if (changes) {
    happen(input);
  } else {
    // Whoever looks sees what is due by now: that must be in the journal too.
    advance(now);
    apply(input);
  }
  return std::move(response_);
}

OperationResult CloudService::operate(std::string_view name, std::string_view body,
                                      ServerTime now) {
  happen({Input::Kind::operation, now, {}, name, body});
  return std::move(result_);
}

void CloudService::object_changed(std::string_view bucket, std::string_view key,
                                  const s3::Object* object, ServerTime now) {
  std::string body;
  if (object != nullptr) {
    body = "{";
    append_member(body, "size", static_cast<std::int64_t>(object->content.size()));
    append_member(body, "sha256", http::hex_of(http::sha256(object->content.bytes())));
    append_member(body, "etag", object->etag);
    body += '}';
  }
  const std::string place = fmt::format("{}/{}", bucket, key);
  happen({Input::Kind::object, now, {}, place, body});
}

void CloudService::document(std::string_view bucket, std::string_view key, std::string_view content,
                            ServerTime now) {
  const std::string place = fmt::format("{}/{}", bucket, key);
  happen({Input::Kind::document, now, {}, place, content});
}

std::size_t CloudService::things() const {
  const Things& things = cloud_.things();
  std::size_t count = 0;
  for (std::uint32_t i = 0; i < things.count(); ++i) {
    count += things.is_registered(ThingId{i}) ? 1 : 0;
  }
  return count;
}

void CloudService::advance(ServerTime now) {
  if (cloud_.deadline() <= now) happen({Input::Kind::tick, now, {}, {}, {}});
}

/// The cloud never goes back in time, and a look that nobody keeps moves it, too: what is kept has
/// the time at which the cloud takes it.
ServerTime CloudService::not_before_the_last(ServerTime now) {
  latest_ = std::max(latest_, now);
  return latest_;
}

void CloudService::happen(Input input) {
  input.at = not_before_the_last(input.at);
  journal_.add(input);
  apply(input);
}

void CloudService::apply(const Input& input) {
  board_.set_now(input.at);
  feed_.set_now(input.at);
  const ThingId thing = find(input.thing).value_or(nobody);
  switch (input.kind) {
    case Input::Kind::tick:
      return cloud_.advance(input.at);
    case Input::Kind::thing: {
      ThingAttributes attributes;
      attributes.name = input.thing;
      return notify_of_all(cloud_.register_thing(attributes));
    }
    case Input::Kind::connected:
      if (thing != nobody) {
        notify_of_all(thing);
        cloud_.connected(thing, input.at);
      }
      return;
    case Input::Kind::disconnected:
      if (thing != nobody) cloud_.disconnected(thing, input.at);
      return;
    case Input::Kind::message:
      if (thing != nobody) cloud_.received(thing, input.name, input.body, input.at);
      return;
    case Input::Kind::iot:
      response_ = cloud_.iot(request_of(input.body), input.name, input.at);
      return notify_new_things();
    case Input::Kind::operation:
      result_ = net::operate(
          cloud_, [this](std::string_view name) { return find(name); }, input.name, input.body,
          input.at);
      return;
    case Input::Kind::object:
      return apply_object(input);
    case Input::Kind::document:
      return apply_document(input);
  }
}

/// Who is subscribed to what is the MQTT broker's to know: it gets everything.
void CloudService::notify_of_all(ThingId thing) { cloud_.subscribe(thing, true, true); }

void CloudService::notify_new_things() {
  for (; things_met_ < cloud_.things().count(); ++things_met_) {
    notify_of_all(ThingId{things_met_});
  }
}

void CloudService::apply_document(const Input& input) {
  const std::size_t slash = input.name.find('/');
  if (slash == std::string_view::npos) return;
  const std::string& content = documents_.emplace_back(input.body);
  cloud_.put_object(input.name.substr(0, slash), input.name.substr(slash + 1),
                    std::as_bytes(std::span{content}));
}

void CloudService::apply_object(const Input& input) {
  const std::size_t slash = input.name.find('/');
  if (slash == std::string_view::npos) return;
  const std::string_view bucket = input.name.substr(0, slash);
  const std::string_view key = input.name.substr(slash + 1);
  if (input.body.empty()) return cloud_.forget_object(bucket, key);
  boost::system::error_code error;
  const auto document = boost::json::parse({input.body.data(), input.body.size()}, error);
  std::string problem = error ? error.message() : std::string{};
  rollout::StoredObject object;
  JsonMembers members{document, "", problem};
  members.whole("size", object.size);
  members.text("sha256", object.sha256_hex);
  members.text("etag", object.etag);
  if (problem.empty()) cloud_.declare_object(bucket, key, std::move(object));
}

}  // namespace cartstorm::broker::net

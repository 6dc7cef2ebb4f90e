#include <algorithm>
#include <utility>

#include "sim/virtual_fleet/bound_hardware.hpp"
#include "sim/virtual_fleet/release.hpp"
#include "sim/virtual_fleet/trace_words.hpp"

/// Messages and downloads between one cart and the cloud, in virtual time.
namespace cartstorm::sim {
namespace {

std::optional<MetricKind> metric_of(std::string_view topic) {
  if (topic.ends_with("/error")) return MetricKind::error;
  if (topic.ends_with("/heartbeat")) return MetricKind::heartbeat;
  if (topic.ends_with("/rollback")) return MetricKind::rollback;
  return std::nullopt;
}

}  // namespace

std::uint32_t VirtualFleet::new_message() {
  if (free_messages_.empty()) {
    messages_.emplace_back();
    return static_cast<std::uint32_t>(messages_.size() - 1);
  }
  const std::uint32_t slot = free_messages_.back();
  free_messages_.pop_back();
  return slot;
}

void VirtualFleet::link_up(std::uint32_t number) {
  Cart& cart = *carts_[number];
  if (cart.is_linked || now_us_ < cart.offline_until_us) {
    return;  // Who has no network tries again when it is back.
  }
  const auto thing = static_cast<broker::ThingId>(number);
  ++cart.connects;
  cart.is_linked = true;
  if (cart.is_cloud_linked) {
    cloud_->disconnected(thing, server_time());  // The same client id takes over.
  }
  cart.is_cloud_linked = true;
  emit(report::Transport{static_cast<report::CartId>(number), report::LinkEvent::connect,
                         report::TextId{0}});
  cloud_->connected(thing, server_time());
  called_cloud();
  step(number, ota::event::LinkUp{});
}

void VirtualFleet::publish(std::uint32_t number, std::string_view topic, std::string_view payload) {
  Cart& cart = *carts_[number];
  if (!cart.is_linked) {
    return;
  }
  if (cart.is_legacy) {
    const std::int64_t local_unix_s =
        server_time().unix_ms / 1000 + cart.clock_offset_us / 1'000'000;
    auto uplink = cart.running->legacy.on_uplink(topic, payload, local_unix_s);
    if (uplink.answer) {
      const std::uint32_t slot = new_message();
      auto& message = messages_[slot];
      message.incarnation = static_cast<std::uint32_t>(cart.connects);
      message.topic = std::move(uplink.answer->topic);
      message.payload = std::move(uplink.answer->payload);
      at(std::max(now_us_, cart.busy_until_us) + 1000, Due::downlink, number, slot);
    }
    if (uplink.retry_in_us != 0) {
      at(now_us_ + uplink.retry_in_us, Due::legacy_retry, number, cart.incarnation);
    }
    if (!uplink.is_sent) {
      return;
    }
  }
  put_on_wire(number, topic, payload);
}

void VirtualFleet::put_on_wire(std::uint32_t number, std::string_view topic,
                               std::string_view payload) {
  if (const auto metric = metric_of(topic)) {
    put_metric_on_wire(number, *metric, topic, payload);
  } else {
    send(number, topic, payload, 0);
  }
}

/// Gives the slot of the message, which arrives `delay_us` later than it would.
std::uint32_t VirtualFleet::send(std::uint32_t number, std::string_view topic,
                                 std::string_view payload, std::int64_t delay_us) {
  Cart& cart = *carts_[number];
  const std::uint32_t slot = new_message();
  auto& message = messages_[slot];
  message.incarnation = cart.incarnation;
  message.is_past_broker = delay_us > 0;
  message.telemetry = 0;
  message.reordered.reset();
  message.topic.assign(topic);
  message.payload.assign(payload);
  at(std::max(now_us_, cart.busy_until_us) + link_.uplink_us(number, cart.uplinks++) + delay_us,
     Due::uplink, number, slot);
  return slot;
}

void VirtualFleet::uplink_arrives(std::uint32_t slot, std::uint32_t number) {
  // When the sender dies, what is under way may have left whole, or miss a segment that nobody will
  // send again.
  const Message& message = messages_[slot];
  const bool has_died =
      !message.is_past_broker && message.incarnation != carts_[number]->incarnation;
  if (has_died &&
      happens(draw(options_.seed, number, Purpose::cut_in_flight, carts_[number]->uplinks_cut++),
              0.5)) {
    free_messages_.push_back(slot);
    return;
  }
  metric_arrives(number, message);
  cloud_->received(static_cast<broker::ThingId>(number), message.topic, message.payload,
                   server_time());
  free_messages_.push_back(slot);
  called_cloud();
}

void VirtualFleet::downlink_arrives(std::uint32_t slot, std::uint32_t number) {
  Cart& cart = *carts_[number];
  Message& message = messages_[slot];
  const bool is_current = message.incarnation == cart.connects && cart.is_linked;
  if (is_current && cart.running) {
    bool is_seen = true;
    if (cart.is_legacy) {
      WireMessage wire{std::move(message.topic), std::move(message.payload)};
      is_seen = cart.running->legacy.on_downlink(wire, cart.clock_offset_us / 1'000'000);
      message.topic = std::move(wire.topic);
      message.payload = std::move(wire.payload);
    }
    if (is_seen) {
      // The step may put new messages on the wire and so move the slots: swap the texts out.
      std::swap(arriving_, message);
      step(number,
           ota::event::Received{arriving_.topic, std::as_bytes(std::span{arriving_.payload})});
    }
  }
  free_messages_.push_back(slot);
}

void VirtualFleet::retry_as_legacy(std::uint32_t number) {
  Cart& cart = *carts_[number];
  if (!cart.running || !cart.is_linked) {
    return;
  }
  if (const auto message = cart.running->legacy.retry(cart.spec.thing)) {
    step(number, ota::event::Received{message->topic, std::as_bytes(std::span{message->payload})});
  }
}

void VirtualFleet::http_get(std::uint32_t number, const ota::command::HttpGet& get) {
  Cart& cart = *carts_[number];
  HttpExchange& http = cart.running->http;
  http.number = ++cart.http_gets;
  if (now_us_ < cart.offline_until_us) {
    return;  // No network, no answer: the agent gives up by its own timer.
  }
  http.is_open = true;
  http.url.assign(get.url);
  http.if_match.assign(get.if_match);
  http.first = get.first;
  http.given = 0;
  at(std::max(now_us_, cart.busy_until_us) + link_.http_us(number, cart.exchanges++),
     Due::http_request, number, http.number);
}

void VirtualFleet::http_request(std::uint32_t number) {
  Cart& cart = *carts_[number];
  HttpExchange& http = cart.running->http;
  broker::HttpRequest request{"GET", http.url, {}, {}, http.if_match};
  if (http.first != 0) {
    request.range_first = http.first;
  }
  const broker::HttpResponse response = cloud_->http(request, server_time());
  http.status = response.status;
  http.range_first = response.range_first;
  http.total_size = response.total_size;
  http.etag = response.etag;
  http.retry_after_s = response.retry_after_s;
  if (response.status < 300) {
    http.body = response.body;
  } else {
    http.own_body.assign(response.body.begin(), response.body.end());
    http.body = http.own_body;
  }
  const bool is_object = response.status < 300;
  const Version version = image_at(images_, http.url).spec->version;
  emit(report::Http{static_cast<report::CartId>(number), http.first, response.status,
                    static_cast<std::uint32_t>(is_object ? response.body.size() : 0),
                    static_cast<report::Version>(version.value)});
  http.ready_us = now_us_ + link_.http_us(number, cart.exchanges++);
  at(http.ready_us, Due::http_head, number, http.number);
}

void VirtualFleet::http_head(std::uint32_t number) {
  const HttpExchange& http = carts_[number]->running->http;
  step(number, ota::event::HttpHead{http.status, static_cast<std::uint32_t>(http.range_first),
                                    static_cast<std::uint32_t>(http.total_size), http.etag,
                                    http.retry_after_s});
}

void VirtualFleet::http_next(std::uint32_t number, std::uint32_t max_bytes) {
  Cart& cart = *carts_[number];
  HttpExchange& http = cart.running->http;
  http.asked_bytes =
      std::min<std::uint32_t>(max_bytes, static_cast<std::uint32_t>(http.body.size() - http.given));
  const std::int64_t asked_us = std::max(now_us_, cart.busy_until_us);
  // The wire fills the socket buffer while the flash is busy, so only what is missing is waited
  // for.
  http.ready_us = std::max(http.ready_us + link_.transfer_us(http.asked_bytes), asked_us);
  at(http.ready_us, Due::http_piece, number, http.number);
}

void VirtualFleet::http_piece(std::uint32_t number) {
  HttpExchange& http = carts_[number]->running->http;
  if (http.asked_bytes == 0) {
    http.is_open = false;
    return step(number, ota::event::HttpEnded{true});
  }
  const auto piece = http.body.subspan(http.given, http.asked_bytes);
  http.given += piece.size();
  step(number, ota::event::HttpBody{piece});
}

}  // namespace cartstorm::sim

#include <algorithm>
#include <utility>

#include "broker-mock/mqtt/core.hpp"

namespace cartstorm::broker::mqtt {
namespace {

bool begins_connect(std::string_view bytes) {
  return static_cast<unsigned char>(bytes.front()) >> 4U ==
         static_cast<unsigned>(PacketType::connect);
}

}  // namespace

void Broker::Core::take_bytes(Link& link, std::string_view bytes) {
  if (link.buffer.empty()) {
    link.buffer = take_packets(link, bytes);
    return;
  }
  std::string all = std::move(link.buffer);
  all.append(bytes);
  const std::string_view left = take_packets(link, all);
  if (left.size() == all.size()) {
    link.buffer = std::move(all);
  } else {
    link.buffer = left;
  }
  // An idle link holds no memory for what it once received.
  if (link.buffer.empty()) std::string{}.swap(link.buffer);
}

/// Who has not even said who it is may not fill the memory.
std::size_t Broker::Core::most_bytes(const Link& link) const {
  constexpr std::size_t most_connect_bytes = std::size_t{512} << 10;
  const std::size_t most = settings_.limits.max_packet_bytes;
  return link.session == nullptr ? std::min(most, most_connect_bytes) : most;
}

/// Returns what is left: the beginning of a packet, or all that came while the link is stopped.
std::string_view Broker::Core::take_packets(Link& link, std::string_view bytes) {
  while (!bytes.empty() && !link.is_doomed && link.blocked_by == 0) {
    // Told by the first byte: whoever speaks another protocol may announce more than will come.
    if (link.session == nullptr && !begins_connect(bytes)) {
      violate(link, {Reason::protocol_error, "first packet is not CONNECT"});
      break;
    }
    Frame frame;
    switch (take_frame(bytes, most_bytes(link), frame)) {
      case Framing::whole:
        link.last_packet = now_;
        on_packet(link, frame);
        break;
      case Framing::partial:
        return bytes;
      case Framing::malformed_length:
        violate(link, {Reason::malformed_packet, "remaining length has more than four bytes"});
        break;
      case Framing::too_large:
        violate(link, {Reason::packet_too_large, "packet is larger than the server takes"});
        break;
    }
  }
  return link.is_doomed ? std::string_view{} : bytes;
}

void Broker::Core::on_packet(Link& link, const Frame& frame) {
  if (link.session != nullptr) {
    on_packet_of(*link.session, link, frame);
  } else {
    on_connect(link, frame);
  }
}

void Broker::Core::on_packet_of(Session& session, Link& link, const Frame& frame) {
  switch (frame.type()) {
    case PacketType::publish:
      return on_publish(session, link, frame);
    case PacketType::puback:
    case PacketType::pubrec:
    case PacketType::pubrel:
    case PacketType::pubcomp:
      return on_acknowledgement(session, link, frame);
    case PacketType::subscribe:
      return on_subscribe(session, link, frame);
    case PacketType::unsubscribe:
      return on_unsubscribe(session, link, frame);
    case PacketType::pingreq:
      if (const Fault fault = decode_pingreq(frame, link.protocol)) return violate(link, fault);
      scratch_.clear();
      put_pingresp(scratch_);
      return send(link, scratch_);
    case PacketType::disconnect:
      return on_disconnect(session, link, frame);
    case PacketType::auth:
      // No authentication method was agreed on, so there is nothing to go on with (4.12).
      return violate(link, {Reason::protocol_error, "AUTH without an authentication method"});
    case PacketType::connect:
      return violate(link, {Reason::protocol_error, "second CONNECT"});
    case PacketType::connack:
    case PacketType::suback:
    case PacketType::unsuback:
    case PacketType::pingresp:
      return violate(link, {Reason::protocol_error, "packet that only a server sends"});
  }
  violate(link, {Reason::malformed_packet, "packet type 0"});
}

void Broker::Core::on_disconnect(Session& session, Link& link, const Frame& frame) {
  DisconnectPacket packet;
  if (const Fault fault = decode(frame, link.protocol, packet)) return violate(link, fault);
  if (packet.session_expiry_s) {
    // 3.14.2.2.2: it cannot begin to persist at its end.
    if (!session.persists() && *packet.session_expiry_s > 0) {
      return violate(link, {Reason::protocol_error, "session expiry of zero cannot be raised"});
    }
    session.expiry_s = std::min(*packet.session_expiry_s, settings_.limits.max_session_expiry_s);
  }
  const bool publishes_will = packet.reason != Reason::success;
  doom(link, {Cause::client_disconnect, packet.reason, publishes_will}, "client disconnected");
}

void Broker::Core::send(Link& link, std::string_view bytes) {
  if (link.is_doomed) return;
  if (!fits(link, bytes.size())) {
    // Nothing may be left out but messages, and no packet be larger (3.1.2-24).
    return violate(link, {Reason::packet_too_large, "an answer is larger than the client takes"});
  }
  link.unsent_bytes += bytes.size();
  counters_.sent_bytes += bytes.size();
  wire_.send(link.id, bytes);
  feel_pressure(link);
}

void Broker::Core::violate(Link& link, const Fault& fault) {
  if (link.is_doomed) return;
  ++counters_.protocol_violations;
  notify(Notice::Kind::protocol_violation, &link,
         link.session == nullptr ? std::string_view{} : link.session->client_id, fault.text);
  doom(link, {Cause::client_error, fault.reason, true}, fault.text);
}

void Broker::Core::doom(Link& link, const Parting& parting, std::string_view why) {
  if (link.is_doomed) return;
  link.is_doomed = true;
  link.parting = parting;
  doomed_.push_back({static_cast<std::uint32_t>(link.id), link.serial});
  if (link.is_closed_by_peer) return;
  // 3.14: a server says why, unless the client just said good-bye.
  if (link.is_greeted && link.protocol == Protocol::v5 && is_failure(parting.reason) &&
      parting.cause != Cause::client_disconnect) {
    std::string packet;
    put_disconnect(packet, parting.reason, why);
    if (packet.size() > link.max_packet_bytes) {
      packet.clear();
      put_disconnect(packet, parting.reason, {});
    }
    counters_.sent_bytes += packet.size();
    if (packet.size() <= link.max_packet_bytes) wire_.send(link.id, packet);
  }
  wire_.close(link.id, why);
}

void Broker::Core::release(Link& link) {
  const auto index = static_cast<std::uint32_t>(link.id);
  alive_.clear(index);
  stalled_.clear(index);
  relieve(link);
  const std::unique_ptr<Link> kept = std::move(links_[index]);
  --counters_.links;
  if (link.session == nullptr) return;
  Session& session = *link.session;
  --counters_.clients;
  session.link = nullptr;
  detach(session, link.parting);
}

bool Broker::Core::is_queue_pressed(const Session& session, std::uint32_t divisor) const {
  return session.pending.waiting() > settings_.max_queued_messages / divisor ||
         session.pending.kept_bytes > settings_.max_queued_bytes / divisor;
}

void Broker::Core::feel_pressure(Link& link) {
  if (link.is_doomed) return;
  const std::string_view client =
      link.session == nullptr ? std::string_view{} : link.session->client_id;
  if (link.unsent_bytes > settings_.hard_mark_bytes) {
    ++counters_.readers_disconnected;
    notify(Notice::Kind::reader_disconnected, &link, client, "unsent bytes past the hard mark");
    return doom(link, {Cause::slow_reader, Reason::quota_exceeded, true},
                "does not read what it subscribed to");
  }
  if (link.is_congested) return;
  const bool is_pressed = link.unsent_bytes > settings_.high_mark_bytes ||
                          (link.session != nullptr && is_queue_pressed(*link.session, 2));
  if (!is_pressed) return;
  link.is_congested = true;
  ++counters_.readers_congested;
  stalled_.set(static_cast<std::uint32_t>(link.id), now_ + settings_.stalled_for_ms);
  notify(Notice::Kind::reader_congested, &link, client, "its publishers are not read meanwhile");
}

void Broker::Core::relieve_if_possible(Link& link) {
  if (!link.is_congested || link.is_doomed) return;
  if (link.unsent_bytes > settings_.high_mark_bytes / 2) return;
  if (link.session != nullptr && is_queue_pressed(*link.session, 4)) return;
  notify(Notice::Kind::reader_relieved, &link,
         link.session == nullptr ? std::string_view{} : link.session->client_id, "");
  relieve(link);
}

void Broker::Core::relieve(Link& link) {
  link.is_congested = false;
  stalled_.clear(static_cast<std::uint32_t>(link.id));
  for (const Link::Stopped& which : std::exchange(link.stopped, {})) {
    Link* const publisher = link_of(LinkId{which.link});
    if (publisher == nullptr || publisher->serial != which.serial) continue;
    if (--publisher->blocked_by > 0 || publisher->is_doomed) continue;
    publisher->last_packet = now_;
    wire_.resume_reading(publisher->id);
    if (publisher->is_to_be_read) continue;
    publisher->is_to_be_read = true;
    to_be_read_.push_back(which);
  }
}

void Broker::Core::stop(Link& publisher, Link& reader) {
  if (!reader.is_congested || reader.is_doomed || publisher.is_doomed) return;
  reader.stopped.push_back({static_cast<std::uint32_t>(publisher.id), publisher.serial});
  if (publisher.blocked_by++ == 0) wire_.stop_reading(publisher.id);
}

}  // namespace cartstorm::broker::mqtt

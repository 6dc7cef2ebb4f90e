#include <algorithm>

#include "broker-mock/mqtt/core.hpp"
#include "broker-mock/mqtt/topic.hpp"

namespace cartstorm::broker::mqtt {
namespace {

std::optional<std::uint32_t> seconds_left(ServerTime expires, ServerTime now) {
  if (expires == never) return std::nullopt;
  if (expires <= now) return 0;
  const std::int64_t ms = expires.unix_ms - now.unix_ms;
  return static_cast<std::uint32_t>(std::min<std::int64_t>((ms + 999) / 1000, for_ever_s));
}

constexpr std::size_t most_under_way = 65'535;  // one packet identifier each

}  // namespace

bool Broker::Core::deliver(std::string_view client_id, std::string_view topic,
                           std::string_view payload, ServerTime now) {
  const Call call{*this, now};
  Session* const session = session_of(client_id);
  if (session == nullptr) return false;
  std::uint8_t qos = 0;
  chain_.assign(1, {0, 0});
  Copy copy{session->index, 0, false, 0};
  for (const Session::Own& own : session->filters) {
    if (own.group != nullptr) continue;
    if (!matches(own.entry->filter, topic, settings_.limits.hash_matches_parent)) continue;
    const auto& all = own.entry->plain;
    const auto mine = std::find_if(all.begin(), all.end(), [session](const Subscription& each) {
      return each.session == session->index;
    });
    qos = std::max(qos, mine->qos);
    if (mine->identifier == 0) continue;
    chain_.push_back({mine->identifier, copy.identifiers});
    copy.identifiers = static_cast<std::uint32_t>(chain_.size() - 1);
  }
  copy.qos = qos;
  begin_fan_out(1);
  MessageRef kept;
  return hand_over(*session, {topic, payload, {}, qos, false, never}, kept, copy) == Handed::taken;
}

Broker::Core::Handed Broker::Core::hand_over(Session& session, const Publication& message,
                                             MessageRef& kept, const Copy& copy) {
  Link* const link = session.link == nullptr || session.link->is_doomed ? nullptr : session.link;
  const auto identifiers = identifiers_of(copy);
  if (copy.qos == 0) {
    if (link == nullptr) {
      ++counters_.dropped_qos_0;
      return Handed::dropped;
    }
    const bool is_sent =
        send_publish(*link, message, {0, copy.is_retained, false, 0, identifiers, true});
    return is_sent ? Handed::taken : Handed::dropped;
  }
  if (link == nullptr && !session.persists()) {
    ++counters_.dropped_departed;
    return Handed::dropped;
  }
  if (is_full(session, message)) {
    ++counters_.dropped_queue_full;
    notify(Notice::Kind::message_dropped, link, session.client_id, "its queue is full");
    if (link != nullptr) {
      ++counters_.readers_disconnected;
      notify(Notice::Kind::reader_disconnected, link, session.client_id, "its queue is full");
      doom(*link, {Cause::slow_reader, Reason::quota_exceeded, true},
           "does not acknowledge what it subscribed to");
    }
    return Handed::full;
  }
  PendingQueue& pending = session.pending;
  const bool is_direct = link != nullptr && pending.waiting() == 0 &&
                         pending.under_way < link->send_maximum && pending.sent < most_under_way;
  return push(session, message, kept, copy, is_direct);
}

bool Broker::Core::is_full(const Session& session, const Publication& message) const {
  const PendingQueue& pending = session.pending;
  if (pending.waiting() >= settings_.max_queued_messages) return true;
  // One message always fits, or a small limit would mean none.
  return pending.kept_bytes > 0 &&
         pending.kept_bytes + message.payload.size() > settings_.max_queued_bytes;
}

Broker::Core::Handed Broker::Core::push(Session& session, const Publication& message,
                                        MessageRef& kept, const Copy& copy, bool is_direct) {
  PendingQueue& pending = session.pending;
  const std::uint64_t number = pending.first_number + pending.ring.size();
  Pending entry;
  entry.qos = copy.qos;
  entry.is_retained = copy.is_retained;
  if (!is_direct || session.persists()) {
    if (!kept) kept = keep(message);
    entry.message = kept;
    pending.kept_bytes += kept->size();
    ++counters_.queued_messages;
    counters_.queued_bytes += kept->size();
    if (!identifiers_.empty()) {
      entry.identifiers = std::make_unique<std::vector<std::uint32_t>>(identifiers_);
    }
    if (session.persists()) store(session, entry, number);
  }
  if (is_direct) {
    entry.state = copy.qos == 1 ? Pending::State::await_puback : Pending::State::await_pubrec;
    ++pending.sent;
    ++pending.under_way;
  }
  pending.ring.push_back(std::move(entry));
  if (!is_direct) {
    if (session.link != nullptr) feel_pressure(*session.link);
    return Handed::taken;
  }
  const Outgoing outgoing{
      copy.qos, copy.is_retained, false, PendingQueue::id_of(number), identifiers_, true};
  if (send_publish(*session.link, message, outgoing)) return Handed::taken;
  // Too large for the client: as if it had been sent and acknowledged (3.1.2-25).
  finish(session, pending.ring[pending.ring.size() - 1], number);
  --pending.under_way;
  trim(session);
  return Handed::dropped;
}

void Broker::Core::store(Session& session, Pending& pending, std::uint64_t number) {
  Message& message = *pending.message;
  PendingRecord record{own_content, {}, pending.qos, pending.is_retained, {}};
  if (waiting_sessions_ == 1) {
    record.content = pending.message;
  } else {
    if (message.stored_as == 0) {
      message.stored_as = next_message_++;
      records_.put_message(message.stored_as, message.view());
    }
    ++message.stored_users;
    record.message = message.stored_as;
  }
  pending.is_stored = true;
  if (pending.identifiers) record.identifiers = *pending.identifiers;
  records_.put(session.client_id, number, record);
}

bool Broker::Core::fits(Link& link, std::size_t bytes) { return bytes <= link.max_packet_bytes; }

/// False if the client does not take packets of that size; counted.
bool Broker::Core::send_publish(Link& link, const Publication& message, const Outgoing& outgoing) {
  if (outgoing.may_share && outgoing.identifiers.empty() && link.topic_alias_maximum == 0) {
    return send_shared(link, message, outgoing);
  }
  PublishShape shape{link.protocol,
                     outgoing.qos,
                     outgoing.is_duplicate,
                     outgoing.is_retained,
                     outgoing.id,
                     0,
                     false,
                     {},
                     {}};
  if (link.protocol == Protocol::v5) {
    shape.expiry_s = seconds_left(message.expires, now_);
    shape.subscription_identifiers = outgoing.identifiers;
  }
  // The first packet with an alias names the topic too, so that is the size to look at.
  if (!fits(link, publish_bytes(shape, message.topic, message.properties, message.payload) + 3)) {
    ++counters_.dropped_too_large;
    notify(Notice::Kind::message_dropped, &link, link.session->client_id, "too large for it");
    return false;
  }
  shape.topic_alias = alias_of(link, message.topic, shape.leaves_topic_out);
  scratch_.clear();
  put_publish(scratch_, shape, message.topic, message.properties, message.payload);
  ++counters_.sent[outgoing.qos];
  send(link, scratch_);
  return true;
}

/// One encoding serves all receivers with this protocol; identifier and flags are put in place.
bool Broker::Core::send_shared(Link& link, const Publication& message, const Outgoing& outgoing) {
  const std::size_t which =
      (link.protocol == Protocol::v5 ? 2U : 0U) + (outgoing.qos > 0 ? 1U : 0U);
  Encoded& encoded = encoded_[which];
  if (!encoded.is_valid) {
    PublishShape shape{link.protocol, outgoing.qos, false, false, 0, 0, false, {}, {}};
    if (link.protocol == Protocol::v5) shape.expiry_s = seconds_left(message.expires, now_);
    encoded.bytes.clear();
    encoded.id_at =
        put_publish(encoded.bytes, shape, message.topic, message.properties, message.payload);
    encoded.is_valid = true;
  }
  if (!fits(link, encoded.bytes.size())) {
    ++counters_.dropped_too_large;
    notify(Notice::Kind::message_dropped, &link, link.session->client_id, "too large for it");
    return false;
  }
  const unsigned first = 0x30U | (outgoing.is_duplicate ? 8U : 0U) |
                         static_cast<unsigned>(outgoing.qos) << 1 |
                         (outgoing.is_retained ? 1U : 0U);
  encoded.bytes[0] = static_cast<char>(first);
  if (outgoing.qos > 0) {
    encoded.bytes[encoded.id_at] = static_cast<char>(outgoing.id >> 8);
    encoded.bytes[encoded.id_at + 1] = static_cast<char>(outgoing.id & 0xff);
  }
  ++counters_.sent[outgoing.qos];
  send(link, encoded.bytes);
  return true;
}

/// The first topics get the aliases: what a client hears often, it hears early.
std::uint16_t Broker::Core::alias_of(Link& link, std::string_view topic, bool& is_known) {
  is_known = false;
  if (link.topic_alias_maximum == 0 || !uses_aliases_) return 0;
  if (!link.aliases) link.aliases = std::make_unique<Link::Aliases>();
  auto& aliases = link.aliases->outbound;
  const auto found = aliases.find(std::string{topic});
  is_known = found != aliases.end();
  if (is_known) return found->second;
  if (aliases.size() >= link.topic_alias_maximum) return 0;
  const auto alias = static_cast<std::uint16_t>(aliases.size() + 1);
  aliases.emplace(topic, alias);
  return alias;
}

/// Sends what waits, as far as the client's receive maximum goes (4.9).
void Broker::Core::pump(Session& session) {
  PendingQueue& pending = session.pending;
  Link* const link = session.link;
  while (link != nullptr && !link->is_doomed && pending.sent < pending.ring.size() &&
         pending.under_way < link->send_maximum && pending.sent < most_under_way) {
    const std::size_t at = pending.sent++;
    if (pending.ring[at].state == Pending::State::done) continue;
    if (send_pending(session, at)) {
      ++pending.under_way;
    } else {
      finish(session, pending.ring[at], pending.first_number + at);
    }
  }
  trim(session);
}

/// False if nothing has to be sent any more.
bool Broker::Core::send_pending(Session& session, std::size_t at) {
  PendingQueue& pending = session.pending;
  Pending& entry = pending.ring[at];
  Link& link = *session.link;
  const std::uint16_t id = PendingQueue::id_of(pending.first_number + at);
  if (entry.state == Pending::State::await_pubcomp) {
    scratch_.clear();
    put_ack(scratch_, PacketType::pubrel, link.protocol, id, Reason::success);
    send(link, scratch_);
    return true;
  }
  const Message& message = *entry.message;
  const bool is_duplicate = at < pending.sent_before;
  // A message whose delivery has begun is carried through (3.3.2.3.3).
  if (!is_duplicate && message.expires <= now_) {
    ++counters_.expired;
    notify(Notice::Kind::message_expired, &link, session.client_id, message.topic());
    return false;
  }
  Outgoing outgoing{entry.qos, entry.is_retained, is_duplicate, id, {}, false};
  if (entry.identifiers) outgoing.identifiers = *entry.identifiers;
  if (!send_publish(link, message.view(), outgoing)) return false;
  entry.state = entry.qos == 1 ? Pending::State::await_puback : Pending::State::await_pubrec;
  if (!session.persists() && !entry.is_stored) release_message(session, entry);
  return true;
}

/// Acknowledged, refused, expired or too large: nothing of it is left but its place.
void Broker::Core::finish(Session& session, Pending& pending, std::uint64_t number) {
  if (pending.is_stored) records_.erase_pending(session.client_id, number);
  release_message(session, pending);
  pending.is_stored = false;
  pending.state = Pending::State::done;
}

void Broker::Core::release_message(Session& session, Pending& pending) {
  pending.identifiers.reset();
  if (!pending.message) return;
  Message& message = *pending.message;
  session.pending.kept_bytes -= message.size();
  counters_.queued_bytes -= message.size();
  --counters_.queued_messages;
  if (pending.is_stored && message.stored_as != 0 && --message.stored_users == 0) {
    records_.erase_message(message.stored_as);
    message.stored_as = 0;
  }
  pending.message.reset();
}

void Broker::Core::trim(Session& session) {
  PendingQueue& pending = session.pending;
  while (pending.sent > 0 && pending.ring.front().state == Pending::State::done) {
    pending.ring.pop_front();
    ++pending.first_number;
    --pending.sent;
    if (pending.sent_before > 0) --pending.sent_before;
  }
}

void Broker::Core::settle_pending(Session& session, Pending& pending, std::uint64_t number) {
  finish(session, pending, number);
  --session.pending.under_way;
  trim(session);
  pump(session);
  if (session.link != nullptr) relieve_if_possible(*session.link);
  walk_retained(session);
}

void Broker::Core::on_acknowledgement(Session& session, Link& link, const Frame& frame) {
  AckPacket packet;
  if (const Fault fault = decode(frame, link.protocol, packet)) return violate(link, fault);
  if (frame.type() == PacketType::pubrec) return on_received(session, link, packet);
  if (frame.type() == PacketType::pubrel) return on_released(session, link, packet);
  std::uint64_t number = 0;
  Pending* const pending = session.pending.find(packet.id, number);
  // An acknowledgement from before a restart, or twice: nothing waits for it.
  if (pending == nullptr) return;
  const bool is_puback = frame.type() == PacketType::puback;
  const auto expected = is_puback ? Pending::State::await_puback : Pending::State::await_pubcomp;
  if (pending->state != expected) {
    return violate(link, {Reason::protocol_error, "acknowledgement of another QoS"});
  }
  settle_pending(session, *pending, number);
}

/// PUBREC: the client has it; from here on only its release matters (4.3.3).
void Broker::Core::on_received(Session& session, Link& link, const AckPacket& packet) {
  std::uint64_t number = 0;
  Pending* const pending = session.pending.find(packet.id, number);
  Reason reason = Reason::success;
  if (pending == nullptr) {
    if (is_failure(packet.reason)) return;
    reason = Reason::packet_identifier_not_found;
  } else if (pending->state == Pending::State::await_puback) {
    return violate(link, {Reason::protocol_error, "acknowledgement of another QoS"});
  } else if (is_failure(packet.reason)) {
    return settle_pending(session, *pending, number);
  } else if (pending->state == Pending::State::await_pubrec) {
    pending->state = Pending::State::await_pubcomp;
    if (pending->is_stored) {
      records_.put(session.client_id, number, PendingRecord{0, {}, 2, false, {}});
    }
    release_message(session, *pending);
  }
  scratch_.clear();
  put_ack(scratch_, PacketType::pubrel, link.protocol, packet.id, reason);
  send(link, scratch_);
}

/// PUBREL: the identifier is free again.
void Broker::Core::on_released(Session& session, Link& link, const AckPacket& packet) {
  const auto at = std::lower_bound(session.inbound.begin(), session.inbound.end(), packet.id);
  const bool is_known = at != session.inbound.end() && *at == packet.id;
  if (is_known) {
    session.inbound.erase(at);
    if (session.inbound.empty()) std::vector<std::uint16_t>{}.swap(session.inbound);
    if (session.is_stored) records_.erase_inbound(session.client_id, packet.id);
  }
  scratch_.clear();
  put_ack(scratch_, PacketType::pubcomp, link.protocol, packet.id,
          is_known ? Reason::success : Reason::packet_identifier_not_found);
  send(link, scratch_);
}

}  // namespace cartstorm::broker::mqtt

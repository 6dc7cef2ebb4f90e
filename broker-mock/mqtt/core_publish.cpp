#include <algorithm>

#include "broker-mock/mqtt/core.hpp"
#include "broker-mock/mqtt/topic.hpp"

namespace cartstorm::broker::mqtt {

void Broker::Core::on_publish(Session& session, Link& link, const Frame& frame) {
  PublishPacket packet;
  Fault fault = decode(frame, link.protocol, packet, spill_);
  if (!fault) fault = resolve_alias(link, packet);
  if (!fault && packet.qos == 2 && settings_.limits.max_qos < 2 &&
      link.protocol == Protocol::v3_1_1 && settings_.limits.ignores_qos_2) {
    return;
  }
  if (!fault) fault = check_publish(packet);
  if (fault) return violate(link, fault);
  ++counters_.received[packet.qos];
  if (packet.qos == 2) {
    const auto at = std::lower_bound(session.inbound.begin(), session.inbound.end(), packet.id);
    if (at != session.inbound.end() && *at == packet.id) {
      // A repetition: it was passed on when it came first (4.3.3).
      return acknowledge_publish(session, link, packet, Reason::success, {});
    }
    if (session.inbound.size() >= settings_.limits.receive_maximum) {
      return violate(link, {Reason::receive_maximum_exceeded, "more QoS 2 than allowed at once"});
    }
  }
  const auto& expiry_s = packet.properties.message_expiry_s;
  const Publication message{
      packet.topic, packet.payload,     packet.properties.forwarded,
      packet.qos,   packet.is_retained, expiry_s ? now_ + std::int64_t{*expiry_s} * 1000 : never};
  answer_publish(session, link, packet, message);
}

Fault Broker::Core::check_publish(const PublishPacket& packet) const {
  const Limits& limits = settings_.limits;
  if (packet.qos > limits.max_qos) return {Reason::qos_not_supported, "QoS is not served"};
  if (packet.payload.size() > limits.max_payload_bytes) {
    return {Reason::packet_too_large, "payload is larger than the server takes"};
  }
  if (!is_within(limits, packet.topic)) {
    return {Reason::topic_name_invalid, "topic is too long or too deep"};
  }
  return {};
}

Fault Broker::Core::resolve_alias(Link& link, PublishPacket& packet) {
  if (!packet.properties.topic_alias) return {};
  const std::uint16_t alias = *packet.properties.topic_alias;
  if (alias > settings_.limits.topic_alias_maximum) {
    return {Reason::topic_alias_invalid, "topic alias above the maximum"};
  }
  if (!link.aliases) link.aliases = std::make_unique<Link::Aliases>();
  auto& known = link.aliases->inbound;
  if (!packet.topic.empty()) {
    if (known.size() < alias) known.resize(alias);
    known[alias - 1U] = packet.topic;
    return {};
  }
  if (alias > known.size() || known[alias - 1U].empty()) {
    return {Reason::protocol_error, "topic alias stands for no topic yet"};
  }
  packet.topic = known[alias - 1U];
  return {};
}

void Broker::Core::answer_publish(Session& session, Link& link, const PublishPacket& packet,
                                  const Publication& message) {
  const Routed routed = application_.publishing(client_of(session), message, now_);
  Reason reason = Reason::success;
  switch (routed.to) {
    case Routed::To::ignored:
      return;
    case Routed::To::nobody:
      break;
    case Routed::To::refused:
      reason = routed.reason;
      if (link.protocol == Protocol::v5 && packet.qos > 0) break;
      [[fallthrough]];
    case Routed::To::closed:
      return doom(link, {Cause::refused_message, routed.reason, true},
                  routed.text.empty() ? name_of(routed.reason) : std::string_view{routed.text});
    case Routed::To::subscribers:
      if (message.is_retained && !retain(message)) {
        reason = Reason::quota_exceeded;
        if (link.protocol == Protocol::v5 && packet.qos > 0) break;
        return doom(link, {Cause::refused_message, reason, true}, "too many retained messages");
      }
      const Reached reached = route(message, &session, &link);
      if (reached.matched == 0) reason = Reason::no_matching_subscribers;
      if (reached.matched > 0 && reached.taken == 0 && reached.full)
        reason = Reason::quota_exceeded;
      break;
  }
  acknowledge_publish(session, link, packet, reason, routed.text);
}

void Broker::Core::acknowledge_publish(Session& session, Link& link, const PublishPacket& packet,
                                       Reason reason, std::string_view text) {
  if (packet.qos == 0) return;
  const PacketType type = packet.qos == 1 ? PacketType::puback : PacketType::pubrec;
  // A failed PUBREC ends the exchange (4.3.3), and 3.1.1 cannot say that it failed.
  if (packet.qos == 2 && (!is_failure(reason) || link.protocol == Protocol::v3_1_1)) {
    const auto at = std::lower_bound(session.inbound.begin(), session.inbound.end(), packet.id);
    if (at == session.inbound.end() || *at != packet.id) {
      session.inbound.insert(at, packet.id);
      if (session.is_stored) records_.put_inbound(session.client_id, packet.id);
    }
  }
  scratch_.clear();
  put_ack(scratch_, type, link.protocol, packet.id, reason,
          link.wants_problem_information ? text : std::string_view{});
  if (!fits(link, scratch_.size())) {
    scratch_.clear();
    put_ack(scratch_, type, link.protocol, packet.id, reason);
  }
  send(link, scratch_);
}

/// Sends a message to all who subscribed to it, each once (3.3.4).
Broker::Core::Reached Broker::Core::route(const Publication& message, const Session* from,
                                          Link* from_link) {
  collect(message, from);
  const auto waits = [this](const Copy& copy) {
    return copy.qos > 0 && sessions_[copy.session]->persists();
  };
  begin_fan_out(std::count_if(copies_.begin(), copies_.end(), waits));
  Reached reached;
  MessageRef kept;
  for (const Copy& copy : copies_) {
    Session& session = *sessions_[copy.session];
    ++reached.matched;
    const Handed handed = hand_over(session, message, kept, copy);
    if (handed == Handed::taken) ++reached.taken;
    if (handed == Handed::full) reached.full = true;
    Link* const reader = session.link;
    if (reader != nullptr && reader->is_congested && from_link != nullptr) {
      stop(*from_link, *reader);
    }
  }
  return reached;
}

void Broker::Core::begin_fan_out(std::ptrdiff_t waiting_sessions) {
  waiting_sessions_ = waiting_sessions;
  for (Encoded& encoded : encoded_) encoded.is_valid = false;
}

void Broker::Core::collect(const Publication& message, const Session* from) {
  found_.clear();
  copies_.clear();
  chain_.assign(1, {0, 0});
  ++epoch_;
  tree_.match(message.topic, found_);
  for (FilterEntry* const entry : found_) {
    for (const Subscription& subscription : entry->plain) {
      const bool is_own = from != nullptr && from->index == subscription.session;
      if (!is_own || !subscription.is_no_local) add_copy(subscription, message, true);
    }
    for (const auto& group : entry->groups) {
      if (const Subscription* member = pick(*group, message.qos)) {
        add_copy(*member, message, false);
      } else {
        ++counters_.dropped_departed;
      }
    }
  }
}

/// Overlapping subscriptions of one session become one copy with the highest QoS and all
/// identifiers (3.3.4); a shared one is a copy of its own (4.8.2).
void Broker::Core::add_copy(const Subscription& subscription, const Publication& message,
                            bool may_merge) {
  Session& session = *sessions_[subscription.session];
  const std::uint8_t qos = std::min(subscription.qos, message.qos);
  const bool is_retained = subscription.retains_as_published && message.is_retained;
  const bool is_first = !may_merge || session.matched_in != epoch_;
  if (is_first) {
    if (may_merge) {
      session.matched_in = epoch_;
      session.match = static_cast<std::uint32_t>(copies_.size());
    }
    copies_.push_back({subscription.session, qos, is_retained, 0});
  }
  Copy& copy = is_first ? copies_.back() : copies_[session.match];
  copy.qos = std::max(copy.qos, qos);
  copy.is_retained = copy.is_retained || is_retained;
  if (subscription.identifier == 0) return;
  chain_.push_back({subscription.identifier, copy.identifiers});
  copy.identifiers = static_cast<std::uint32_t>(chain_.size() - 1);
}

/// The next member in turn that can take it now; else one that takes it later.
const Subscription* Broker::Core::pick(ShareGroup& group, std::uint8_t qos) const {
  const Subscription* second_best = nullptr;
  const std::size_t count = group.members.size();
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = (group.next + i) % count;
    const Subscription& member = group.members[at];
    const Session& session = *sessions_[member.session];
    const bool is_connected = session.link != nullptr && !session.link->is_doomed;
    const bool has_room = is_connected && !session.link->is_congested &&
                          (qos == 0 || session.pending.under_way < session.link->send_maximum);
    if (has_room) {
      group.next = at + 1;
      return &member;
    }
    const bool is_better = second_best == nullptr ||
                           (is_connected && sessions_[second_best->session]->link == nullptr);
    if (is_better && (is_connected || session.persists())) second_best = &member;
  }
  ++group.next;
  return second_best;
}

std::span<const std::uint32_t> Broker::Core::identifiers_of(const Copy& copy) {
  identifiers_.clear();
  for (std::uint32_t at = copy.identifiers; at != 0; at = chain_[at].next) {
    identifiers_.push_back(chain_[at].value);
  }
  return identifiers_;
}

}  // namespace cartstorm::broker::mqtt

#include <algorithm>

#include "broker-mock/base/draw.hpp"
#include "broker-mock/base/hex.hpp"
#include "broker-mock/mqtt/core.hpp"
#include "broker-mock/mqtt/topic.hpp"

namespace cartstorm::broker::mqtt {
namespace {

constexpr std::uint64_t client_ids = hash_of("mqtt assigned client ids");

/// 1.5 times (3.1.2.10), in milliseconds.
constexpr std::uint32_t silence_allowed_ms(std::uint16_t keep_alive_s) {
  return std::uint32_t{keep_alive_s} * 1500;
}

std::uint16_t agreed_keep_alive_s(const Limits& limits, std::uint16_t asked_s) {
  if (limits.max_keep_alive_s > 0 && (asked_s == 0 || asked_s > limits.max_keep_alive_s)) {
    return limits.max_keep_alive_s;
  }
  return asked_s == 0 ? asked_s : std::max(asked_s, limits.min_keep_alive_s);
}

}  // namespace

void Broker::Core::on_connect(Link& link, const Frame& frame) {
  ConnectPacket packet;
  Fault fault = decode(frame, packet, spill_, will_spill_);
  if (!fault && packet.protocol_name != "MQTT" && packet.protocol_name != "MQIsdp") {
    return violate(link, {Reason::protocol_error, "protocol is not MQTT"});
  }
  if (!fault && packet.level != 4 && packet.level != 5) {
    // 3.1.1 asks for this very answer, MQTT 5 allows it.
    return refuse(link, 4, Reason::unsupported_protocol_version, "protocol level is not 4 or 5");
  }
  if (fault) {
    ++counters_.protocol_violations;
    return refuse(link, packet.level, fault.reason, fault.text);
  }
  if (packet.level == 5) {
    link.max_packet_bytes = packet.properties.maximum_packet_size.value_or(0xffffffff);
  }
  fault = check_connect(packet);
  if (fault) return refuse(link, packet.level, fault.reason, fault.text);
  std::string assigned_id;
  if (packet.client_id.empty()) packet.client_id = assigned_id = next_client_id();
  const auto protocol = static_cast<Protocol>(packet.level);
  const std::string_view will_topic = packet.will ? packet.will->topic : std::string_view{};
  Admission admission =
      application_.connecting({link.id, link.peer, packet.client_id, protocol, packet.is_clean,
                               packet.user_name, packet.password, will_topic},
                              now_);
  if (is_failure(admission.reason)) {
    return refuse(link, packet.level, admission.reason, admission.text);
  }
  accept(link, packet, assigned_id);
}

Fault Broker::Core::check_connect(ConnectPacket& packet) const {
  const Limits& limits = settings_.limits;
  const Properties& properties = packet.properties;
  if (properties.authentication_method) {
    return {Reason::bad_authentication_method, "no authentication method is served"};
  }
  if (properties.authentication_data) {
    return {Reason::protocol_error, "authentication data without a method"};
  }
  const std::string_view id = packet.client_id;
  if (id.size() > limits.max_client_id_bytes ||
      (id.starts_with('$') && limits.refuses_dollar_client_ids) ||
      (id.empty() && packet.level == 4 && !packet.is_clean)) {
    return {Reason::client_identifier_not_valid, "client identifier is not valid"};
  }
  if (packet.will) {
    if (packet.will->qos > limits.max_qos) {
      return {Reason::qos_not_supported, "QoS of the will is not served"};
    }
    if (!is_within(limits, packet.will->topic)) {
      return {Reason::topic_name_invalid, "topic of the will is too long or too deep"};
    }
    if (packet.will->payload.size() > limits.max_payload_bytes) {
      return {Reason::packet_too_large, "payload of the will is too large"};
    }
  }
  // A session that exists is not counted twice, and this is no quota that needs to be exact.
  if (by_client_.size() >= settings_.max_sessions && session_of(id) == nullptr) {
    return {Reason::quota_exceeded, "too many sessions"};
  }
  return {};
}

/// CONNACK codes of 3.1.1; 0: it has none for this, the link is closed without (3.2.2-6).
std::uint8_t Broker::Core::refusal_code(Reason reason) const {
  switch (static_cast<int>(reason)) {
    case static_cast<int>(Reason::unsupported_protocol_version):
      return 1;
    case static_cast<int>(Reason::client_identifier_not_valid):
      return 2;
    case static_cast<int>(Reason::server_unavailable):
    case static_cast<int>(Reason::server_busy):
    case static_cast<int>(Reason::quota_exceeded):
    case static_cast<int>(Reason::connection_rate_exceeded):
      return 3;
    case static_cast<int>(Reason::bad_user_name_or_password):
      return 4;
    case static_cast<int>(Reason::not_authorized):
    case static_cast<int>(Reason::banned):
      return settings_.limits.not_authorized_code;
    default:
      return 0;
  }
}

void Broker::Core::refuse(Link& link, std::uint8_t level, Reason reason, std::string_view text) {
  ++counters_.refused_connects;
  notify(Notice::Kind::link_refused, &link, {}, text.empty() ? name_of(reason) : text);
  scratch_.clear();
  if (level == 5) {
    ConnackProperties properties;
    properties.reason_string = text;
    put_connack_v5(scratch_, false, reason, properties);
    if (!fits(link, scratch_.size())) {
      scratch_.clear();
      put_connack_v5(scratch_, false, reason, {});
    }
    if (!fits(link, scratch_.size())) scratch_.clear();
  } else if (const std::uint8_t code = refusal_code(reason); code != 0) {
    put_connack_v3(scratch_, false, code);
  }
  if (!scratch_.empty()) send(link, scratch_);
  doom(link, {Cause::client_error, reason, true}, text.empty() ? name_of(reason) : text);
}

std::string Broker::Core::next_client_id() {
  std::string id;
  do {
    id = "auto-";
    id += hex(draw(settings_.seed, client_ids, assigned_ids_++));
  } while (session_of(id) != nullptr);
  return id;
}

void Broker::Core::accept(Link& link, const ConnectPacket& packet, const std::string& assigned_id) {
  const std::uint16_t keep_alive_s = agreed_keep_alive_s(settings_.limits, packet.keep_alive_s);
  bool is_present = false;
  Session& session = open_session(packet, packet.client_id, is_present);
  session.protocol = static_cast<Protocol>(packet.level);
  session.identity = link.peer.identity;
  session.link = &link;
  link.session = &session;
  prepare(link, packet, keep_alive_s);
  if (packet.will) set_will(session, *packet.will);
  if (session.persists()) write_session(session);
  ++counters_.connects;
  ++counters_.clients;
  acknowledge(link, packet, is_present, assigned_id, keep_alive_s);
  application_.connected(client_of(session), is_present, now_);
  pump(session);
}

void Broker::Core::prepare(Link& link, const ConnectPacket& packet, std::uint16_t keep_alive_s) {
  const Limits& limits = settings_.limits;
  const Properties& properties = packet.properties;
  link.protocol = static_cast<Protocol>(packet.level);
  link.keep_alive_ms = silence_allowed_ms(keep_alive_s);
  const auto index = static_cast<std::uint32_t>(link.id);
  alive_.set(index, link.keep_alive_ms == 0 ? never : now_ + link.keep_alive_ms);
  // Without a limit of its own a client gets ours, which is lower than the standard's default.
  link.send_maximum =
      std::min(properties.receive_maximum.value_or(limits.send_maximum), limits.send_maximum);
  link.topic_alias_maximum =
      std::min(properties.topic_alias_maximum, limits.outbound_topic_alias_maximum);
  link.wants_problem_information = properties.wants_problem_information;
}

void Broker::Core::acknowledge(Link& link, const ConnectPacket& packet, bool is_session_present,
                               std::string_view assigned_id, std::uint16_t keep_alive_s) {
  scratch_.clear();
  if (packet.level == 4) {
    put_connack_v3(scratch_, is_session_present, 0);
    send(link, scratch_);
    link.is_greeted = true;
    return;
  }
  const Limits& limits = settings_.limits;
  ConnackProperties properties;
  const std::uint32_t asked_s = packet.properties.session_expiry_s.value_or(0);
  if (link.session->expiry_s != asked_s) properties.session_expiry_s = link.session->expiry_s;
  if (limits.receive_maximum < 65535) properties.receive_maximum = limits.receive_maximum;
  if (limits.max_qos < 2) properties.maximum_qos = limits.max_qos;
  properties.maximum_packet_size = static_cast<std::uint32_t>(limits.max_packet_bytes);
  if (limits.topic_alias_maximum > 0) {
    properties.topic_alias_maximum = limits.topic_alias_maximum;
  }
  if (keep_alive_s != packet.keep_alive_s) properties.server_keep_alive_s = keep_alive_s;
  properties.assigned_client_id = assigned_id;
  put_connack_v5(scratch_, is_session_present, Reason::success, properties);
  send(link, scratch_);
  link.is_greeted = !link.is_doomed;
}

}  // namespace cartstorm::broker::mqtt

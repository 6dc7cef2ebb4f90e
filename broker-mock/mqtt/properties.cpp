#include "broker-mock/mqtt/properties.hpp"

#include <algorithm>
#include <array>

namespace cartstorm::broker::mqtt {
namespace {

enum class Form : std::uint8_t { flag, u16, u32, varint, binary, text, pair };

struct Rule {
  PropertyId id;
  Form form;
  std::uint16_t places;
  bool is_forwarded = false;
  bool is_never_zero = false;
};

constexpr std::uint16_t at(PropertyPlace place) { return static_cast<std::uint16_t>(place); }

using enum PropertyId;
using enum PropertyPlace;
constexpr std::uint16_t in_messages = at(publish) | at(will);
constexpr std::uint16_t everywhere = 255;

// MQTT 5, table 2-4, as far as clients send them. What only a server sends has no place.
constexpr std::array rules = std::to_array<Rule>({
    {payload_format_indicator, Form::flag, in_messages, true},
    {message_expiry_interval, Form::u32, in_messages},
    {content_type, Form::text, in_messages, true},
    {response_topic, Form::text, in_messages, true},
    {correlation_data, Form::binary, in_messages, true},
    {subscription_identifier, Form::varint, at(subscribe), false, true},
    {session_expiry_interval, Form::u32, at(connect) | at(disconnect)},
    {authentication_method, Form::text, at(connect) | at(auth)},
    {authentication_data, Form::binary, at(connect) | at(auth)},
    {request_problem_information, Form::flag, at(connect)},
    {will_delay_interval, Form::u32, at(will)},
    {request_response_information, Form::flag, at(connect)},
    {reason_string, Form::text, at(acknowledgement) | at(disconnect) | at(auth)},
    {receive_maximum, Form::u16, at(connect), false, true},
    {topic_alias_maximum, Form::u16, at(connect)},
    {topic_alias, Form::u16, at(publish)},
    {user_property, Form::pair, everywhere, true},
    {maximum_packet_size, Form::u32, at(connect), false, true},
});

struct Value {
  std::uint32_t number = 0;
  std::string_view bytes;
};

Value read_value(Reader& reader, Form form) {
  switch (form) {
    case Form::flag: {
      const std::uint8_t flag = reader.u8();
      if (flag > 1) reader.fail("property is neither 0 nor 1", Reason::protocol_error);
      return {flag, {}};
    }
    case Form::u16:
      return {reader.u16(), {}};
    case Form::u32:
      return {reader.u32(), {}};
    case Form::varint:
      return {reader.varint(), {}};
    case Form::binary:
      return {0, reader.binary()};
    case Form::text:
      return {0, reader.text()};
    case Form::pair:
      reader.text();
      reader.text();
      return {};
  }
  return {};
}

const Rule* rule_of(std::uint32_t id, PropertyPlace place) {
  const auto found = std::find_if(rules.begin(), rules.end(), [id](const Rule& rule) {
    return static_cast<std::uint32_t>(rule.id) == id;
  });
  return found == rules.end() || (found->places & at(place)) == 0 ? nullptr : found;
}

void keep_number(Properties& all, PropertyId id, std::uint32_t number) {
  const auto small = static_cast<std::uint16_t>(number);
  if (id == session_expiry_interval) all.session_expiry_s = number;
  if (id == message_expiry_interval) all.message_expiry_s = number;
  if (id == maximum_packet_size) all.maximum_packet_size = number;
  if (id == subscription_identifier) all.subscription_identifier = number;
  if (id == will_delay_interval) all.will_delay_s = number;
  if (id == receive_maximum) all.receive_maximum = small;
  if (id == topic_alias) all.topic_alias = small;
  if (id == topic_alias_maximum) all.topic_alias_maximum = small;
  if (id == request_problem_information) all.wants_problem_information = number != 0;
}

void keep(Properties& all, PropertyId id, const Value& value) {
  if (id == authentication_method) all.authentication_method = value.bytes;
  if (id == authentication_data) all.authentication_data = value.bytes;
  if (id == response_topic) all.response_topic = value.bytes;
  keep_number(all, id, value.number);
}

/// A packet may have this property, but not from a client (3.3.4-6).
void refuse(Reader& reader, std::uint32_t id, PropertyPlace place) {
  if (place == publish && id == static_cast<std::uint32_t>(subscription_identifier)) {
    reader.fail("subscription identifier from a client", Reason::protocol_error);
  } else {
    reader.fail("property does not belong into this packet");
  }
}

/// Stays a view as long as what is passed on stands together.
void forward(Properties& all, std::string_view bytes, std::string& spill) {
  if (all.forwarded.empty()) {
    all.forwarded = bytes;
  } else if (spill.empty() && all.forwarded.data() + all.forwarded.size() == bytes.data()) {
    all.forwarded = {all.forwarded.data(), all.forwarded.size() + bytes.size()};
  } else {
    if (spill.empty()) spill = all.forwarded;
    spill.append(bytes);
    all.forwarded = spill;
  }
}

}  // namespace

Properties read_properties(Reader& packet, PropertyPlace place, std::string& spill) {
  spill.clear();
  Properties all;
  const std::uint32_t length = packet.varint();
  const std::string_view whole = packet.left();
  if (whole.size() < length) packet.fail("properties are longer than the packet");
  if (!packet.failure().empty()) return all;
  Reader reader{whole.substr(0, length)};
  std::uint64_t seen = 0;
  while (!reader.is_empty()) {
    const std::string_view from = reader.left();
    const std::uint32_t id = reader.varint();
    const Rule* const rule = rule_of(id, place);
    if (rule == nullptr) {
      refuse(reader, id, place);
      break;
    }
    const Value value = read_value(reader, rule->form);
    const std::uint64_t bit = std::uint64_t{1} << static_cast<unsigned>(rule->id);
    if (rule->form != Form::pair && (seen & bit) != 0) {
      reader.fail("property comes twice", Reason::protocol_error);
    }
    if (rule->is_never_zero && value.number == 0) {
      reader.fail("property must not be zero", Reason::protocol_error);
    }
    if (!reader.failure().empty()) break;
    seen |= bit;
    keep(all, rule->id, value);
    if (rule->is_forwarded) forward(all, from.substr(0, from.size() - reader.left().size()), spill);
  }
  if (!reader.failure().empty()) {
    packet.fail(reader.failure(), reader.reason());
  } else {
    packet.skip(length);
  }
  return all;
}

}  // namespace cartstorm::broker::mqtt

#include "broker-mock/mqtt/records.hpp"

#include "broker-mock/mqtt/bytes.hpp"

namespace cartstorm::broker::mqtt {
namespace {

constexpr std::uint64_t no_time = UINT64_MAX;

std::string key_of(char kind, std::string_view name) {
  std::string key(1, kind);
  key.append(name);
  return key;
}

std::string key_of(char kind, std::string_view client, std::string_view rest) {
  std::string key = key_of(kind, client);
  key.push_back('\0');
  key.append(rest);
  return key;
}

std::string big_endian(std::uint64_t number) {
  std::string bytes;
  put_u64(bytes, number);
  return bytes;
}

std::string big_endian_16(std::uint16_t number) {
  std::string bytes;
  put_u16(bytes, number);
  return bytes;
}

void put_flag(std::string& out, bool flag) { put_u8(out, flag ? 1 : 0); }

void put_time(std::string& out, const std::optional<ServerTime>& time) {
  put_u64(out, time ? static_cast<std::uint64_t>(time->unix_ms) : no_time);
}

std::uint64_t read_u64(Reader& reader) {
  const std::uint64_t high = reader.u32();
  return high << 32 | reader.u32();
}

std::optional<ServerTime> read_time(Reader& reader) {
  const std::uint64_t ms = read_u64(reader);
  if (ms == no_time) return std::nullopt;
  return ServerTime{static_cast<std::int64_t>(ms)};
}

Protocol read_protocol(Reader& reader) {
  const std::uint8_t level = reader.u8();
  if (level != 4 && level != 5) reader.fail("protocol");
  return level == 5 ? Protocol::v5 : Protocol::v3_1_1;
}

void put_publication(std::string& out, const Publication& message) {
  put_u8(out, message.qos);
  put_flag(out, message.is_retained);
  put_u64(out, static_cast<std::uint64_t>(message.expires.unix_ms));
  put_binary(out, message.topic);
  put_u32(out, static_cast<std::uint32_t>(message.properties.size()));
  out.append(message.properties);
  out.append(message.payload);
}

Publication read_publication(Reader& reader) {
  Publication message;
  message.qos = reader.u8();
  message.is_retained = reader.u8() != 0;
  message.expires = ServerTime{static_cast<std::int64_t>(read_u64(reader))};
  message.topic = reader.binary();
  const std::uint32_t bytes = reader.u32();
  if (reader.left().size() < bytes) reader.fail("properties");
  message.properties = reader.left().substr(0, bytes);
  reader.skip(message.properties.size());
  message.payload = reader.rest();
  if (message.qos > 2 || message.topic.empty()) reader.fail("message");
  return message;
}

template <class Record>
std::optional<Record> finish(const Reader& reader, Record record) {
  if (!reader.failure().empty() || !reader.is_empty()) return std::nullopt;
  return record;
}

}  // namespace

void Records::put(const std::string& key, std::string_view value) {
  store_.put(key, value);
  has_unsealed_ = true;
}

void Records::erase(const std::string& key) {
  store_.erase(key);
  has_unsealed_ = true;
}

void Records::seal() {
  if (has_unsealed_) store_.seal();
  has_unsealed_ = false;
}

void Records::put(std::string_view client, const SessionRecord& record) {
  std::string value;
  put_u8(value, static_cast<std::uint8_t>(record.protocol));
  put_u32(value, record.expiry_s);
  put_time(value, record.ends);
  put_u32(value, record.sent_before);
  put_binary(value, record.identity);
  put(key_of('s', client), value);
}

void Records::put(std::string_view client, std::string_view filter, const FilterRecord& record) {
  std::string value;
  put_u8(value, record.qos);
  put_flag(value, record.is_no_local);
  put_flag(value, record.retains_as_published);
  put_u32(value, record.identifier);
  put(key_of('f', client, filter), value);
}

void Records::put(std::string_view client, std::uint64_t number, const PendingRecord& record) {
  std::string value;
  put_u64(value, record.message);
  put_u8(value, record.qos);
  put_flag(value, record.is_retained);
  put_varint(value, static_cast<std::uint32_t>(record.identifiers.size()));
  for (const std::uint32_t identifier : record.identifiers) put_u32(value, identifier);
  if (record.message == own_content) put_publication(value, record.content->view());
  put(key_of('q', client, big_endian(number)), value);
}

void Records::put(std::string_view client, const WillRecord& record) {
  std::string value;
  put_u8(value, static_cast<std::uint8_t>(record.protocol));
  put_u32(value, record.delay_s);
  put_time(value, record.due);
  put_flag(value, record.expiry_s.has_value());
  put_u32(value, record.expiry_s.value_or(0));
  put_binary(value, record.identity);
  put_publication(value, record.message->view());
  put(key_of('w', client), value);
}

void Records::put_inbound(std::string_view client, std::uint16_t id) {
  put(key_of('i', client, big_endian_16(id)), {});
}

void Records::put_message(std::uint64_t number, const Publication& message) {
  std::string value;
  put_publication(value, message);
  put(key_of('m', big_endian(number)), value);
}

void Records::put_retained(const Publication& message) {
  std::string value;
  put_publication(value, message);
  put(key_of('r', message.topic), value);
}

void Records::erase_session(std::string_view client) { erase(key_of('s', client)); }
void Records::erase_will(std::string_view client) { erase(key_of('w', client)); }
void Records::erase_retained(std::string_view topic) { erase(key_of('r', topic)); }
void Records::erase_message(std::uint64_t number) { erase(key_of('m', big_endian(number))); }

void Records::erase_filter(std::string_view client, std::string_view filter) {
  erase(key_of('f', client, filter));
}

void Records::erase_pending(std::string_view client, std::uint64_t number) {
  erase(key_of('q', client, big_endian(number)));
}

void Records::erase_inbound(std::string_view client, std::uint16_t id) {
  erase(key_of('i', client, big_endian_16(id)));
}

std::optional<SessionRecord> session_of(std::string_view value) {
  Reader reader{value};
  SessionRecord record;
  record.protocol = read_protocol(reader);
  record.expiry_s = reader.u32();
  record.ends = read_time(reader);
  record.sent_before = reader.u32();
  record.identity = reader.binary();
  return finish(reader, std::move(record));
}

std::optional<FilterRecord> filter_of(std::string_view value) {
  Reader reader{value};
  FilterRecord record;
  record.qos = reader.u8();
  record.is_no_local = reader.u8() != 0;
  record.retains_as_published = reader.u8() != 0;
  record.identifier = reader.u32();
  if (record.qos > 2) reader.fail("qos");
  return finish(reader, record);
}

std::optional<PendingRecord> pending_of(std::string_view value) {
  Reader reader{value};
  PendingRecord record;
  record.message = read_u64(reader);
  record.qos = reader.u8();
  record.is_retained = reader.u8() != 0;
  const std::uint32_t identifiers = reader.varint();
  for (std::uint32_t i = 0; i < identifiers && !reader.is_empty(); ++i) {
    record.identifiers.push_back(reader.u32());
  }
  if (record.message == own_content) {
    const Publication message = read_publication(reader);
    if (reader.failure().empty()) record.content = keep(message);
  }
  if (record.qos < 1 || record.qos > 2) reader.fail("qos");
  return finish(reader, std::move(record));
}

std::optional<WillRecord> will_of(std::string_view value) {
  Reader reader{value};
  WillRecord record;
  record.protocol = read_protocol(reader);
  record.delay_s = reader.u32();
  record.due = read_time(reader);
  const bool has_expiry = reader.u8() != 0;
  const std::uint32_t expiry_s = reader.u32();
  if (has_expiry) record.expiry_s = expiry_s;
  record.identity = reader.binary();
  const Publication message = read_publication(reader);
  if (!reader.failure().empty()) return std::nullopt;
  record.message = keep(message);
  return record;
}

MessageRef message_of(std::string_view value) {
  Reader reader{value};
  const Publication message = read_publication(reader);
  if (!reader.failure().empty()) return {};
  return keep(message);
}

std::optional<KeyParts> parts_of(std::string_view key) {
  const std::size_t zero = key.find('\0');
  if (zero == std::string_view::npos || zero == 0) return std::nullopt;
  return KeyParts{key.substr(1, zero - 1), key.substr(zero + 1)};
}

std::optional<std::uint64_t> number_of(std::string_view bytes) {
  if (bytes.empty() || bytes.size() > 8) return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : bytes) number = number << 8 | static_cast<std::uint8_t>(c);
  return number;
}

}  // namespace cartstorm::broker::mqtt

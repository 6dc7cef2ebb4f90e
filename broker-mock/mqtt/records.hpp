#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker-mock/mqtt/session.hpp"

namespace cartstorm::broker::mqtt {

/// What a session's record says. Keys: `s` CLIENT, `f` CLIENT 0 FILTER, `q` CLIENT 0 NUMBER,
/// `i` CLIENT 0 ID, `m` NUMBER, `r` TOPIC, `w` CLIENT; numbers big-endian, so that a scan has them
/// in order. A client id has no U+0000.
struct SessionRecord {
  std::string identity;
  Protocol protocol = Protocol::v3_1_1;
  std::uint32_t expiry_s = 0;
  std::optional<ServerTime> ends;  ///< empty: its link was open
  std::uint32_t sent_before = 0;
};
struct FilterRecord {
  std::uint8_t qos = 0;
  bool is_no_local = false, retains_as_published = false;
  std::uint32_t identifier = 0;
};
struct PendingRecord {
  /// Number of the message's record; 0: released, waits for PUBCOMP.
  std::uint64_t message = 0;
  /// Or the message itself, if nobody else waits for it. `message` is then `own_content`.
  MessageRef content;
  std::uint8_t qos = 0;
  bool is_retained = false;
  std::vector<std::uint32_t> identifiers;
};
inline constexpr std::uint64_t own_content = UINT64_MAX;
struct WillRecord {
  std::string identity;
  Protocol protocol = Protocol::v3_1_1;
  std::uint32_t delay_s = 0;
  std::optional<std::uint32_t> expiry_s;
  std::optional<ServerTime> due;  ///< empty: its link was open
  MessageRef message;
};

/// Writes records and remembers whether there is something to seal.
class Records {
 public:
  explicit Records(Store& store) : store_{store} {}

  void put(std::string_view client, const SessionRecord& record);
  void put(std::string_view client, std::string_view filter, const FilterRecord& record);
  void put(std::string_view client, std::uint64_t number, const PendingRecord& record);
  void put(std::string_view client, const WillRecord& record);
  void put_inbound(std::string_view client, std::uint16_t id);
  void put_message(std::uint64_t number, const Publication& message);
  void put_retained(const Publication& message);

  void erase_session(std::string_view client);
  void erase_filter(std::string_view client, std::string_view filter);
  void erase_pending(std::string_view client, std::uint64_t number);
  void erase_will(std::string_view client);
  void erase_inbound(std::string_view client, std::uint16_t id);
  void erase_message(std::uint64_t number);
  void erase_retained(std::string_view topic);
  void erase_raw(std::string_view key) { erase(std::string{key}); }

  void seal();
  void scan(std::string_view prefix, const Store::Visit& visit) const {
    store_.scan(prefix, visit);
  }

 private:
  void put(const std::string& key, std::string_view value);
  void erase(const std::string& key);
  Store& store_;
  bool has_unsealed_ = false;
};

/// Reading back: empty for a record that is damaged.
std::optional<SessionRecord> session_of(std::string_view value);
std::optional<FilterRecord> filter_of(std::string_view value);
std::optional<PendingRecord> pending_of(std::string_view value);
std::optional<WillRecord> will_of(std::string_view value);
/// Null for a record that is damaged.
MessageRef message_of(std::string_view value);
/// The two parts of a key behind its letter; empty if there is no U+0000.
struct KeyParts {
  std::string_view client, rest;
};
std::optional<KeyParts> parts_of(std::string_view key);
/// A big-endian number that is all of `bytes`.
std::optional<std::uint64_t> number_of(std::string_view bytes);

}  // namespace cartstorm::broker::mqtt

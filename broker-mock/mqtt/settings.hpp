#pragma once
#include <cstddef>
#include <cstdint>

namespace cartstorm::broker::mqtt {

/// What a server of this kind allows. The two tables stand in settings.cpp, each number with its
/// source; every member is a knob that a test or an operator may turn afterwards.
struct Limits {
  std::uint8_t max_qos;             ///< 1 or 2
  bool ignores_qos_2;               ///< 3.1.1 only: no answer at all instead of a closed link
  std::size_t max_packet_bytes;     ///< of a whole packet, as announced in CONNACK
  std::size_t max_payload_bytes;    ///< of a PUBLISH
  std::size_t max_topic_bytes;      ///< of a topic name or filter, `$share/NAME/` not counted
  std::uint32_t max_topic_slashes;  ///< likewise
  bool exempts_rules;               ///< ... `$aws/rules/NAME/` does not count in these two
  std::size_t max_client_id_bytes;  ///< longer: refused
  std::uint32_t filters_per_subscribe;
  std::uint32_t subscriptions_per_session;
  std::uint16_t receive_maximum;  ///< unacknowledged QoS 1 and 2 that a client may have under way
  std::uint16_t send_maximum;     ///< ... that we have under way to a client that names no limit
  std::uint16_t topic_alias_maximum;           ///< that clients may use
  std::uint16_t outbound_topic_alias_maximum;  ///< that we use, if the client lets us
  std::uint16_t min_keep_alive_s;              ///< shorter is raised to this; 0: no such rule
  std::uint16_t max_keep_alive_s;  ///< longer, and none at all, is cut to this; 0: no such rule
  /// Longest life of a session without a link, seconds. 3.1.1 sessions that are not clean get it.
  /// 0xffffffff: for ever.
  std::uint32_t max_session_expiry_s;
  std::uint8_t not_authorized_code;  ///< of CONNACK in 3.1.1
  bool refuses_dollar_client_ids;    ///< client ids that begin with `$`
  bool hash_matches_parent;          ///< `a/#` matches `a`
  bool sends_retained_to_wildcards;  ///< a new subscription with wildcards gets retained messages
};

enum class Profile : std::uint8_t {
  standard,  ///< all that MQTT 3.1.1 and 5 allow
  aws,       ///< what AWS IoT Core allows
};
Limits limits_of(Profile profile);

struct Settings {
  Limits limits = limits_of(Profile::standard);
  std::uint32_t connect_within_ms = 30'000;  ///< from opened() to a whole CONNECT
  std::uint32_t max_queued_messages =
      10'000;  ///< per session, QoS 1 and 2 that wait for their turn
  std::size_t max_queued_bytes = std::size_t{16} << 20;
  /// A link whose unsent bytes pass the high mark stops its publishers until they are below half of
  /// it; past the hard mark, or above the high mark for too long, it is closed with 0x97.
  std::size_t high_mark_bytes = std::size_t{512} << 10;
  std::size_t hard_mark_bytes = std::size_t{8} << 20;
  std::uint32_t stalled_for_ms = 10'000;
  std::uint32_t max_sessions = 1'000'000;  ///< a CONNECT that needs one more is refused: 0x97
  std::uint32_t max_retained = 1'000'000;  ///< a retained message too many is refused: 0x97
  std::size_t max_retained_bytes = std::size_t{256} << 20;  ///< ... topics and properties too
  std::uint64_t seed = 0;  ///< of assigned client ids; give entropy outside of virtual time
};

}  // namespace cartstorm::broker::mqtt

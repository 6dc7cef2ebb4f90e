#include "broker-mock/mqtt/settings.hpp"

namespace cartstorm::broker::mqtt {
namespace {

constexpr std::uint32_t for_ever = 0xffffffff;

// Sources: [ref n.n] reference/aws-iot-jobs-and-s3.md, [wire n]
// reference/aws-clients-on-the-wire.md, [aws] the service's published quotas, of which those two
// quote most.
constexpr Limits aws{
    .max_qos = 1,           // [ref 4.3], [wire 8]
    .ignores_qos_2 = true,  // [ref 4.3]: neither PUBACK nor SUBACK
    // Nothing published; a payload and a topic at their limits and 64 KiB of properties.
    .max_packet_bytes = (128U << 10) + (64U << 10) + 512,
    .max_payload_bytes = 128U << 10,       // [ref 4.5]
    .max_topic_bytes = 256,                // [ref 4.5]
    .max_topic_slashes = 7,                // [ref 4.5]
    .exempts_rules = true,                 // [ref 4.5]
    .max_client_id_bytes = 128,            // [ref 4.5]
    .filters_per_subscribe = 8,            // [ref 4.5]
    .subscriptions_per_session = 50,       // [ref 4.5]
    .receive_maximum = 100,                // [ref 4.5] unacked inbound
    .send_maximum = 100,                   // [ref 4.5] unacked outbound
    .topic_alias_maximum = 8,              // [aws] topic aliases per connection
    .outbound_topic_alias_maximum = 8,     // [aws]
    .min_keep_alive_s = 30,                // [ref 4.2]
    .max_keep_alive_s = 1200,              // [ref 4.2]
    .max_session_expiry_s = 3600,          // [ref 4.4]: one hour, can be raised
    .not_authorized_code = 7,              // [ref 4.2]
    .refuses_dollar_client_ids = true,     // [ref 4.2]
    .hash_matches_parent = false,          // [ref 4.3]
    .sends_retained_to_wildcards = false,  // [ref 4.3]
};

// Sections of the OASIS standard, version 5.0. What it leaves open is ours.
constexpr Limits standard{
    .max_qos = 2,
    .ignores_qos_2 = false,
    .max_packet_bytes = 4U << 20,  // 3.2.2.3.6 lets a server announce it
    .max_payload_bytes = 4U << 20,
    .max_topic_bytes = 65535,  // 1.5.4
    .max_topic_slashes = 255,  // ours: bounds the depth of the filter tree
    .exempts_rules = false,
    .max_client_id_bytes = 65535,         // 1.5.4
    .filters_per_subscribe = 4096,        // ours
    .subscriptions_per_session = 10'000,  // ours
    .receive_maximum = 65535,             // 3.2.2.3.3, its default
    .send_maximum = 1000,                 // ours: 3.1.1 has no receive maximum
    .topic_alias_maximum = 64,            // ours
    .outbound_topic_alias_maximum = 16,   // ours
    .min_keep_alive_s = 0,
    .max_keep_alive_s = 0,
    .max_session_expiry_s = for_ever,  // 3.1.2.11.2
    .not_authorized_code = 5,          // 3.1.1, 3.2.2.3
    .refuses_dollar_client_ids = false,
    .hash_matches_parent = true,          // 4.7.1.2
    .sends_retained_to_wildcards = true,  // 3.8.4
};

}  // namespace

Limits limits_of(Profile profile) { return profile == Profile::aws ? aws : standard; }

}  // namespace cartstorm::broker::mqtt

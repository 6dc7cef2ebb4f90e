#include "broker-mock/mqtt/reason.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "broker-mock/mqtt/ports.hpp"

namespace cartstorm::broker::mqtt {
namespace {

using enum Reason;
constexpr std::array names = std::to_array<std::pair<Reason, std::string_view>>({
    {success, "success"},
    {granted_qos_1, "granted_qos_1"},
    {granted_qos_2, "granted_qos_2"},
    {disconnect_with_will, "disconnect_with_will"},
    {no_matching_subscribers, "no_matching_subscribers"},
    {no_subscription_existed, "no_subscription_existed"},
    {unspecified_error, "unspecified_error"},
    {malformed_packet, "malformed_packet"},
    {protocol_error, "protocol_error"},
    {implementation_specific_error, "implementation_specific_error"},
    {unsupported_protocol_version, "unsupported_protocol_version"},
    {client_identifier_not_valid, "client_identifier_not_valid"},
    {bad_user_name_or_password, "bad_user_name_or_password"},
    {not_authorized, "not_authorized"},
    {server_unavailable, "server_unavailable"},
    {server_busy, "server_busy"},
    {banned, "banned"},
    {server_shutting_down, "server_shutting_down"},
    {bad_authentication_method, "bad_authentication_method"},
    {keep_alive_timeout, "keep_alive_timeout"},
    {session_taken_over, "session_taken_over"},
    {topic_filter_invalid, "topic_filter_invalid"},
    {topic_name_invalid, "topic_name_invalid"},
    {packet_identifier_in_use, "packet_identifier_in_use"},
    {packet_identifier_not_found, "packet_identifier_not_found"},
    {receive_maximum_exceeded, "receive_maximum_exceeded"},
    {topic_alias_invalid, "topic_alias_invalid"},
    {packet_too_large, "packet_too_large"},
    {message_rate_too_high, "message_rate_too_high"},
    {quota_exceeded, "quota_exceeded"},
    {administrative_action, "administrative_action"},
    {payload_format_invalid, "payload_format_invalid"},
    {retain_not_supported, "retain_not_supported"},
    {qos_not_supported, "qos_not_supported"},
    {use_another_server, "use_another_server"},
    {server_moved, "server_moved"},
    {shared_subscriptions_not_supported, "shared_subscriptions_not_supported"},
    {connection_rate_exceeded, "connection_rate_exceeded"},
    {maximum_connect_time, "maximum_connect_time"},
    {subscription_identifiers_not_supported, "subscription_identifiers_not_supported"},
    {wildcard_subscriptions_not_supported, "wildcard_subscriptions_not_supported"},
});

}  // namespace

std::string_view name_of(Reason reason) {
  const auto found = std::find_if(names.begin(), names.end(),
                                  [reason](const auto& named) { return named.first == reason; });
  return found == names.end() ? "other" : found->second;
}

std::string_view name_of(Parting::Cause cause) {
  switch (cause) {
    case Parting::Cause::client_disconnect:
      return "client_disconnect";
    case Parting::Cause::connection_lost:
      return "connection_lost";
    case Parting::Cause::keep_alive_timeout:
      return "keep_alive_timeout";
    case Parting::Cause::taken_over:
      return "taken_over";
    case Parting::Cause::client_error:
      return "client_error";
    case Parting::Cause::slow_reader:
      return "slow_reader";
    case Parting::Cause::refused_message:
      return "refused_message";
    case Parting::Cause::server:
      return "server";
  }
  return "other";
}

std::string_view name_of(Notice::Kind kind) {
  switch (kind) {
    case Notice::Kind::link_refused:
      return "link_refused";
    case Notice::Kind::protocol_violation:
      return "protocol_violation";
    case Notice::Kind::reader_congested:
      return "reader_congested";
    case Notice::Kind::reader_relieved:
      return "reader_relieved";
    case Notice::Kind::reader_disconnected:
      return "reader_disconnected";
    case Notice::Kind::message_dropped:
      return "message_dropped";
    case Notice::Kind::message_expired:
      return "message_expired";
    case Notice::Kind::store_damaged:
      return "store_damaged";
  }
  return "other";
}

}  // namespace cartstorm::broker::mqtt

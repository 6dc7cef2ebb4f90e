#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "broker-mock/mqtt/settings.hpp"
#include "broker-mock/net/database.hpp"

namespace cartstorm::broker::net {

/// How an endpoint is set up. Ports: 0 is any free one; the plain MQTT and the HTTPS one are off
/// unless they are named.
struct EndpointOptions {
  std::filesystem::path data;         ///< folder of everything that survives; made if missing
  std::string address = "127.0.0.1";  ///< of all listeners but the admin's
  std::string admin_address = "127.0.0.1";
  /// Names and addresses that clients use for this machine, for certificate and URLs; the first one
  /// is printed. Empty: localhost and `address`.
  std::vector<std::string> hosts;
  std::uint16_t mqtts_port = 8883;
  std::optional<std::uint16_t> mqtt_port;
  std::uint16_t http_port = 9000;
  std::optional<std::uint16_t> https_port;
  std::uint16_t admin_port = 9001;
  std::string region = "us-east-1";
  std::string account = "123456789012";
  mqtt::Profile profile = mqtt::Profile::standard;
  Durability durability = Durability::process_kill;
};

}  // namespace cartstorm::broker::net

#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What `broker` and the commands of the group `rollout` are asked for.
namespace cartstorm::cli {

struct BrokerArguments {
  std::string data;
  std::string address = "127.0.0.1";
  std::string admin_address = "127.0.0.1";
  std::vector<std::string> hosts;
  std::uint64_t mqtts_port = 8883, http_port = 9000, admin_port = 9001;
  std::optional<std::uint64_t> mqtt_port, https_port;
  std::string region = "us-east-1";
  bool is_aws = false;  ///< allow only what AWS IoT allows
  bool outlives_power_loss = false;
};

struct RolloutArguments {
  std::string verb;  ///< create, status, release, pause, resume, abort
  std::string data;
  std::string name;  ///< rollout; empty: the newest, for status
  std::string file;  ///< of create
  std::uint64_t hold = 0;
  std::string person, reason;
};

}  // namespace cartstorm::cli

#pragma once
#include <cstdint>
#include <string>

#include "broker-mock/iot/names.hpp"

namespace cartstorm::broker::iot {

struct ControlSettings {
  Account account;
  /// What DescribeEndpoint answers: a host, with its port if it is not the usual one.
  std::string data_endpoint = "localhost";
  std::string jobs_endpoint = "localhost";
  std::string credential_endpoint = "localhost";
  std::int64_t schedule_min_lead_s = 0;  ///< the service has 1800
  std::int64_t schedule_min_length_s = 1800;
  std::uint32_t calls_per_s = 0;  ///< of each operation; 0: no limit. The service has 10
};

}  // namespace cartstorm::broker::iot

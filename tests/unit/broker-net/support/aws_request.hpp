#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "tests/unit/broker-net/support/client.hpp"

namespace cartstorm::broker::net {

/// One signed call, as an SDK makes it.
struct AwsCall {
  std::string_view method, target, body;
  std::string_view service = "s3";
};
/// On a connection of its own. `data` is the endpoint's folder, whose access key signs.
HttpReply call_aws(const std::string& http, const std::filesystem::path& data, const AwsCall& call);

}  // namespace cartstorm::broker::net

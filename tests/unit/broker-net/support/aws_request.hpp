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
/// The same as text to send; `more` are further fields, whole lines, that are not signed.
std::string signed_request(const std::string& http, const std::filesystem::path& data,
                           const AwsCall& call, std::string_view more = {});
/// A target that whoever has it may GET for a minute.
std::string presigned_target(const std::string& http, const std::filesystem::path& data,
                             std::string_view target);

}  // namespace cartstorm::broker::net

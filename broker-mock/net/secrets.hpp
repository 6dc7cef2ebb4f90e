#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace cartstorm::broker::net {

/// What an endpoint must know and nobody else may: made at the first start, kept in files that only
/// their owner can read.
struct Secrets {
  std::string admin_token;
  std::string access_key, secret_key;  ///< for AWS clients
  std::uint64_t seed = 0;              ///< of tokens and ids
};
/// Reads `secrets.json` of the folder, or makes it. Empty, or what is wrong.
std::string load_secrets(const std::filesystem::path& folder, Secrets& secrets);

/// Makes the endpoint's CA and its server certificate if they are missing, and a new server
/// certificate if the old one does not fit `hosts` or is about to end.
std::string ensure_certificates(const std::filesystem::path& folder,
                                const std::vector<std::string>& hosts, std::int64_t now_s,
                                bool& is_renewed);

}  // namespace cartstorm::broker::net

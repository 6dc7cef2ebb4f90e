#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace cartstorm::broker::net {

/// Where an endpoint's admin API is, and what opens it.
struct AdminAccess {
  std::string host, port, token;
};
/// Reads addresses and token from the folder of an endpoint. Empty, or what is wrong. If there is a
/// token all the same, an endpoint has run here and does not now.
std::string find_admin(const std::filesystem::path& data, AdminAccess& access);

struct AdminReply {
  std::uint16_t status = 0;
  std::string body;
  std::string problem;  ///< nobody answered, and why
};
AdminReply ask_admin(const AdminAccess& access, std::string_view method, std::string_view target,
                     std::string_view body);
/// What a refusal says; the body as it is if it is not one of ours.
std::string error_of(const AdminReply& reply);

}  // namespace cartstorm::broker::net

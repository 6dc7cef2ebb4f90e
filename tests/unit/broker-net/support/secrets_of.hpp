#pragma once
#include <gtest/gtest.h>

#include <string>

#include "broker-mock/net/secrets.hpp"

namespace cartstorm::broker::net {

inline Secrets secrets_of(const std::filesystem::path& data) {
  Secrets secrets;
  EXPECT_EQ(load_secrets(data, secrets), "");
  return secrets;
}

/// The field that opens the admin API, as a whole line.
inline std::string bearer_of(const std::filesystem::path& data) {
  return "Authorization: Bearer " + secrets_of(data).admin_token + "\r\n";
}

}  // namespace cartstorm::broker::net

#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace cartstorm::broker::net {

/// Whether carts could install this certificate under this id (WIRE.md section 6), as far as that
/// can be told without them. Empty, or what is wrong with it.
std::string anchor_problem(std::uint64_t id, std::string_view certificate_base64);

}  // namespace cartstorm::broker::net

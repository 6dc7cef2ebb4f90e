#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "broker-mock/cloud/facts.hpp"

namespace cartstorm::broker {

/// `MAJOR.MINOR.PATCH`, parts 0..65535 / 0..255 / 0..255, no leading zeros; else empty.
std::optional<Version> parse_version(std::string_view text);
std::string to_text(Version version);

}  // namespace cartstorm::broker

#include "broker-mock/base/version_text.hpp"

namespace cartstorm::broker {
namespace {

/// Takes one decimal number off the front; false if there is none or it exceeds `limit`.
bool take_part(std::string_view& text, std::uint32_t limit, std::uint32_t& part) {
  std::size_t length = 0;
  part = 0;
  while (length < text.size() && text[length] >= '0' && text[length] <= '9') {
    part = part * 10 + static_cast<std::uint32_t>(text[length] - '0');
    ++length;
    if (part > limit) return false;
  }
  if (length == 0 || (length > 1 && text.front() == '0')) return false;
  text.remove_prefix(length);
  return true;
}

bool take_dot(std::string_view& text) {
  if (text.empty() || text.front() != '.') return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::optional<Version> parse_version(std::string_view text) {
  std::uint32_t major = 0, minor = 0, patch = 0;
  if (!take_part(text, 65535, major) || !take_dot(text) || !take_part(text, 255, minor) ||
      !take_dot(text) || !take_part(text, 255, patch) || !text.empty()) {
    return std::nullopt;
  }
  return Version{major << 16 | minor << 8 | patch};
}

std::string to_text(Version version) {
  return std::to_string(version.value >> 16) + '.' + std::to_string(version.value >> 8 & 255) +
         '.' + std::to_string(version.value & 255);
}

}  // namespace cartstorm::broker

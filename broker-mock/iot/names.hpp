#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cartstorm::broker::iot {

/// Whose resources these are; part of every ARN.
struct Account {
  std::string region = "us-east-1";
  std::string id = "123456789012";
};

enum class ResourceKind : std::uint8_t { thing, thing_group, job };
struct Resource {
  ResourceKind kind{};
  std::string_view name;
};

/// `arn:aws:iot:us-east-1:123456789012:thing/cart-0001` and the like.
std::string arn_of(const Account& account, const Resource& resource);
/// Empty for anything but a thing, thing group or job of this account. The name is not checked.
std::optional<Resource> parse_arn(const Account& account, std::string_view arn);

/// `[a-zA-Z0-9:_-]{1,128}`: things, groups, types.
bool is_registry_name(std::string_view text);

/// A UUID as the service gives them, the same for the same draw.
std::string uuid(std::uint64_t seed, std::uint64_t purpose, std::uint64_t n);

/// 1 to `max` code points of valid UTF-8 without members of class C; empty, or what is wrong.
std::string text_error(std::string_view text, std::size_t min, std::size_t max);

}  // namespace cartstorm::broker::iot

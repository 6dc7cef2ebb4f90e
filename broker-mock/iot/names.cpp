#include "broker-mock/iot/names.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "broker-mock/base/draw.hpp"
#include "broker-mock/base/utf8.hpp"

namespace cartstorm::broker::iot {
namespace {

constexpr std::string_view word(ResourceKind kind) {
  switch (kind) {
    case ResourceKind::thing:
      return "thing/";
    case ResourceKind::thing_group:
      return "thinggroup/";
    case ResourceKind::job:
      return "job/";
  }
  return "";
}

}  // namespace

std::string arn_of(const Account& account, const Resource& resource) {
  std::string arn = "arn:aws:iot:";
  arn.append(account.region).append(":").append(account.id).append(":");
  return arn.append(word(resource.kind)).append(resource.name);
}

std::optional<Resource> parse_arn(const Account& account, std::string_view arn) {
  for (const ResourceKind kind :
       {ResourceKind::thing, ResourceKind::thing_group, ResourceKind::job}) {
    const std::string front = arn_of(account, {kind, ""});
    if (arn.starts_with(front)) return Resource{kind, arn.substr(front.size())};
  }
  return std::nullopt;
}

bool is_registry_name(std::string_view text) {
  return !text.empty() && text.size() <= 128 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ':' ||
           c == '_' || c == '-';
  });
}

/// Version 4 by its looks only: nothing here may be random.
std::string uuid(std::uint64_t seed, std::uint64_t purpose, std::uint64_t n) {
  const std::uint64_t high = draw(seed, purpose, 2 * n), low = draw(seed, purpose, 2 * n + 1);
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", high >> 32, high >> 16 & 0xffff,
                     high & 0xfff, 0x8000 | (low >> 48 & 0x3fff), low & 0xffffffffffff);
}

std::string text_error(std::string_view text, std::size_t min, std::size_t max) {
  std::size_t characters = 0;
  while (!text.empty()) {
    const auto code_point = take_code_point(text);
    if (!code_point || is_control(*code_point)) return "holds a control character";
    ++characters;
  }
  if (characters < min || characters > max) {
    return fmt::format("must have {} to {} characters", min, max);
  }
  return {};
}

}  // namespace cartstorm::broker::iot

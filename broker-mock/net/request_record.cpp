#include "broker-mock/net/request_record.hpp"

#include <algorithm>
#include <array>

#include "broker-mock/net/http_fields.hpp"
#include "broker-mock/rollout/archive.hpp"

namespace cartstorm::broker::net {
namespace {

constexpr std::array<std::string_view, 2> kept_fields = {"content-type", "host"};

bool is_kept(const http::Field& field) {
  return std::any_of(kept_fields.begin(), kept_fields.end(),
                     [&](std::string_view name) { return http::is_same_name(name, field.name); });
}

/// The target without what signs it.
std::string unsigned_target(std::string_view text) {
  const auto [path, query] = http::split_target(text);
  std::string target{path};
  char separator = '?';
  for (std::string_view rest = query; !rest.empty();) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    if (pair.starts_with("X-Amz-")) continue;
    (target += separator).append(pair);
    separator = '&';
  }
  return target;
}

}  // namespace

std::string record_of(const http::Request& request) {
  http::Request kept{request.method, unsigned_target(request.target), {}, request.body};
  std::copy_if(request.fields.begin(), request.fields.end(), std::back_inserter(kept.fields),
               is_kept);
  return rollout::record_of(kept);
}

http::Request request_of(std::string_view record) {
  http::Request request;
  if (!rollout::read_record(record, request)) return {};
  return request;
}

}  // namespace cartstorm::broker::net

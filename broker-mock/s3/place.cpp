#include "broker-mock/s3/place.hpp"

namespace cartstorm::broker::s3 {
namespace {

/// The bucket that `host` is named after; empty if none.
std::string_view bucket_of(std::string_view host, std::span<const std::string> endpoints) {
  const std::string_view name = host.substr(0, host.find(':'));
  if (name.ends_with(".amazonaws.com")) {
    const std::size_t end = name.find(".s3.");
    return end == std::string_view::npos ? std::string_view{} : name.substr(0, end);
  }
  for (const std::string_view endpoint : endpoints) {
    if (name.size() > endpoint.size() + 1 && name.ends_with(endpoint) &&
        name[name.size() - endpoint.size() - 1] == '.') {
      return name.substr(0, name.size() - endpoint.size() - 1);
    }
  }
  return {};
}

}  // namespace

Place place_of(std::string_view host, std::string_view path,
               std::span<const std::string> endpoints) {
  if (path.starts_with('/')) path.remove_prefix(1);
  if (const auto bucket = bucket_of(host, endpoints); !bucket.empty()) {
    return {std::string{bucket}, std::string{path}};
  }
  const std::size_t slash = path.find('/');
  return {std::string{path.substr(0, slash)},
          std::string{slash == std::string_view::npos ? "" : path.substr(slash + 1)}};
}

}  // namespace cartstorm::broker::s3

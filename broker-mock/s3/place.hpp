#pragma once
#include <span>
#include <string>
#include <string_view>

namespace cartstorm::broker::s3 {

/// What a request is about; empty parts: the service, or a bucket.
struct Place {
  std::string bucket, key;
};

/// Virtual-host style if `host` is a bucket's own name below AWS's or one of `endpoints`
/// (`localhost`), with any port; else path style. `path` is decoded and begins with a slash.
Place place_of(std::string_view host, std::string_view path,
               std::span<const std::string> endpoints);

}  // namespace cartstorm::broker::s3

#pragma once
#include <cstdint>
#include <string>

namespace cartstorm::broker::rollout {

/// An object as the object store holds it.
struct StoredObject {
  std::uint64_t size = 0;
  std::string sha256_hex;
  std::string etag;  ///< with its quotes; empty in a place for an object that is not known yet
};

}  // namespace cartstorm::broker::rollout

#pragma once
#include "ota/hardware.hpp"

namespace ota {

/// What a job needs while it is open and nothing longer: lent by the caller, lost at every reset.
/// Everything that must survive a reset stands in the journal.
struct JobContext {
  static constexpr std::size_t url_capacity = 2048;
  static constexpr std::size_t manifest_size = 192;
  static constexpr std::size_t etag_capacity = 64;
  static constexpr std::size_t body_capacity = 1024;

  std::uint16_t url_size;
  std::uint8_t etag_size;
  std::uint16_t body_size;  ///< of an error body or of a partial program unit
  char url[url_capacity];
  char etag[etag_capacity];
  std::byte manifest[manifest_size];
  std::byte body[body_capacity];
  DigestState digest;
};
static_assert(sizeof(JobContext) <= 4096);

}  // namespace ota

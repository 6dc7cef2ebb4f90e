#pragma once
#include "ota/trailer.hpp"

namespace ota {

/// What a job needs while it is open and nothing longer: lent by the caller, lost at every reset.
/// Everything that must survive a reset stands in the journal.
struct JobContext {
  static constexpr std::size_t url_capacity = 2048;
  static constexpr std::size_t etag_capacity = 64;
  static constexpr std::size_t body_capacity = 512;

  std::uint16_t url_size;
  std::uint8_t etag_size;
  std::uint16_t body_size;  ///< of an error body or of a partial program unit
  std::uint16_t trailer_size;
  char url[url_capacity];
  char etag[etag_capacity];
  std::byte trailer[trailer_capacity];  ///< as it will stand in flash
  std::byte body[body_capacity];
  DigestState digest;

  Bytes whole_trailer() const { return {trailer, trailer_size}; }
  Bytes manifest() const { return {trailer, manifest_bytes}; }
};
static_assert(sizeof(JobContext) <= 4096);

}  // namespace ota

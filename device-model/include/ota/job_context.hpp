#pragma once
#include "ota/patch.hpp"
#include "ota/trailer.hpp"

namespace ota {

/// What a job needs while it is open and nothing longer: lent by the caller, lost at every reset.
/// Everything that must survive a reset stands in the journal.
struct JobContext {
  static constexpr std::size_t url_capacity = 2048;
  static constexpr std::size_t etag_capacity = 64;
  static constexpr std::size_t body_capacity = 512;
  static constexpr std::size_t patch_input_capacity = 256;

  std::uint16_t url_size;
  std::uint8_t etag_size;
  std::uint16_t body_size;  ///< of an error body or of a partial program unit
  std::uint16_t trailer_size;
  bool is_patching;          ///< a patch is fetched, not the image
  std::uint16_t input_at;    ///< of the patch: bytes in input() that are decoded
  std::uint16_t input_size;  ///< bytes in input()
  PatchPlan patch;           ///< patch_bytes 0: its header was not read yet
  PatchPlace patch_place;    ///< at the last border of flash sectors; decoding goes on from there
  PatchDecoder decoder;
  char url[url_capacity];
  char etag[etag_capacity];
  std::byte trailer[trailer_capacity];  ///< as it will stand in flash
  std::byte body[body_capacity];
  DigestState digest;

  /// A partial program unit takes the front of the body, bytes of a patch the rest.
  MutableBytes input() { return MutableBytes{body}.last(patch_input_capacity); }
  Bytes undecoded() const {
    return Bytes{body}.last(patch_input_capacity).subspan(input_at, input_size - input_at);
  }
  bool has_patch_plan() const { return patch.patch_bytes != 0; }
  Bytes whole_trailer() const { return {trailer, trailer_size}; }
  Bytes manifest() const { return {trailer, manifest_bytes}; }
};
static_assert(sizeof(JobContext) <= 4096);

}  // namespace ota

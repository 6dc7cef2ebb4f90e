#pragma once
#include <string_view>

#include "ota/patch.hpp"
#include "ota/record.hpp"

namespace ota {

/// How far the open job has come, as far as it must be known after a cut.
enum class JobPhase : std::uint8_t {
  none,         ///< no job
  accepted,     ///< read and not judged yet
  downloading,  ///< judged; the slot is invalid; bytes below the watermark are in flash
  staged,       ///< image and trailer were read back; may be armed, running or rolled back
  closing,      ///< a final status waits for its acceptance by the cloud
};

enum class Outcome : std::uint8_t { none, succeeded, failed, rejected };

/// The one open job and its outbox. Everything here survives a cut; the URL and the trailer do
/// not, because the cloud hands them out again.
struct Journal {
  static constexpr std::size_t job_capacity = 64;
  static constexpr std::size_t etag_capacity = 64;

  JobPhase phase = JobPhase::none;
  Outcome outcome = Outcome::none;
  Reason reason = Reason::none;
  std::uint8_t retries = 0;     ///< downloads that failed since the watermark last moved
  std::uint8_t restarts = 0;    ///< downloads that had to begin again at byte 0
  std::uint8_t mismatches = 0;  ///< whole images that were not what the manifest says
  std::uint8_t job_size = 0;
  std::uint8_t etag_size = 0;
  char job[job_capacity] = {};
  char etag[etag_capacity] = {};  ///< of the object the watermark counts in
  std::uint32_t execution = 0;
  Version version{};
  Digest trailer{};  ///< SHA-256 of the job's manifest and chain, as they will stand in flash
  std::uint32_t image_size = 0;
  std::uint32_t watermark = 0;    ///< bytes that are surely in flash; a multiple of the sector size
  bool is_patch_refused = false;  ///< this job takes the full image, whatever patch is offered
  PatchPlan patch{};              ///< of the patch in use; all zeros: none
  PatchPlace patch_place{};       ///< the record that makes the bytes behind the watermark

  std::string_view job_id() const { return {job, job_size}; }
  std::string_view etag_text() const { return {etag, etag_size}; }
  void set_job_id(std::string_view id);
  void set_etag(std::string_view text);
  bool operator==(const Journal&) const = default;
};

inline constexpr RecordFormat journal_format{Region::journal, 0x314e524a /* "JRN1" */, 2, 209};
Status load(Flash&, Journal&, RecordPlace&, RecordCare = RecordCare::newest);
Status store(Flash&, const Journal&, RecordPlace&);
Status format(Flash&, const Journal&, std::uint64_t first_sequence);

}  // namespace ota

#include "ota/journal.hpp"

#include <algorithm>

#include "record_codec.hpp"

namespace ota {

void Journal::set_job_id(std::string_view id) {
  job_size = static_cast<std::uint8_t>(std::min(id.size(), job_capacity));
  std::copy_n(id.begin(), job_size, job);
}

void Journal::set_etag(std::string_view text) {
  // A text that does not fit is not kept: half an etag would match nothing.
  etag_size = text.size() <= etag_capacity ? static_cast<std::uint8_t>(text.size()) : 0;
  std::copy_n(text.begin(), etag_size, etag);
}

namespace {

void fields(RecordFields& f, Journal& journal) {
  f.choice(journal.phase, JobPhase::closing);
  f.choice(journal.outcome, Outcome::rejected);
  f.choice(journal.reason, Reason::anchor_expired);
  f.u8(journal.retries);
  f.u8(journal.restarts);
  f.u8(journal.mismatches);
  f.u8(journal.job_size);
  f.u8(journal.etag_size);
  f.bytes(std::as_writable_bytes(std::span{journal.job}));
  f.bytes(std::as_writable_bytes(std::span{journal.etag}));
  f.u32(journal.execution);
  f.u32(journal.version.value);
  f.bytes(journal.trailer);
  f.u32(journal.image_size);
  f.u32(journal.watermark);
  f.choice(journal.is_patch_refused, true);
  f.u32(journal.patch.sector_bytes);
  f.u32(journal.patch.patch_bytes);
  f.u32(journal.patch.base_size);
  f.u32(journal.patch.target_size);
  f.u32(journal.patch_place.record);
  f.u32(journal.patch_place.offset);
  f.require(journal.job_size <= Journal::job_capacity &&
            journal.etag_size <= Journal::etag_capacity);
}

constexpr RecordType type = record_type<Journal, fields>(journal_format);

}  // namespace

Status load(Flash& flash, Journal& journal, RecordPlace& place, RecordCare care) {
  return load_fields(flash, type, &journal, place, care);
}
Status store(Flash& flash, const Journal& journal, RecordPlace& place) {
  return store_fields(flash, type, &journal, place);
}
Status format(Flash& flash, const Journal& journal, std::uint64_t first_sequence) {
  return format_fields(flash, type, &journal, first_sequence);
}

}  // namespace ota

#include "ota/journal.hpp"

#include "record_codec.hpp"

namespace ota {

const RecordFormat journal_format{Region::journal, 0x314e524a /* "JRN1" */, 2, 209};

void Journal::set_job_id(std::string_view id) {
  job_size = static_cast<std::uint8_t>(std::min(id.size(), job_capacity));
  std::copy_n(id.begin(), job_size, job);
}

void Journal::set_etag(std::string_view text) {
  // A text that does not fit is not kept: half an etag would match nothing.
  etag_size = text.size() <= etag_capacity ? static_cast<std::uint8_t>(text.size()) : 0;
  std::copy_n(text.begin(), etag_size, etag);
}

void write_body(ByteWriter& w, const Journal& journal) {
  w.u8(static_cast<std::uint8_t>(journal.phase));
  w.u8(static_cast<std::uint8_t>(journal.outcome));
  w.u8(static_cast<std::uint8_t>(journal.reason));
  w.u8(journal.retries);
  w.u8(journal.restarts);
  w.u8(journal.mismatches);
  w.u8(journal.job_size);
  w.u8(journal.etag_size);
  w.bytes(std::as_bytes(std::span{journal.job}));
  w.bytes(std::as_bytes(std::span{journal.etag}));
  w.u32(journal.execution);
  w.u32(journal.version.value);
  w.bytes(journal.trailer);
  w.u32(journal.image_size);
  w.u32(journal.watermark);
  w.u8(journal.is_patch_refused ? 1 : 0);
  w.u32(journal.patch.sector_bytes);
  w.u32(journal.patch.patch_bytes);
  w.u32(journal.patch.base_size);
  w.u32(journal.patch.target_size);
  w.u32(journal.patch_place.record);
  w.u32(journal.patch_place.offset);
}

bool read_body(ByteReader& r, Journal& journal) {
  bool is_valid = read_enum(r, journal.phase, JobPhase::closing);
  is_valid &= read_enum(r, journal.outcome, Outcome::rejected);
  is_valid &= read_enum(r, journal.reason, Reason::anchor_expired);
  journal.retries = r.u8();
  journal.restarts = r.u8();
  journal.mismatches = r.u8();
  journal.job_size = r.u8();
  journal.etag_size = r.u8();
  r.bytes(std::as_writable_bytes(std::span{journal.job}));
  r.bytes(std::as_writable_bytes(std::span{journal.etag}));
  journal.execution = r.u32();
  journal.version.value = r.u32();
  r.bytes(journal.trailer);
  journal.image_size = r.u32();
  journal.watermark = r.u32();
  const std::uint8_t refused = r.u8();
  journal.is_patch_refused = refused != 0;
  journal.patch.sector_bytes = r.u32();
  journal.patch.patch_bytes = r.u32();
  journal.patch.base_size = r.u32();
  journal.patch.target_size = r.u32();
  journal.patch_place.record = r.u32();
  journal.patch_place.offset = r.u32();
  return is_valid && refused <= 1 && journal.job_size <= Journal::job_capacity &&
         journal.etag_size <= Journal::etag_capacity;
}

Status load(Flash& flash, Journal& journal, RecordPlace& place, RecordCare care) {
  return load_body(flash, journal_format, journal, place, care);
}
Status store(Flash& flash, const Journal& journal, RecordPlace& place) {
  return store_body(flash, journal_format, journal, place);
}
Status format(Flash& flash, const Journal& journal, std::uint64_t first_sequence) {
  return format_body(flash, journal_format, journal, first_sequence);
}

}  // namespace ota

#include <algorithm>

#include "ota/job_context.hpp"
#include "slot.hpp"
#include "turn.hpp"

// An update by patch (DELTA.md): another way to the same bytes in the same slot. Whatever is odd
// about a patch costs the patch and never the update: the full image goes on behind what the
// records that were proven have made.
namespace ota {
namespace {

constexpr std::uint32_t step_bytes = 4096;

}  // namespace

bool Turn::is_patching() const {
  const JobContext* memory = hw_.job_memory.current();
  return memory != nullptr && memory->is_patching;
}

/// A patch is worth a try if it starts from what runs here, and if the slot does not hold bytes
/// that came another way.
bool Turn::wants_patch(const Offer& offer, const Journal& journal) {
  const bool has_plan = journal.patch.patch_bytes != 0;
  if (offer.patch_url.empty() || journal.is_patch_refused || m_.is_in_recovery ||
      (journal.watermark != 0 && !has_plan)) {
    return false;
  }
  if (has_plan && std::min(journal.patch_place.record * journal.patch.sector_bytes,
                           journal.image_size) != journal.watermark) {
    return false;
  }
  Durable<BootRecord> record{hw_.flash};
  return record.status() == Status::ok && record->pin(m_.slot).image == offer.patch_base;
}

/// A fresh decoder at the last border; nothing to do before the header is there.
Status Turn::start_patch() {
  JobContext& memory = *context();
  return memory.has_patch_plan()
             ? memory.decoder.start(memory.patch, memory.patch_place, hw_.flash.geometry())
             : Status::ok;
}

Status Turn::take_patch_bytes(Bytes content) {
  if (content.size() > piece_limit()) {
    return download_failed(Reason::download_failed);
  }
  JobContext& memory = *context();
  const MutableBytes input = memory.input();
  const std::size_t kept = memory.undecoded().size();
  std::copy_n(input.begin() + memory.input_at, kept, input.begin());
  std::copy_n(content.begin(), content.size(), input.begin() + static_cast<std::ptrdiff_t>(kept));
  memory.input_at = 0;
  memory.input_size = static_cast<std::uint16_t>(kept + content.size());
  return memory.has_patch_plan() ? next_piece() : open_patch();
}

Status Turn::open_patch() {
  JobContext& memory = *context();
  if (memory.input_size < patch_header_bytes) {
    request_body();
    return Status::ok;
  }
  PatchHeader header;
  Status status = decode(memory.undecoded(), header);
  if (status == Status::ok) {
    status = judge_patch(header);
  }
  if (status != Status::ok) {
    return status == Status::power_lost ? status : give_up_patch();
  }
  memory.input_at = patch_header_bytes;
  memory.patch = plan_of(header);
  memory.patch_place = patch_first_place;
  Durable<Journal> journal{hw_.flash};
  status = journal.status();
  journal->patch = memory.patch;
  journal->patch_place = memory.patch_place;
  journal->set_etag({memory.etag, memory.etag_size});
  if (status == Status::ok) {
    status = journal.store();
  }
  if (status == Status::power_lost) {
    return status;
  }
  return start_patch() == Status::ok ? next_piece() : give_up_patch();
}

/// ok if the patch makes the image of the manifest from the image that runs. The size of that one
/// stands in its own trailer.
Status Turn::judge_patch(const PatchHeader& header) {
  Durable<BootRecord> record{hw_.flash};
  TrailerHead head;
  std::size_t size = 0;
  Status status = record.status();
  if (status == Status::ok) {
    status = read_trailer_head(hw_, m_.slot, head, size);
  }
  Manifest running, wanted;
  if (status == Status::ok) {
    status = decode(manifest_of(head), running);
  }
  if (status == Status::ok) {
    status = decode(context()->manifest(), wanted);
  }
  if (status != Status::ok) {
    return status;
  }
  return match(header, {running.version, running.image_size, record->pin(m_.slot).image},
               {wanted.version, wanted.image_size, wanted.image_digest}, hw_.flash.geometry());
}

/// One bounded step: at most 4 KiB of program, and never past what is erased.
Status Turn::decode_some() {
  if (pauses_for_power()) {
    return Status::ok;
  }
  JobContext& memory = *context();
  const std::uint32_t unit = hw_.flash.geometry().program_unit;
  const std::uint32_t start = m_.position;
  while (m_.position - start < step_bytes) {
    const std::uint32_t end = std::min(m_.erased_to, m_.image_size);
    const std::uint32_t room =
        std::min(unit - memory.body_size, end - m_.position - memory.body_size);
    std::size_t consumed = 0, produced = 0;
    Status status =
        memory.decoder.feed(hw_.flash, region_of(m_.slot), memory.undecoded(), consumed,
                            MutableBytes{memory.body + memory.body_size, room}, produced);
    memory.input_at = static_cast<std::uint16_t>(memory.input_at + consumed);
    memory.body_size = static_cast<std::uint16_t>(memory.body_size + produced);
    if (status != Status::ok) {
      // The record is wrong, or the base cannot be read: the image needs neither.
      return status == Status::power_lost ? status : give_up_patch();
    }
    status = program_decoded();
    if (status != Status::ok) {
      return status == Status::power_lost ? status : download_failed(Reason::flash_failed);
    }
    if (consumed == 0 && produced == 0) {
      break;
    }
  }
  return next_piece();
}

/// Programs a full unit, or the padded last one, and takes note of a border of flash sectors that a
/// proven record has reached.
Status Turn::program_decoded() {
  JobContext& memory = *context();
  const std::uint32_t unit = hw_.flash.geometry().program_unit;
  const bool is_last = m_.position + memory.body_size == m_.image_size;
  if (memory.body_size == unit || (memory.body_size > 0 && is_last)) {
    const auto size = memory.body_size;
    std::fill(memory.body + size, memory.body + unit, std::byte{0xff});
    memory.body_size = 0;
    const Status status =
        hw_.flash.program(region_of(other(m_.slot)), m_.position, Bytes{memory.body, unit});
    if (status != Status::ok) {
      return status == Status::power_lost ? status : Status::io_error;
    }
    m_.position += size;
  }
  const PatchPlace place = memory.decoder.place();
  const bool is_border = m_.position % hw_.flash.geometry().sector_size == 0 || is_fetched();
  if (is_border &&
      std::min(place.record * memory.patch.sector_bytes, m_.image_size) == m_.position) {
    memory.patch_place = place;
  }
  return Status::ok;
}

/// From here on the job takes the full image, and a reboot does not forget it.
Status Turn::give_up_patch() {
  stop_http();
  drop_unwritten();
  JobContext& memory = *context();
  memory.is_patching = false;
  memory.etag_size = 0;
  m_.work = AgentMemory::Work::none;
  Durable<Journal> journal{hw_.flash};
  Status status = journal.status();
  if (status == Status::power_lost) {
    return status;
  }
  journal->is_patch_refused = true;
  journal->retries = 0;  // those were the patch's
  journal->patch = {};
  journal->patch_place = {};
  journal->etag_size = 0;
  journal->watermark = m_.position;
  status = journal.store();
  if (status == Status::power_lost) {
    return status;
  }
  m_.watermark = m_.position;
  set_state(State::backing_off);
  m_.retry_at = never;
  ask();  // the URL of the image is in the document
  return Status::ok;
}

}  // namespace ota

#include <algorithm>

#include "ota/job_context.hpp"
#include "turn.hpp"

namespace ota {
namespace {

using Http = AgentMemory::Http;
using Work = AgentMemory::Work;

constexpr std::uint32_t piece_bytes = 4096;
constexpr std::uint32_t error_body_bytes = 512;

std::string_view body_text(const JobContext& context) {
  return {reinterpret_cast<const char*>(context.body), context.body_size};
}

bool contains(std::string_view text, std::string_view part) {
  return place_of(text, part) != std::string_view::npos;
}

}  // namespace

/// Every start follows a describe reply: the URL is fresh and the job was alive a moment ago.
Status Turn::start_download(const Journal& journal) {
  if (pauses_for_power()) {
    return Status::ok;
  }
  set_state(State::downloading);
  if (!m_.has_begun) {
    m_.has_begun = true;
    hw_.observer.on(fact::SlotWrite{other(m_.slot), journal.version, m_.position,
                                    fact::SlotWrite::Phase::begin});
  }
  JobContext& memory = *context();
  drop_unwritten();
  if (is_patching() && start_patch() != Status::ok) {
    return give_up_patch();
  }
  m_.http = Http::head;
  m_.body_by = now_ + tuning_.body_timeout_ms;
  // From the first byte on any object will do; the digest of the whole decides.
  const std::size_t etag_size = fetch_from() == 0 ? 0 : memory.etag_size;
  out_.push(
      command::HttpGet{{memory.url, memory.url_size}, fetch_from(), {memory.etag, etag_size}});
  return Status::ok;
}

/// Which object is being fetched: after a reset its ETag must not be taken for another's.
void Turn::note_object(Journal& journal) {
  const JobContext& memory = *context();
  journal.patch = memory.is_patching ? memory.patch : PatchPlan{};
  journal.patch_place = memory.is_patching ? memory.patch_place : PatchPlace{};
  journal.set_etag({memory.etag, memory.etag_size});
}

/// A try that cannot be counted would be repeated for ever: the job ends here.
Status Turn::uncounted(Journal& journal, Status status) {
  return status == Status::power_lost ? status
                                      : finish(journal, Outcome::failed, Reason::record_failed);
}

/// First byte of the object that is still needed.
std::uint32_t Turn::fetch_from() const {
  const JobContext& memory = *hw_.job_memory.current();
  if (!memory.is_patching) {
    return m_.position;
  }
  return memory.has_patch_plan() ? memory.patch_place.offset : 0;
}

/// Size of the object as far as it is known; 0: it is not.
std::uint32_t Turn::expected_total() const {
  const JobContext& memory = *hw_.job_memory.current();
  return memory.is_patching ? memory.patch.patch_bytes : m_.image_size;
}

/// Forgets what was fetched and is not in flash: `position` counts whole programmed units. Of a
/// patch also what is in flash since the last border, because a record is decoded from its start.
void Turn::drop_unwritten() {
  JobContext* memory = context();
  if (memory == nullptr) {
    return;
  }
  memory->body_size = 0;
  if (memory->is_patching) {
    memory->input_at = 0;
    memory->input_size = 0;
    m_.position = std::min(memory->patch_place.record * memory->patch.sector_bytes, m_.image_size);
    m_.erased_to = m_.position;
  }
}

void Turn::stop_http() {
  if (m_.http != Http::closed) {
    out_.push(command::HttpStop{});
  }
  m_.http = Http::closed;
  m_.body_by = never;
}

/// Below the floor nothing is erased or programmed (D25). No retry is spent on it.
bool Turn::pauses_for_power() {
  if (hw_.power.is_above_floor()) {
    return false;
  }
  stop_http();
  drop_unwritten();
  m_.work = Work::none;
  set_state(State::backing_off);
  wait_for_power();
  return true;
}

/// One try is over. Tries are counted since the watermark last moved, durably, so that neither a
/// reboot nor an endless object can make the loop endless. Without a link nothing is counted: the
/// next connect asks for a fresh document.
Status Turn::download_failed(Reason reason, std::uint32_t retry_after_s) {
  stop_http();
  drop_unwritten();
  m_.work = Work::none;
  set_state(State::backing_off);
  m_.retry_at = never;
  if (!m_.is_linked && reason == Reason::download_failed) {
    return Status::ok;
  }
  Durable<Journal> journal{hw_.flash};
  if (journal.is_cut()) {
    return Status::power_lost;
  }
  if (journal->retries >= tuning_.download_retries) {
    return is_patching() ? give_up_patch() : finish(*journal, Outcome::failed, reason);
  }
  const std::uint64_t asked_ms =
      std::min<std::uint64_t>(std::uint64_t{retry_after_s} * 1000, tuning_.backoff_cap_ms);
  m_.retry_at = now_ + std::max<std::uint64_t>(backoff_ms(journal->retries), asked_ms);
  ++journal->retries;
  journal->watermark = m_.watermark;
  note_object(*journal);
  const Status status = journal.store();
  return status == Status::ok ? status : uncounted(*journal, status);
}

/// What is in the slot belongs to another object, or the server cannot continue it. Bounded on its
/// own: progress gives retries back, and a download that always starts over makes progress.
Status Turn::restart_from_zero(Reason reason) {
  stop_http();
  Durable<Journal> journal{hw_.flash};
  if (journal.is_cut()) {
    return Status::power_lost;
  }
  if (journal->restarts >= tuning_.download_retries) {
    return finish(*journal, Outcome::failed, reason);
  }
  ++journal->restarts;
  journal->phase = JobPhase::downloading;
  journal->watermark = 0;
  journal->etag_size = 0;
  journal->is_patch_refused |= context()->is_patching;
  journal->patch = {};
  journal->patch_place = {};
  const Status status = journal.store();
  if (status != Status::ok) {
    return uncounted(*journal, status);
  }
  m_.position = 0;
  m_.erased_to = 0;
  m_.watermark = 0;
  m_.quarters_reported = 0;
  context()->etag_size = 0;
  context()->is_patching = false;
  return download_failed(reason);
}

/// The object is not the one that was begun. A patch has something better to fall back to than
/// another try.
Status Turn::start_over(Reason reason) {
  return is_patching() ? give_up_patch() : restart_from_zero(reason);
}

Status Turn::on(const event::HttpHead& head) {
  if (m_.http != Http::head) {
    return Status::ok;
  }
  switch (head.status) {
    case 200:
      // Legal for a server that ignores ranges, but these bytes are not the ones asked for.
      return fetch_from() == 0 ? on_good_head(head) : start_over(Reason::download_failed);
    case 206:
      return head.range_first == fetch_from() ? on_good_head(head)
                                              : download_failed(Reason::download_failed);
    case 412:  // another object under the same key
    case 416:  // an object that ends before our watermark
      return start_over(Reason::download_failed);
    case 400:
    case 403:
      // An expired URL is nobody's fault, a wrong signature is: only the body tells them apart.
      m_.http = Http::error_body;
      context()->body_size = 0;
      m_.body_by = now_ + tuning_.body_timeout_ms;
      out_.push(command::HttpNext{error_body_bytes});
      return Status::ok;
    case 404:
    case 410:
      return is_patching() ? give_up_patch() : download_failed(Reason::download_failed);
    default:
      return download_failed(Reason::download_failed, head.retry_after_s);
  }
}

Status Turn::on_good_head(const event::HttpHead& head) {
  if (head.total_size != 0 && expected_total() != 0 && head.total_size != expected_total()) {
    return start_over(Reason::download_failed);
  }
  JobContext& memory = *context();
  const std::string_view known{memory.etag, memory.etag_size};
  if (fetch_from() > 0 && !known.empty() && !head.etag.empty() && head.etag != known) {
    return start_over(Reason::download_failed);
  }
  memory.etag_size = head.etag.size() <= sizeof memory.etag
                         ? static_cast<std::uint8_t>(head.etag.size())
                         : std::uint8_t{0};
  std::copy_n(head.etag.begin(), memory.etag_size, memory.etag);
  memory.body_size = 0;
  m_.http = Http::body;
  return next_piece();
}

Status Turn::on(const event::HttpEnded&) {
  if (m_.http == Http::error_body) {
    return judge_error_body();
  }
  return m_.http == Http::closed ? Status::ok : download_failed(Reason::download_failed);
}

Status Turn::judge_error_body() {
  const std::string_view body = body_text(*context());
  const bool has_expired = contains(body, "Request has expired") ||
                           contains(body, "<Code>ExpiredToken</Code>") ||
                           contains(body, "<Code>RequestExpired</Code>");
  if (!has_expired) {
    return is_patching() ? give_up_patch() : download_failed(Reason::download_failed);
  }
  stop_http();
  context()->body_size = 0;
  set_state(State::backing_off);
  if (m_.expired_tries == 0) {
    ++m_.expired_tries;
    ask();
  } else {
    // A cloud that mints expired URLs must not be asked in a loop.
    wait_backed_off(m_.expired_tries);
  }
  return Status::ok;
}

Status Turn::on(const event::HttpBody& body) {
  JobContext* memory = context();
  if (memory == nullptr || (m_.http != Http::body && m_.http != Http::error_body)) {
    return Status::ok;
  }
  if (m_.http == Http::body) {
    return memory->is_patching ? take_patch_bytes(body.content) : write_piece(body.content);
  }
  const std::size_t room = error_body_bytes - memory->body_size;
  const std::size_t size = std::min(room, body.content.size());
  std::copy_n(body.content.begin(), size, memory->body + memory->body_size);
  memory->body_size = static_cast<std::uint16_t>(memory->body_size + size);
  if (memory->body_size == error_body_bytes) {
    return judge_error_body();
  }
  out_.push(command::HttpNext{error_body_bytes - memory->body_size});
  return Status::ok;
}

/// Bytes that may come next: within the erased sectors, the image and one bounded program.
std::uint32_t Turn::piece_limit() const {
  const JobContext& memory = *hw_.job_memory.current();
  if (memory.is_patching) {
    const std::size_t room =
        memory.has_patch_plan() ? JobContext::patch_input_capacity : patch_header_bytes;
    return static_cast<std::uint32_t>(room - memory.undecoded().size());
  }
  const std::uint32_t held = memory.body_size;
  const std::uint32_t end = std::min(m_.erased_to, m_.image_size);
  return std::min(piece_bytes, end - m_.position) - held;
}

/// Decides what comes before the next byte: the end, a journal entry, an erase, or nothing.
Status Turn::next_piece() {
  if (pauses_for_power()) {
    return Status::ok;
  }
  const JobContext& memory = *context();
  if (memory.is_patching && !memory.has_patch_plan()) {
    request_body();
    return Status::ok;
  }
  const bool is_complete = is_fetched();
  if (is_complete) {
    stop_http();
  }
  const std::uint32_t durable = durable_bytes();
  if (durable > m_.watermark &&
      (is_complete || durable - m_.watermark >= tuning_.journal_every_bytes)) {
    do_next(Work::journal);
    return Status::ok;
  }
  if (is_complete) {
    start_verifying();
    return Status::ok;
  }
  if (m_.position == m_.erased_to && m_.position < m_.image_size) {
    do_next(Work::erase);
    return Status::ok;
  }
  if (memory.is_patching && !memory.undecoded().empty()) {
    do_next(Work::decode);
    return Status::ok;
  }
  request_body();
  return Status::ok;
}

/// All of the image is in flash. The last record of a patch ends with its CRC, behind the last byte
/// that it makes.
bool Turn::is_fetched() const {
  const JobContext& memory = *hw_.job_memory.current();
  return m_.position >= m_.image_size && (!memory.is_patching || memory.decoder.is_complete());
}

/// Bytes that a cut would leave good: whole sectors, of a patch those whose records were proven.
std::uint32_t Turn::durable_bytes() const {
  const JobContext& memory = *hw_.job_memory.current();
  if (is_fetched()) {
    return m_.image_size;
  }
  const std::uint32_t sector = hw_.flash.geometry().sector_size;
  return memory.is_patching ? memory.patch_place.record * memory.patch.sector_bytes
                            : m_.position / sector * sector;
}

void Turn::request_body() {
  m_.body_by = now_ + tuning_.body_timeout_ms;
  out_.push(command::HttpNext{piece_limit()});
}

void Turn::do_next(Work work) {
  m_.work = work;
  m_.body_by = never;  // the flash is busy, not the server
  out_.push(command::Continue{});
}

Status Turn::erase_ahead() {
  if (pauses_for_power()) {
    return Status::ok;
  }
  const FlashGeometry geometry = hw_.flash.geometry();
  const Status status = hw_.flash.erase(region_of(other(m_.slot)), m_.erased_to);
  if (status == Status::ok) {
    m_.erased_to += geometry.sector_size;
    return next_piece();
  }
  return status == Status::power_lost ? status : download_failed(Reason::flash_failed);
}

/// The watermark lags behind the bytes in flash and never leads: it is written after them.
Status Turn::journal_progress() {
  Durable<Journal> journal{hw_.flash};
  if (journal.is_cut()) {
    return Status::power_lost;
  }
  journal->watermark = durable_bytes();
  journal->retries = 0;
  note_object(*journal);
  const Status status = journal.store();
  if (status == Status::power_lost) {
    return status;
  }
  m_.watermark = journal->watermark;
  m_.expired_tries = 0;
  m_.wait_tries = 0;
  const auto quarter = static_cast<std::uint8_t>(share_of(m_.watermark, m_.image_size, 4));
  if (quarter > m_.quarters_reported && m_.request == AgentMemory::Request::none &&
      m_.expected_version != 0) {
    m_.quarters_reported = quarter;
    send_progress(*journal);
  }
  return next_piece();
}

Status Turn::write_piece(Bytes content) {
  if (content.size() > piece_limit()) {
    return download_failed(Reason::download_failed);
  }
  if (pauses_for_power()) {
    return Status::ok;
  }
  const Status status = program_whole_units(content);
  if (status == Status::ok) {
    return next_piece();
  }
  if (status == Status::power_lost) {
    return status;
  }
  // The units are in an unknown state: the sector is erased and fetched again.
  m_.position -= m_.position % hw_.flash.geometry().sector_size;
  m_.erased_to = m_.position;
  return download_failed(Reason::flash_failed);
}

/// What is left over waits in the context for the next piece; the end of the image is padded.
Status Turn::program_whole_units(Bytes content) {
  JobContext& memory = *context();
  const std::uint32_t unit = hw_.flash.geometry().program_unit;
  Status status = Status::ok;
  if (memory.body_size > 0) {
    content = content.subspan(hold(content, unit - memory.body_size));
    if (memory.body_size == unit) {
      memory.body_size = 0;
      status = program(Bytes{memory.body, unit});
    }
  }
  const std::size_t whole = content.size() / unit * unit;
  if (status == Status::ok && whole > 0) {
    status = program(content.first(whole));
  }
  hold(content.subspan(whole), unit);
  if (status == Status::ok && memory.body_size > 0 &&
      m_.position + memory.body_size == m_.image_size) {
    std::fill(memory.body + memory.body_size, memory.body + unit, std::byte{0xff});
    memory.body_size = 0;
    status = program(Bytes{memory.body, unit});
  }
  return status;
}

/// Keeps at most `most` bytes in the context; returns how many.
std::size_t Turn::hold(Bytes content, std::size_t most) {
  JobContext& memory = *context();
  const std::size_t size = std::min(most, content.size());
  std::copy_n(content.begin(), size, memory.body + memory.body_size);
  memory.body_size = static_cast<std::uint16_t>(memory.body_size + size);
  return size;
}

Status Turn::program(Bytes content) {
  const Status status = hw_.flash.program(region_of(other(m_.slot)), m_.position, content);
  if (status == Status::ok) {
    m_.position += static_cast<std::uint32_t>(content.size());
  }
  return status;
}

}  // namespace ota

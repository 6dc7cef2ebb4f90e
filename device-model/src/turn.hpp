#pragma once
#include "durable.hpp"
#include "offer.hpp"
#include "ota/agent.hpp"
#include "ota/observer.hpp"
#include "wire.hpp"

namespace ota {

/// How many of `parts`, at most 100, `done` is of `total`. In 32 bits; the lowest bits of a large
/// total do not matter for it.
constexpr std::uint32_t share_of(std::uint32_t done, std::uint32_t total, std::uint32_t parts) {
  while (total > 0xffffffff / 100) {
    total /= 2;
    done /= 2;
  }
  return total == 0 ? 0 : done * parts / total;
}

/// One step of the agent: its memory, and everything it may touch, for as long as the call lasts.
/// A Status that is not ok and has no other meaning is power_lost: return up at once, do nothing.
class Turn {
 public:
  Turn(AgentMemory& memory, Uptime now, Hardware& hardware, const Tuning& tuning, Commands& out)
      : m_(memory), now_(now), hw_(hardware), tuning_(tuning), out_(out) {}

  // One handler per event.
  Status on(const event::Started&);
  Status on(const event::LinkUp&);
  Status on(const event::LinkDown&);
  Status on(const event::Received&);
  Status on(const event::HttpHead&);
  Status on(const event::HttpBody&);
  Status on(const event::HttpEnded&);
  Status on(const event::SelfTestFinished&);
  Status on(const event::PowerChanged&);
  Status on(const event::ConsentChanged&);
  Status on(const event::Continue&);
  Status on(const event::DeadlineReached&);

 private:
  // turn.cpp: what every part needs.
  void set_state(State);
  State resting_state() const { return m_.is_in_recovery ? State::recovery : State::idle; }
  bool is_busy() const;
  bool is_pausing() const;
  void end_pause();
  std::uint32_t draw(std::uint32_t most);
  std::uint32_t backoff_ms(unsigned tries);
  void wait_backed_off(std::uint8_t& tries);
  void wait_for_power();
  void reboot();
  std::string_view thing() const { return hw_.identity.thing; }
  JobContext* context() { return hw_.job_memory.current(); }

  // turn_start.cpp
  Status recover_records();
  Status absorb_rollback(const BootRecord&);
  Status settle_journal(const BootRecord&, BootReason);
  Status disarm();

  // turn_link.cpp
  Status heartbeat();
  Status report_rollback();
  Status on_rollback_ack(std::string_view payload);
  Status on_deadline();
  Status refuse_open_job();
  Status retry();

  // turn_trust.cpp
  Status on_anchor_install(std::string_view payload);
  Status on_anchor_remove(std::string_view payload);
  Status find_anchors_in_slots(AnchorId (&out)[2]);
  Status load_anchor(AnchorId, Anchor& out);
  Status request_anchor(AnchorId);

  // turn_requests.cpp
  void ask(Reason refusal = Reason::none);
  void send_progress(const Journal&);
  Status send_final(Journal&);
  JobUpdate new_update(const Journal&, const char* status);
  void request_lost();
  Status on_notify(std::string_view payload);
  Status on_describe_accepted(std::string_view payload);
  Status on_offer(JsonReader&, const Offer&);
  void on_unreadable(JsonReader::Verdict);
  Status on_described(const Offer&);
  Status on_described_in_trial(const Offer&, Journal&);
  Status on_update_accepted(JsonReader&);
  Status on_update_rejected(JsonReader&);
  Status on_version_mismatch(JsonReader&);
  Status read_again();
  Status on_update_reply(std::string_view payload, bool is_accepted);
  Status on_describe_rejected(std::string_view payload);
  Status note_check_in();

  // turn_offer.cpp
  Status take_offer(const Offer&);
  Status continue_job(const Offer&, Journal&);
  Status refuse(const Offer&, Journal&, Reason);
  Status accept(const Offer&, Journal&);
  bool must_wait_before_next_try(const VersionCount&);
  std::uint64_t rest_ms(const VersionCount&) const;
  bool lend_context(const Offer&, const Journal&);
  void forget_patch(JobContext&);
  void begin_context(const Offer&, const Journal&, JobContext&);
  bool find_anchor(Manifest&, Anchor&, Status&);
  Status challenge();
  Status precheck();
  Status judge(const Manifest&, const Anchor&, Journal&);
  Status count_attempt(Version);
  Status judge_resumption(Journal&, bool& is_over);
  Status open_slot(Journal&);
  Status replace(const Journal&);
  Status finish(Outcome, Reason);
  Status finish(Journal&, Outcome, Reason);
  Status close_job();

  // turn_download.cpp
  Status start_download(const Journal&);
  void request_body();
  void stop_http();
  Status download_failed(Reason, std::uint32_t retry_after_s = 0);
  Status restart_from_zero(Reason);
  Status on_good_head(const event::HttpHead&);
  Status next_piece();
  Status write_piece(Bytes);
  Status program_whole_units(Bytes);
  std::size_t hold(Bytes, std::size_t most);
  Status program(Bytes);
  Status judge_error_body();
  Status erase_ahead();
  Status journal_progress();
  std::uint32_t piece_limit() const;
  bool pauses_for_power();
  std::uint32_t fetch_from() const;
  void note_object(Journal&);
  Status uncounted(Journal&, Status);
  bool is_fetched() const;
  std::uint32_t durable_bytes() const;
  std::uint32_t expected_total() const;
  Status start_over(Reason);
  void drop_unwritten();

  // turn_patch.cpp
  bool wants_patch(const Offer&, const Journal&);
  bool is_patching() const;
  Status start_patch();
  Status take_patch_bytes(Bytes);
  Status open_patch();
  Status judge_patch(const PatchHeader&);
  Status decode_some();
  Status program_decoded();
  Status give_up_patch();

  // turn_verify.cpp
  void start_verifying();
  void do_next(AgentMemory::Work);
  Status digest_some();
  Status judge_image();
  Status image_failed(Reason);
  Status erase_trailer();
  Status program_trailer();
  Status stage();
  Status try_arm();
  bool waits_for_window();
  Status arm(Durable<BootRecord>&, const Manifest&, const Journal&);

  // turn_trial.cpp
  Status start_trial();
  Status try_confirm();
  Status report_confirmed();
  Status revert(RollbackReason);

  AgentMemory& m_;
  const Uptime now_;
  Hardware& hw_;
  const Tuning& tuning_;
  Commands& out_;
};

}  // namespace ota

#pragma once
#include <type_traits>

#include "ota/agent.hpp"
#include "sim/explore/key.hpp"
#include "sim/explore/promise.hpp"
#include "sim/explore/read_spans.hpp"
#include "sim/explore/seen.hpp"

namespace cartstorm::sim::explore {

/// D1..D29 and L1..L6 of one cart, as far as a cart can show them, judged from what is seen and
/// from nothing else. Not here: D23 (the data that an image writes is the application's), D24 (see
/// Wear) and what only a fleet shows.
///
/// A small value without pointers, so that every path of an exploration has its own, and so that
/// it is a part of the state: pruning is sound only if what a check remembers decides, too, whether
/// a state was seen before. What can no longer change a verdict is therefore forgotten at once:
/// equal futures are to be equal values. For the same reason no time and no number that only grows
/// is encoded as it is, but by its distance from now.
///
/// All tables are bounded. A full one forgets a row by a rule that looks at content alone; what is
/// forgotten can lose something to judge, and never makes a violation. How often a promise had
/// something to judge is counted by the caller's Premises: it is a sum over paths and no part of
/// any state.
///
/// Jobs are known by a 64-bit hash of their id, digests by 64 of their bits.
class Promises {
 public:
  Promises(const ota::Tuning&, const ota::FlashGeometry&);

  /// Time goes on by this much, boots included.
  void elapse(std::uint64_t ms);

  void on(const seen::Reset&, Premises&);
  void on(const seen::FlashRead&, Premises&);
  void on(const seen::FlashChange&, Premises&);
  void on(const seen::Flip&, Premises&);
  void on(const seen::Copies&, Premises&);
  void on(const seen::Record&, Premises&);
  void on(const seen::ColdStart&, Premises&);
  void on(const seen::AfterLoss&, Premises&);
  void on(const seen::BootWork&, Premises&);
  void on(const seen::RestsOn&, Premises&);
  void on(const seen::SlotContent&, Premises&);
  void on(const seen::SelfTest&, Premises&);
  void on(const seen::Issued&, Premises&);
  void on(const seen::Consent&, Premises&);
  void on(const seen::Described&, Premises&);
  void on(const seen::UpdateAnswered&, Premises&);
  void on(const seen::Arming&, Premises&);
  void on(const seen::RollbackAcked&, Premises&);
  void on(const seen::Uplink&, Premises&);
  void on(const seen::LowSupply&, Premises&);
  void on(const seen::RebootAsked&, Premises&);
  void on(const seen::Damage&, Premises&);
  void on(const seen::Trust&, Premises&);
  void on(const seen::Rest&, Premises&);
  void on(const ota::fact::BootVerified&, Premises&);
  void on(const ota::fact::BootDecided&, Premises&);
  void on(const ota::fact::Confirmed&, Premises&);
  void on(const ota::fact::RolledBack&, Premises&);
  void on(const ota::fact::ManifestJudged&, Premises&);
  void on(const ota::fact::JobUpdateSent&, Premises&);
  void on(const ota::fact::AnchorChanged&, Premises&);

  /// The first one. A path ends at it, so it is no part of the key.
  const Violation& violation() const { return violation_; }
  /// Hands it over and goes on, for those who want to hear of the next one too.
  Violation take_violation();

  /// Adds all that can change a later verdict. Sequences and occurrences count from
  /// `newest_sequence` (of the boot record), attempts from the record's, so that the same story
  /// later in a cart's life has the same key.
  void encode(KeyWriter&, std::uint64_t newest_sequence) const;
  /// The same with all numbers as they are, and with the violation.
  void encode_exactly(KeyWriter&) const;

 private:
  /// Of Tuning and FlashGeometry.
  struct Limits {
    std::uint8_t trial_attempts, rollbacks_to_quarantine;
    bool has_probation;
    std::uint32_t backoff_base_ms;
    std::uint32_t sector_size, seal_at;  ///< bytes; the seal's offset in a copy of the boot record
    std::uint32_t reads_per_boot;
  };
  /// What later verdicts need of the boot record.
  struct RecordSeen {
    std::uint64_t sequence = 0;
    std::uint64_t attempt = 0;
    std::uint64_t occurrence = 0;  ///< of the pending rollback
    std::uint32_t security_floor = 0;
    ota::Version active_version{};  ///< 0: the active slot is not bootable
    ota::Slot active = ota::Slot::a;
    ota::Trial trial = ota::Trial::none;
    std::uint8_t attempts_left = 0;
    std::uint8_t bootable_mask = 0, below_floor_mask = 0;  ///< bit per slot
    bool is_on_probation = false;
    bool is_rollback_pending = false;
    bool is_known = false;
  };
  struct SlotSeen {
    std::uint64_t digest = 0;  ///< of its content, if that is known
    ota::Version version{};
    std::uint32_t security_version = 0;
    std::uint64_t verified = 0;  ///< digest that this boot called good; 0: none
    bool is_known = false, is_as_signed = false;
    bool was_verified = false;  ///< good once, and not changed since
    bool anchors_changed = false;
  };
  /// The attempt that was armed last.
  struct AttemptSeen {
    std::uint64_t number = 0;
    std::uint64_t confirmed = 0;  ///< digest of the image that was active; 0: not known
    std::uint8_t jumps = 0;       ///< since it was armed, while it lasts
    bool is_known = false;
  };
  /// What the server's time says of a manifest's dates.
  enum class TimeVerdict : std::uint8_t {
    untold,  ///< no answer with a time in this boot
    early,
    valid,
    late,
    moot,  ///< other dates under the same name since the last answer
  };
  struct JobSeen {
    std::uint64_t job = 0;
    std::uint32_t execution = 0;
    std::uint32_t issued_s = 0, expires_s = 0;  ///< Unix time, at most 2106
    std::uint32_t adopt = 0;                    ///< version number that a conflict named
    ota::Version armed{};
    std::uint8_t deliveries = 0;  ///< at most 2: once, or more than once
    TimeVerdict time = TimeVerdict::untold;
    bool is_in_conflict = false, is_done = false;
  };
  struct VersionSeen {
    ota::Version version{};
    std::uint32_t wait_ms = 0;   ///< that its next try must still keep away
    std::uint8_t rollbacks = 0;  ///< at most those that quarantine it
    bool was_tried = false;      ///< its manifest was accepted
  };
  /// A rollback of which the record or the cloud does not know the end, and the newest one.
  struct RollbackSeen {
    std::uint64_t occurrence = 0;
    bool is_acked = false, is_reported = false;
  };

  static constexpr std::size_t job_capacity = 4;  ///< executions, in the order of their issue
  static constexpr std::size_t version_capacity = 5;
  static constexpr std::size_t rollback_capacity = 4;

  void require(bool holds, Premises&, Promise, const char* what, std::uint64_t value = 0);
  void forbid(bool is_broken, Promise, const char* what, std::uint64_t value = 0);
  bool is_bootable(ota::Slot slot) const { return (record_.bootable_mask & mask_of(slot)) != 0; }
  SlotSeen& slot(ota::Slot slot) { return slots_[static_cast<std::size_t>(slot)]; }

  void change_slot(const seen::FlashChange&, ota::Slot, Premises&);
  void forget_requests();
  void judge_trial_jump(const ota::BootDecision&, Premises&);
  void judge_arming(const ota::BootRecord& after, Premises&);
  void judge_end_of_trial(const ota::BootRecord& after, Premises&);
  void judge_rollback(const ota::BootRecord& after, Premises&);
  void judge_floor(const ota::BootRecord& after, Premises&);
  void take_back(const ota::BootRecord& found);
  void forget_record();
  void remember(const seen::Record&);

  JobSeen* find_job(std::string_view job, std::uint32_t execution);
  VersionSeen* find_version(ota::Version);
  VersionSeen& version_row(ota::Version);
  RollbackSeen* find_rollback(std::uint64_t occurrence);
  bool add_rollback(std::uint64_t occurrence);
  void forget_rollback(std::uint64_t occurrence);
  void forget_closed_rollbacks();
  static TimeVerdict verdict_at(const JobSeen&, std::int64_t now_s);

  void encode_flash(KeyWriter&, std::uint64_t newest_sequence) const;
  void encode_boot(KeyWriter&) const;
  void encode_jobs(KeyWriter&) const;
  void encode_rollbacks(KeyWriter&, std::uint64_t newest_sequence) const;

  Violation violation_{};
  Limits limits_;
  // Of the flash.
  RecordSeen record_;
  SlotSeen slots_[2];
  ReadSpans read_;  ///< of the slot that is not active, in this boot
  bool is_torn_[2] = {};
  bool is_unclean_ = false;   ///< a change of the boot record was cut
  bool has_flipped_ = false;  ///< what is found unclean for it may be found so in the next boot
  bool is_damaged_ = false;
  bool is_part_faulty_ = false;
  bool has_no_copy_ = false;  ///< of the boot record, now
  // Of this boot.
  bool has_decided_ = false;
  bool must_be_quiet_ = false;  ///< until it decided: no trial, no crash (D27)
  bool has_changed_record_ = false;
  bool has_passed_self_test_ = false;
  bool has_asked_to_confirm_ = false;
  bool is_described_ = false, is_job_present_ = false;
  bool is_asked_anew_ = false;  ///< described since the slot that is not active was written
  bool is_opted_out_ = false;
  ota::Trial runs_trial_ = ota::Trial::none;
  ota::Version running_{};  ///< 0: none
  std::uint32_t described_execution_ = 0;
  std::uint64_t described_job_ = 0;
  // Of attempts.
  AttemptSeen attempt_;
  std::uint64_t armed_job_ = 0;              ///< 0: not known
  std::uint64_t must_run_next_ = 0;          ///< digest; 0: anything
  ota::Trial read_back_ = ota::Trial::none;  ///< slot that may be armed now
  bool is_arming_ = false;
  VersionSeen versions_[version_capacity];  ///< in their order
  // Of jobs and reports.
  bool is_recovery_silent_ = false;
  bool has_asked_for_ca_ = false;
  JobSeen jobs_[job_capacity];
  RollbackSeen rollbacks_[rollback_capacity];  ///< in their order
};
static_assert(std::is_trivially_copyable_v<Promises>);
static_assert(sizeof(Promises) <= 528);

}  // namespace cartstorm::sim::explore

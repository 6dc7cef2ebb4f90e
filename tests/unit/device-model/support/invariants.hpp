#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ota/agent.hpp"
#include "seen.hpp"

namespace ota::test {

/// D1..D29 and L1..L6 of one cart, as far as a cart can show them, judged from what is seen and
/// from nothing else. Not here: D23 (the data that an image writes is the application's) and what
/// only a fleet shows. How often a premise was true is counted, because a check that never had
/// anything to judge has proven nothing.
class Invariants {
 public:
  explicit Invariants(const Tuning& tuning);

  std::uint64_t now_ms = 0;  ///< of the world, over all boots
  std::vector<std::string> violations;
  std::map<std::string, std::uint64_t> premises;

  void on(const seen::Reset&);
  void on(const seen::FlashRead&);
  void on(const seen::FlashChange&);
  void on(const seen::Copies&);
  void on(const seen::Record&);
  void on(const seen::ColdStart&);
  void on(const seen::AfterLoss&);
  void on(const seen::BootWork&);
  void on(const seen::RestsOn&);
  void on(const seen::SlotContent&);
  void on(const seen::SelfTest&);
  void on(const seen::Issued&);
  void on(const seen::Described&);
  void on(const seen::UpdateAnswered&);
  void on(const seen::Arming&);
  void on(const seen::RollbackAcked&);
  void on(const seen::Uplink&);
  void on(const seen::Get&);
  void on(const seen::LowSupply&);
  void on(const seen::RebootAsked&);
  void on(const seen::Damage&);
  void on(const seen::Trust&);
  void on(const seen::Rest&);
  void on(const fact::BootVerified&);
  void on(const fact::BootDecided&);
  void on(const fact::Confirmed&);
  void on(const fact::RolledBack&);
  void on(const fact::ManifestJudged&);
  void on(const fact::JobUpdateSent&);
  void on(const fact::AnchorChanged&);

 private:
  using Execution = std::pair<std::string, std::uint32_t>;

  void require(bool holds, const char* id, const std::string& what);
  void forbid(bool is_broken, const char* id, const std::string& what);
  bool is_bootable(Slot slot) const { return record_ && record_->is_bootable(slot); }
  void judge_slot_change(const seen::FlashChange&, Slot);
  void judge_arming(const BootRecord&);
  void judge_end_of_trial(const BootRecord& before, const BootRecord& after);
  void judge_rollback(const BootRecord& before, const BootRecord& after);
  void judge_floor(const BootRecord& before, const BootRecord& after);
  void judge_trial_jump(const BootDecision&);
  void judge_quiet_boot(const BootDecision&);
  bool was_read(Slot, std::uint32_t offset, std::uint32_t size) const;

  Tuning tuning_;
  // Of the flash.
  std::optional<BootRecord> record_;
  std::vector<bool> read_[2];  ///< bytes of a slot that were read since they changed
  std::optional<Digest> verified_now_[2];
  bool was_verified_[2] = {};  ///< good once, and not changed since
  bool anchors_changed_[2] = {};
  std::optional<seen::SlotContent> content_[2];
  bool is_torn_[2] = {};
  bool is_unclean_ = false;        ///< a change of the boot record was cut
  bool quiet_is_excused_ = false;  ///< it was, before this boot
  bool is_damaged_ = false;
  // Of this boot.
  ResetCause cause_ = ResetCause::power_on;
  std::optional<BootDecision> decision_;
  bool was_resting_ = false;  ///< no trial was armed when it began
  bool record_changed_in_boot_ = false;
  bool self_test_passed_ = false;
  bool confirm_requested_ = false;
  std::optional<seen::Described> described_;
  std::int64_t server_time_ = 0;
  // Of attempts.
  std::optional<seen::Arming> arming_;
  std::map<std::uint64_t, Digest> confirmed_when_armed_;  ///< by attempt
  std::map<std::uint64_t, int> jumps_;                    ///< by attempt
  std::optional<Digest> must_run_next_;
  std::map<Version, int> rollbacks_;
  std::map<Version, std::uint64_t> ended_ms_;
  std::set<Version> tried_;
  // Of jobs.
  std::map<Execution, Manifest> issued_;
  std::map<Execution, std::map<Version, int>> arms_;
  std::map<Execution, int> deliveries_;
  std::set<Execution> done_;
  std::map<Execution, std::uint32_t> conflict_;  ///< version number that must be adopted
  std::map<std::uint32_t, int> erases_;          ///< by sector, since the manifest was accepted
  int excuses_ = 0;                              ///< resets and GETs since then
  // Of reports.
  std::set<OccurrenceId> occurrences_, acked_;
  std::set<std::string> reported_;
  int unannounced_recoveries_ = 0;
  bool has_asked_for_ca_ = false;
};

}  // namespace ota::test

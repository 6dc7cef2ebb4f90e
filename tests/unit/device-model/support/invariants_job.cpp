#include <fmt/format.h>

#include "invariants.hpp"

// What is judged from jobs, reports, anchors and the rest at the end.
namespace ota::test {

void Invariants::on(const seen::Issued& issued) {
  const Execution key{issued.job, issued.execution};
  issued_[key] = issued.manifest;
  arms_.erase(key);
  done_.erase(key);
  deliveries_.erase(key);
  conflict_.erase(key);
}

void Invariants::on(const seen::Described& described) {
  described_ = described;
  ++deliveries_[{described.job, described.execution}];
  done_.erase({described.job, described.execution});  // reused: the cloud calls it pending
  conflict_.clear();                                  // the truth was read again
}

void Invariants::on(const seen::UpdateAnswered& answer) {
  const Execution key{answer.job, answer.execution};
  if (answer.code.empty()) {
    server_time_ = answer.timestamp;
    conflict_.erase(key);
    if (answer.status != "IN_PROGRESS") {
      done_.insert(key);
    }
  } else if (answer.code == "VersionMismatch") {
    conflict_[key] = answer.version_number;
  }
}

void Invariants::on(const seen::Arming& arming) {
  arming_ = arming;
  const Execution key{arming.job, arming.execution};
  const int count = ++arms_[key][arming.version];
  if (deliveries_[key] > 1) {
    require(count == 1, "D20", fmt::format("{} is armed {} times", arming.job, count));
  }
  require(described_ && described_->is_present && described_->job == arming.job &&
              described_->execution == arming.execution,
          "D22", "a trial is armed for a job that is not there");
  const auto rolled_back = rollbacks_.find(arming.version);
  if (rolled_back != rollbacks_.end()) {
    require(rolled_back->second < tuning_.rollbacks_to_quarantine, "D21",
            "a quarantined version is armed");
  }
}

void Invariants::on(const fact::RolledBack& f) {
  ++rollbacks_[f.from];
  ended_ms_[f.from] = now_ms;
}

/// The verdict follows from the manifest and the server's time (D13). Tries of one version keep
/// their distance: half of the base, doubled once (D21).
void Invariants::on(const fact::ManifestJudged& f) {
  const auto issued = issued_.find({std::string{f.job}, f.execution});
  const bool is_about_time =
      f.accepted || f.reason == Reason::not_yet_valid || f.reason == Reason::expired;
  if (is_about_time && issued != issued_.end()) {
    const bool is_early = server_time_ < issued->second.issued.s;
    const bool is_late = server_time_ >= issued->second.expires.s;
    const Reason expected = is_early  ? Reason::not_yet_valid
                            : is_late ? Reason::expired
                                      : Reason::none;
    require(f.reason == expected && f.accepted == (expected == Reason::none), "D13",
            fmt::format("the verdict {} does not follow from the server time {}", name(f.reason),
                        server_time_));
  }
  if (!f.accepted) {
    return;
  }
  const auto ended = ended_ms_.find(f.version);
  if (ended != ended_ms_.end()) {
    require(now_ms - ended->second >= tuning_.backoff_base_ms, "D21",
            fmt::format("tried again {} ms after it failed", now_ms - ended->second));
  }
  tried_.insert(f.version);
  erases_.clear();
  excuses_ = 0;
}

void Invariants::on(const fact::JobUpdateSent& f) {
  const Execution key{std::string{f.job}, f.execution};
  const bool adopts = !conflict_.contains(key) || conflict_[key] == f.expected_version;
  require(f.expected_version != 0 && !done_.contains(key) && adopts, "D17",
          fmt::format("{} for {} with version {}", f.status, f.job, f.expected_version));
  const bool is_active = record_ && record_->is_bootable(record_->active) &&
                         record_->pin(record_->active).version == f.version;
  const bool is_running =
      decision_ && decision_->reason != BootReason::recovery && decision_->version == f.version;
  if (f.status == "SUCCEEDED") {
    require(is_active && is_running && record_->trial == Trial::none, "D16",
            "success is said of what is not confirmed and running");
  } else if (f.status == "FAILED") {
    require(!is_active || !is_running, "D16", "failure is said of what is confirmed");
    if (tried_.contains(f.version)) {
      ended_ms_[f.version] = now_ms;
    }
  }
}

void Invariants::on(const seen::RollbackAcked& ack) { acked_.insert(ack.occurrence); }

void Invariants::on(const seen::Uplink& uplink) {
  const std::string& text = uplink.payload;
  require(text.find("X-Amz") == std::string::npos && text.find("https:") == std::string::npos &&
              uplink.topic.find("X-Amz") == std::string::npos,
          "D26", fmt::format("a secret is sent to {}", uplink.topic));
  if (uplink.topic.ends_with("/rollback")) {
    reported_.insert(text.substr(text.find("\"occurrence\":\"") + 14, 16));
  } else if (uplink.topic.ends_with("/ca/request")) {
    has_asked_for_ca_ = true;
  } else if (text.find("\"state\":\"recovery\"") != std::string::npos) {
    unannounced_recoveries_ = 0;
    ++premises["L6"];
  }
}

void Invariants::on(const seen::Get&) { ++excuses_; }
void Invariants::on(const seen::LowSupply&) { ++premises["D25"]; }

void Invariants::on(const seen::RebootAsked& reboot) {
  forbid(reboot.is_to_apply && !reboot.has_power, "D25",
         "a restart into a new image below the floor of the supply");
}

void Invariants::on(const fact::AnchorChanged&) {
  anchors_changed_[0] = true;
  anchors_changed_[1] = true;
}

void Invariants::on(const seen::Trust& trust) {
  require(trust.installed >= 1, "L5", "no CA is left: this cart can never be updated again");
}

void Invariants::on(const seen::Rest& rest) {
  require(rest.all_terminal, "L1", "an execution never ends");
  require(rest.is_idle && rest.runs_what_is_active, "L2", "the cart does not come to rest");
  require(rest.is_outbox_empty, "L4", "a report is never delivered");
  forbid(unannounced_recoveries_ > 0, "L6", "recovery mode is silent");
  if (rest.lacked_a_ca) {
    require(has_asked_for_ca_ && rest.all_terminal, "L5", "a CA that is missing is not asked for");
  }
  for (const OccurrenceId occurrence : occurrences_) {
    require(reported_.contains(fmt::format("{:016x}", occurrence.value)), "D19",
            "a rollback is never reported");
  }
}

}  // namespace ota::test

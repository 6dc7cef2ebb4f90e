#include <algorithm>
#include <charconv>
#include <tuple>

#include "sim/explore/promises.hpp"
#include "sim/explore/short_id.hpp"

// What is judged from jobs, reports, and the rest at the end.
namespace cartstorm::sim::explore {
namespace {

using ota::Reason;
using ota::Version;

std::uint32_t unix_s(ota::UnixTime time) {
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(time.s, 0, 0xffffffff));
}

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// The number that a rollback report names; 0 if it names none.
std::uint64_t occurrence_in(std::string_view payload) {
  constexpr std::string_view member = "\"occurrence\":\"";
  const std::size_t at = payload.find(member);
  std::uint64_t occurrence = 0;
  if (at != std::string_view::npos) {
    const std::string_view digits = payload.substr(at + member.size(), 16);
    std::from_chars(digits.data(), digits.data() + digits.size(), occurrence, 16);
  }
  return occurrence;
}

}  // namespace

void Promises::elapse(std::uint64_t ms) {
  for (VersionSeen& row : versions_) {
    row.wait_ms -= static_cast<std::uint32_t>(std::min<std::uint64_t>(row.wait_ms, ms));
  }
}

Promises::JobSeen* Promises::find_job(std::string_view job, std::uint32_t execution) {
  const std::uint64_t id = short_id(job);
  JobSeen* row = std::ranges::find_if(
      jobs_, [&](const JobSeen& seen) { return seen.job == id && seen.execution == execution; });
  return row == std::end(jobs_) ? nullptr : row;
}

Promises::TimeVerdict Promises::verdict_at(const JobSeen& job, std::int64_t now_s) {
  return now_s < job.issued_s     ? TimeVerdict::early
         : now_s >= job.expires_s ? TimeVerdict::late
                                  : TimeVerdict::valid;
}

/// The oldest issue makes room: unused rows stand in front.
void Promises::on(const seen::Issued& issued, Premises&) {
  JobSeen next;
  next.job = short_id(issued.job);
  next.execution = issued.execution;
  next.issued_s = unix_s(issued.issued);
  next.expires_s = unix_s(issued.expires);
  JobSeen* row = find_job(issued.job, issued.execution);
  if (row != nullptr) {
    const bool is_same = row->issued_s == next.issued_s && row->expires_s == next.expires_s;
    next.time = is_same || row->time == TimeVerdict::untold ? row->time : TimeVerdict::moot;
    std::move_backward(std::begin(jobs_), row, row + 1);
  }
  std::move(std::begin(jobs_) + 1, std::end(jobs_), std::begin(jobs_));
  *(std::end(jobs_) - 1) = next;
}

void Promises::on(const seen::Consent& consent, Premises&) { is_opted_out_ = !consent.is_opted_in; }

void Promises::on(const seen::Described& described, Premises&) {
  is_described_ = is_asked_anew_ = true;
  is_job_present_ = described.is_present;
  described_job_ = described.is_present ? short_id(described.job) : 0;
  described_execution_ = described.is_present ? described.execution : 0;
  for (JobSeen& row : jobs_) {
    row.is_in_conflict = false;  // the truth was read again
    row.adopt = 0;
  }
  JobSeen* row = find_job(described.job, described.execution);
  if (described.is_present && row != nullptr) {
    row->deliveries = std::min<std::uint8_t>(static_cast<std::uint8_t>(row->deliveries + 1), 2);
    row->is_done = false;  // used again: the cloud calls it pending
  }
}

void Promises::on(const seen::UpdateAnswered& answer, Premises&) {
  if (answer.answer == seen::Answer::accepted) {
    for (JobSeen& row : jobs_) {
      row.time = verdict_at(row, answer.timestamp.s);
    }
  }
  JobSeen* row = find_job(answer.job, answer.execution);
  if (row == nullptr || answer.answer == seen::Answer::refused) {
    return;
  }
  row->is_in_conflict = answer.answer == seen::Answer::conflict;
  row->adopt = row->is_in_conflict ? answer.version_number : 0;
  row->is_done |= answer.answer == seen::Answer::accepted && answer.was_final;
}

void Promises::on(const seen::Arming& arming, Premises& premises) {
  armed_job_ = short_id(arming.job);
  is_arming_ = true;
  const bool is_read = record_.is_known && arming.slot == other(record_.active) &&
                       (!read_.is_complete() ||
                        (read_.has(0, arming.image_size) &&
                         read_.has(arming.trailer_at, arming.trailer_at + arming.trailer_size)));
  read_back_ = is_read ? trial_of(arming.slot) : ota::Trial::none;
  JobSeen* row = find_job(arming.job, arming.execution);
  if (row != nullptr) {
    if (row->deliveries > 1) {
      // Of what a faulty part lost of the journal nobody can know.
      require(row->armed != arming.version || is_part_faulty_, premises,
              Promise::idempotent_delivery, "one execution is armed twice", arming.version.value);
    }
    row->armed = arming.version;
  }
  require(
      is_job_present_ && described_job_ == armed_job_ && described_execution_ == arming.execution,
      premises, Promise::cancel_safe, "a trial is armed for a job that is not there",
      arming.version.value);
  forbid(!is_asked_anew_, Promise::cancel_safe,
         "a trial is armed without asking, when all is written, whether its job still lives");
  forbid(is_opted_out_, Promise::cancel_safe, "a trial is armed that the owner does not want");
  const VersionSeen* version = find_version(arming.version);
  if (version != nullptr && version->rollbacks > 0) {
    require(version->rollbacks < limits_.rollbacks_to_quarantine, premises,
            Promise::bounded_retries, "a quarantined version is armed", arming.version.value);
  }
}

Promises::VersionSeen* Promises::find_version(Version version) {
  VersionSeen* row = std::ranges::find(versions_, version, &VersionSeen::version);
  return version.value == 0 || row == std::end(versions_) ? nullptr : row;
}

/// Unused rows have the version 0 and come first. A full table forgets the one of which least is
/// known.
Promises::VersionSeen& Promises::version_row(Version version) {
  if (VersionSeen* row = find_version(version)) {
    return *row;
  }
  const auto known = [](const VersionSeen& row) {
    return std::tuple{row.version.value != 0, row.rollbacks, row.was_tried, row.wait_ms};
  };
  *std::ranges::min_element(versions_, {}, known) = {version, 0, 0, false};
  std::ranges::sort(versions_, {}, &VersionSeen::version);
  return *std::ranges::find(versions_, version, &VersionSeen::version);
}

void Promises::on(const ota::fact::RolledBack& f, Premises&) {
  if (f.from.value == 0) {
    return;
  }
  VersionSeen& row = version_row(f.from);
  row.rollbacks =
      static_cast<std::uint8_t>(std::min<int>(row.rollbacks + 1, limits_.rollbacks_to_quarantine));
  row.wait_ms = limits_.backoff_base_ms;
}

/// The verdict follows from the manifest and the server's time (D13). Tries of one version keep
/// their distance: half of the base, doubled once (D21).
void Promises::on(const ota::fact::ManifestJudged& f, Premises& premises) {
  const JobSeen* job = find_job(f.job, f.execution);
  const bool is_about_time =
      f.accepted || f.reason == Reason::not_yet_valid || f.reason == Reason::expired;
  if (is_about_time && job != nullptr && job->time != TimeVerdict::moot) {
    const Reason expected = job->time == TimeVerdict::early  ? Reason::not_yet_valid
                            : job->time == TimeVerdict::late ? Reason::expired
                                                             : Reason::none;
    require(job->time != TimeVerdict::untold && f.reason == expected &&
                f.accepted == (expected == Reason::none),
            premises, Promise::clock_independent_verdict,
            "a verdict that does not follow from the server's time, with this reason",
            static_cast<std::uint64_t>(f.reason));
  }
  if (!f.accepted || f.version.value == 0) {
    return;
  }
  if (const VersionSeen* row = find_version(f.version)) {
    require(row->wait_ms == 0, premises, Promise::bounded_retries,
            "a version is tried again, too early by this many ms", row->wait_ms);
  }
  version_row(f.version).was_tried = true;
}

void Promises::on(const ota::fact::JobUpdateSent& f, Premises& premises) {
  const JobSeen* job = find_job(f.job, f.execution);
  const bool is_done = job != nullptr && job->is_done;
  const bool adopts = job == nullptr || !job->is_in_conflict || job->adopt == f.expected_version;
  require(f.expected_version != 0 && !is_done && adopts, premises, Promise::status_order,
          is_done ? "a status after the end of its execution, with this version number"
                  : "a status with a version number that is known to be wrong",
          f.expected_version);
  const bool is_active = f.version.value != 0 && record_.active_version == f.version;
  const bool is_running = f.version.value != 0 && running_ == f.version;
  if (f.status == "SUCCEEDED") {
    require(is_active && is_running && record_.trial == ota::Trial::none, premises,
            Promise::status_truthful, "success is said of what is not confirmed and running",
            f.version.value);
  } else if (f.status == "FAILED") {
    require(!is_active || !is_running, premises, Promise::status_truthful,
            "failure is said of what is confirmed", f.version.value);
    VersionSeen* row = find_version(f.version);
    if (row != nullptr && row->was_tried) {
      row->wait_ms = limits_.backoff_base_ms;
    }
  }
}

void Promises::on(const seen::Uplink& uplink, Premises& premises) {
  require(!has(uplink.payload, "X-Amz") && !has(uplink.payload, "https:") &&
              !has(uplink.topic, "X-Amz"),
          premises, Promise::confidential, "a secret is sent");
  if (uplink.topic.ends_with("/rollback")) {
    if (RollbackSeen* row = find_rollback(occurrence_in(uplink.payload))) {
      row->is_reported = true;
      forget_closed_rollbacks();
    }
  } else if (uplink.topic.ends_with("/ca/request")) {
    has_asked_for_ca_ = true;
  } else if (has(uplink.payload, "\"state\":\"recovery\"")) {
    is_recovery_silent_ = false;
    ++premises.of(Promise::recovery_reachable);
  }
}

void Promises::on(const seen::Rest& rest, Premises& premises) {
  require(rest.all_terminal, premises, Promise::attempt_terminates, "an execution never ends");
  require(rest.is_idle && rest.runs_what_is_active, premises, Promise::converges,
          "the cart does not come to rest");
  require(rest.is_outbox_empty, premises, Promise::reports_drain, "a report is never delivered");
  forbid(is_recovery_silent_, Promise::recovery_reachable, "recovery mode is silent");
  if (rest.lacked_a_ca) {
    require(has_asked_for_ca_ && rest.all_terminal, premises, Promise::recoverable_trust,
            "a CA that is missing is not asked for");
  }
  for (const RollbackSeen& row : rollbacks_) {
    if (row.occurrence != 0) {
      require(row.is_reported, premises, Promise::rollback_reported_once,
              "a rollback is never reported", row.occurrence);
    }
  }
}

}  // namespace cartstorm::sim::explore

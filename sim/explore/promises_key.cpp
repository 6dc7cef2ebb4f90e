#include <algorithm>

#include "sim/explore/promises.hpp"

// Every field is zero while it means nothing, and every table is in an order of its own: nothing
// has to be put in order here. A count before the used rows of a table says where it ends.
namespace cartstorm::sim::explore {
namespace {

/// Fields of a few bits, one after the other, in one number.
class Bits {
 public:
  template <typename Field>
  Bits& add(Field field, int bits) {
    value_ = value_ << bits | static_cast<std::uint64_t>(field);
    return *this;
  }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0;
};

std::uint64_t pair(std::uint32_t high, std::uint32_t low) {
  return std::uint64_t{high} << 32 | low;
}

}  // namespace

void Promises::encode(KeyWriter& out, std::uint64_t newest_sequence) const {
  encode_flash(out, newest_sequence);
  encode_boot(out);
  encode_jobs(out);
  encode_rollbacks(out, newest_sequence);
}

void Promises::encode_exactly(KeyWriter& out) const {
  encode(out, 0);  // A distance from zero is the number itself.
  out.number(record_.sequence);
  out.number(record_.attempt);
  out.number(record_.occurrence);
  out.number(static_cast<std::uint64_t>(violation_.promise));
  out.number(reinterpret_cast<std::uintptr_t>(violation_.what));  // texts of the program
  out.number(violation_.value);
}

void Promises::encode_flash(KeyWriter& out, std::uint64_t newest_sequence) const {
  const RecordSeen& r = record_;
  out.number(Bits{}
                 .add(r.active, 1)
                 .add(r.trial, 2)
                 .add(r.attempts_left, 8)
                 .add(r.bootable_mask, 2)
                 .add(r.below_floor_mask, 2)
                 .add(r.is_on_probation, 1)
                 .add(r.is_rollback_pending, 1)
                 .add(r.is_known, 1)
                 .add(is_torn_[0], 1)
                 .add(is_torn_[1], 1)
                 .add(is_unclean_, 1)
                 .add(has_flipped_, 1)
                 .add(is_damaged_, 1)
                 .add(is_part_faulty_, 1)
                 .add(has_no_copy_, 1)
                 .add(attempt_.jumps, 8)
                 .add(attempt_.is_known, 1)
                 .value());
  out.number(pair(r.security_floor, r.active_version.value));
  out.number(r.is_rollback_pending ? newest_sequence - r.occurrence : 0);
  if (is_part_faulty_) {
    out.number(newest_sequence - r.sequence);  // A winner that is lost is looked for there only.
  }
  out.number(attempt_.is_known ? r.attempt - attempt_.number : 0);
  out.number(attempt_.confirmed);
  out.number(must_run_next_);
  for (const SlotSeen& slot : slots_) {
    out.number(slot.digest);
    out.number(pair(slot.version.value, slot.security_version));
    out.number(slot.verified);
    out.number(Bits{}
                   .add(slot.is_known, 1)
                   .add(slot.is_as_signed, 1)
                   .add(slot.was_verified, 1)
                   .add(slot.anchors_changed, 1)
                   .value());
  }
  read_.encode(out);
}

void Promises::encode_boot(KeyWriter& out) const {
  out.number(Bits{}
                 .add(has_decided_, 1)
                 .add(must_be_quiet_, 1)
                 .add(has_changed_record_, 1)
                 .add(has_passed_self_test_, 1)
                 .add(has_asked_to_confirm_, 1)
                 .add(is_described_, 1)
                 .add(is_job_present_, 1)
                 .add(is_asked_anew_, 1)
                 .add(is_opted_out_, 1)
                 .add(runs_trial_, 2)
                 .add(read_back_, 2)
                 .add(is_arming_, 1)
                 .add(is_recovery_silent_, 1)
                 .add(has_asked_for_ca_, 1)
                 .value());
  out.number(pair(running_.value, described_execution_));
  out.number(described_job_);
  out.number(armed_job_);
}

void Promises::encode_jobs(KeyWriter& out) const {
  out.number(static_cast<std::uint64_t>(
      std::ranges::count_if(versions_, [](const VersionSeen& v) { return v.version.value != 0; })));
  for (const VersionSeen& row : versions_) {
    if (row.version.value != 0) {
      out.number(pair(row.version.value, row.wait_ms));
      out.number(Bits{}.add(row.rollbacks, 8).add(row.was_tried, 1).value());
    }
  }
  out.number(static_cast<std::uint64_t>(
      std::ranges::count_if(jobs_, [](const JobSeen& job) { return job.job != 0; })));
  for (const JobSeen& row : jobs_) {
    if (row.job != 0) {
      out.number(row.job);
      out.number(pair(row.execution, row.adopt));
      out.number(pair(row.issued_s, row.expires_s));
      out.number(Bits{}
                     .add(row.armed.value, 32)
                     .add(row.deliveries, 2)
                     .add(row.time, 3)
                     .add(row.is_in_conflict, 1)
                     .add(row.is_done, 1)
                     .value());
    }
  }
}

void Promises::encode_rollbacks(KeyWriter& out, std::uint64_t newest_sequence) const {
  out.number(static_cast<std::uint64_t>(std::ranges::count_if(
      rollbacks_, [](const RollbackSeen& rollback) { return rollback.occurrence != 0; })));
  for (const RollbackSeen& row : rollbacks_) {
    if (row.occurrence != 0) {
      out.number(newest_sequence - row.occurrence);
      out.number(Bits{}.add(row.is_acked, 1).add(row.is_reported, 1).value());
    }
  }
}

}  // namespace cartstorm::sim::explore

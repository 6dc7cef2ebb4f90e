#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "broker-mock/base/deadline_queue.hpp"
#include "broker-mock/base/outbox.hpp"
#include "broker-mock/base/things.hpp"
#include "broker-mock/jobs/job.hpp"
#include "broker-mock/jobs/replies.hpp"
#include "broker-mock/jobs/request.hpp"

namespace cartstorm::broker::jobs {

/// What topics of a thing begin with; its name follows.
inline constexpr std::string_view thing_topic_prefix = "$aws/things/";

/// What happened to an execution, or (accepted false) which update of it was refused.
struct ExecutionChange {
  ThingId thing;
  JobNumber job;
  std::string_view job_id;
  std::uint32_t execution;
  JobStatus status;
  std::uint32_t version_no;
  bool accepted;
  std::string_view reason;
  const Execution& record;
};

enum class JobEvent : std::uint8_t {
  created,
  cancellation_in_progress,
  canceled,
  completed,
  deletion_in_progress,
  deleted,
};

/// Hears of every change at the moment it happens. Must not call back into the engine.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual void on(const ExecutionChange& change) = 0;
  virtual void job_changed(const Job& /*job*/, JobEvent /*event*/, ServerTime /*now*/) {}
  /// An execution was deleted, alone or with its job.
  virtual void execution_deleted(const Execution& /*execution*/, const Job& /*job*/,
                                 ServerTime /*now*/) {}
};

enum class Handled : std::uint8_t { accepted, rejected, malformed, unroutable };

/// Why an operation of the control plane was not done.
enum class Refused : std::uint8_t { no, invalid, not_found, exists, state, version, limit };
struct Refusal {
  Refused why = Refused::no;
  std::string message;
  explicit operator bool() const { return why != Refused::no; }
};

/// What may come with a cancellation.
struct CancelNote {
  std::string reason_code, comment;
};
struct CancelExecution {
  bool force = false;
  std::optional<std::int64_t> expected_version = std::nullopt;
  std::optional<StatusDetails> details = std::nullopt;
};

/// The AWS IoT Jobs engine: one queue of executions per thing, snapshot and continuous jobs,
/// rollout rates, abort criteria, schedules, timers and retries. Behaviour and wire order follow
/// the reference; what it leaves open is in Knobs.
class Engine {
 public:
  Engine(const Things& things, Outbox& outbox, UrlMinter& minter, Listener& listener,
         const Knobs& knobs = {});

  /// Who is in which thing group; without it jobs have no groups. Must outlive the engine.
  void set_groups(const Groups& groups) { groups_ = &groups; }
  void set_quotas(const Quotas& quotas) { quotas_ = quotas; }
  const Quotas& quotas() const { return quotas_; }
  const Knobs& knobs() const { return knobs_; }

  // Operations of the control plane say why they refused; refused, they change nothing.
  /// Queues one execution per target and notifies, unless settings say when. `number` is set on
  /// success.
  Refusal create(const JobSpec& spec, ServerTime now, JobNumber& number);
  Refusal update(std::string_view job_id, const JobUpdate& update, ServerTime now);
  /// Adds targets to a continuous job. `arns` are their names, as DescribeJob shows them.
  struct MoreTargets {
    std::vector<ThingId> things;
    std::vector<GroupNumber> groups;
    std::vector<std::string> arns;
    std::string comment;
  };
  Refusal associate(std::string_view job_id, const MoreTargets& more, ServerTime now);
  /// QUEUED executions become CANCELED, with `force` those IN_PROGRESS too.
  Refusal cancel(std::string_view job_id, bool force, ServerTime now, const CancelNote& note = {});
  Refusal cancel_execution(std::string_view job_id, ThingId thing, const CancelExecution& how,
                           ServerTime now);
  /// The executions vanish; devices get ResourceNotFound. Needs `force` while the job runs.
  Refusal remove(std::string_view job_id, bool force, ServerTime now);
  Refusal remove_execution(std::string_view job_id, ThingId thing, std::uint32_t execution,
                           bool force, ServerTime now);

  // What the registry did; it has already happened there.
  /// `groups` are one group and its ancestors: all that the thing is in now and was not before.
  void joined(std::span<const GroupNumber> groups, ThingId thing, ServerTime now);
  void left(std::span<const GroupNumber> groups, ThingId thing, ServerTime now);
  void unregistered(ThingId thing, ServerTime now);

  /// One publish of a device to `$aws/things/{thing}/jobs/` + `suffix`. The reply goes to the
  /// publisher, subscribed or not.
  Handled handle(ThingId thing, std::string_view suffix, std::string_view payload, ServerTime now);
  /// The same call by whatever way it came. `job_id` may be `$next` where the API allows it.
  Handled call(ThingId thing, Api api, std::string_view job_id, const Request& request,
               Caller& caller, ServerTime now);

  /// Which of the two notifications a thing is subscribed to: notify-next only, unless told.
  void subscribe(ThingId thing, bool notify, bool notify_next);

  ServerTime deadline() const { return std::min(timers_.next(), job_timers_.next()); }
  /// Does what is due: time-outs, rollout minutes, starts and ends of schedules.
  void advance(ServerTime now);

  /// Null for an unknown or deleted job.
  const Job* job(std::string_view job_id) const;
  /// The latest execution of a job for a thing; null if there is none.
  const Execution* execution(std::string_view job_id, ThingId thing) const;
  /// All jobs in order of creation, deleted ones included.
  const std::vector<Job>& jobs() const { return jobs_; }
  const Job& job_of(const Execution& execution) const {
    return jobs_[static_cast<std::uint32_t>(execution.job)];
  }
  const Execution& execution(std::uint32_t id) const { return executions_[id]; }
  /// Ids of what a thing has, oldest first.
  std::span<const std::uint32_t> executions_of(ThingId thing) const;
  ExecutionView view(const Execution& execution) const;
  /// The document as delivered now.
  void append_document(std::string& out, const Execution& execution, ServerTime now);

 private:
  using Ids = std::vector<std::uint32_t>;
  struct PerThing {
    Ids executions;
    bool wants_notify = false, wants_notify_next = true;
  };
  /// A request under way: who asked what.
  struct Call {
    ThingId thing;
    const Request& request;
    Caller& caller;
    ServerTime now;
  };
  /// Calls of one second.
  struct Tally {
    std::int64_t second = INT64_MIN;
    std::uint32_t calls = 0;
  };
  class MqttCaller;

  Job& owner(const Execution& execution) {
    return jobs_[static_cast<std::uint32_t>(execution.job)];
  }
  Job& at(JobNumber job) { return jobs_[static_cast<std::uint32_t>(job)]; }
  PerThing& per_thing(ThingId thing);
  Job* find_job(std::string_view job_id);
  std::uint32_t find_execution(JobNumber job, ThingId thing) const;
  Ids pending_of(ThingId thing) const;
  std::uint32_t queue_execution(JobNumber job, ThingId thing, std::uint32_t number, ServerTime now);
  void offer(JobNumber job, ThingId thing, std::uint32_t number, ServerTime now);

  bool is_throttled(Api api, ServerTime now);
  Handled throttle(const Call& call, Api api, std::string_view job_id);
  Handled get_pending(const Call& call);
  Handled start_next(const Call& call);
  Handled describe(const Call& call, std::string_view job_id);
  Handled update_execution(const Call& call, std::string_view job_id);
  Handled refuse_update(const Call& call, std::uint32_t id, const Rejection& rejection);
  Handled check_update(const Call& call, std::uint32_t id);
  std::uint32_t resolve(const Call& call, std::string_view job_id) const;
  static Handled accept(const Call& call, const Answer& answer);
  static Handled reject(const Call& call, const Rejection& rejection);
  void append_with_document(std::string& out, const Execution& execution, bool with_document,
                            ServerTime now);

  void transit(std::uint32_t id, JobStatus status, ServerTime now);
  void cancel_one(std::uint32_t id, bool force, ServerTime now);
  void retry_if_allowed(std::uint32_t id, ServerTime now);
  /// What follows from the end of an execution that a device or a timer caused.
  void follow_up(std::uint32_t id, const Ids& before, ServerTime now);
  void set_timers(std::uint32_t id, const Member<std::int64_t>& step_timeout_min, ServerTime now);
  void close_if_done(Job& job, ServerTime now);
  void report(const Execution& execution);
  void vanish(std::uint32_t id, ServerTime now);
  void announce(ThingId thing, const Ids& before, ServerTime now);
  void publish_notify(ThingId thing, const Ids& pending, ServerTime now);
  void publish_notify_next(ThingId thing, const Ids& pending, ServerTime now);
  void append_summaries(std::string& out, std::span<const std::uint32_t> pending, JobStatus status);

  // Jobs with settings (engine_campaign.cpp, engine_groups.cpp).
  std::vector<ThingId> targets_of(const JobSpec& spec) const;
  void begin(JobNumber job, ServerTime now);
  void release(JobNumber job, ServerTime now);
  void reach_end(JobNumber job, ServerTime now);
  void cancel_open(Job& job, bool force, ServerTime now);
  void stop_rollout(Job& job);
  bool should_abort(const Job& job) const;
  void set_job_timer(JobNumber job);
  void job_due(JobNumber job, ServerTime due);
  void finish_deletion(JobNumber job, ServerTime now);
  bool is_target(const Job& job, ThingId thing, std::span<const GroupNumber> except) const;

  const Things& things_;
  Outbox& outbox_;
  UrlMinter& minter_;
  Listener& listener_;
  Knobs knobs_;
  Quotas quotas_;
  std::array<Tally, 4> tallies_;
  const Groups* groups_ = nullptr;
  std::vector<Job> jobs_;
  std::map<std::string, JobNumber, std::less<>> by_id_;
  std::vector<Execution> executions_;
  std::vector<PerThing> per_thing_;
  DeadlineQueue timers_;      ///< of executions
  DeadlineQueue job_timers_;  ///< of jobs
};

inline constexpr std::uint32_t no_execution = 0xffffffffU;

}  // namespace cartstorm::broker::jobs

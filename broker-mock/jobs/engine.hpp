#pragma once
#include <cstdint>
#include <map>
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
};

/// Hears of every change at the moment it happens. Must not call back into the engine.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual void on(const ExecutionChange& change) = 0;
};

enum class Handled : std::uint8_t { accepted, rejected, malformed, unroutable };

/// The AWS IoT Jobs engine: one queue of executions per thing, snapshot jobs, timers and retries.
/// Behaviour and wire order follow the reference; what it leaves open is in Knobs.
class Engine {
 public:
  Engine(const Things& things, Outbox& outbox, UrlMinter& minter, Listener& listener,
         const Knobs& knobs = {});

  // Operations of the control plane return an empty text, or why they refused.
  /// Queues one execution per target and notifies. `number` is set on success.
  std::string create(const JobSpec& spec, ServerTime now, JobNumber& number);
  /// QUEUED executions become CANCELED, with `force` those IN_PROGRESS too.
  std::string cancel(std::string_view job_id, bool force, ServerTime now);
  std::string cancel_execution(std::string_view job_id, ThingId thing, bool force, ServerTime now);
  /// The executions vanish; devices get ResourceNotFound. Needs `force` while the job runs.
  std::string remove(std::string_view job_id, bool force, ServerTime now);
  std::string remove_execution(std::string_view job_id, ThingId thing, std::uint32_t execution,
                               bool force, ServerTime now);

  /// One publish of a device to `$aws/things/{thing}/jobs/` + `suffix`. The reply goes to the
  /// publisher, subscribed or not.
  Handled handle(ThingId thing, std::string_view suffix, std::string_view payload, ServerTime now);

  /// Which of the two notifications a thing is subscribed to: notify-next only, unless told.
  void subscribe(ThingId thing, bool notify, bool notify_next);

  ServerTime deadline() const { return timers_.next(); }
  /// Ends executions whose in-progress or step timer has run out.
  void advance(ServerTime now);

  /// Null for an unknown or deleted job.
  const Job* job(std::string_view job_id) const;
  /// The latest execution of a job for a thing; null if there is none.
  const Execution* execution(std::string_view job_id, ThingId thing) const;

 private:
  using Ids = std::vector<std::uint32_t>;
  struct PerThing {
    Ids executions;
    bool wants_notify = false, wants_notify_next = true;
  };
  /// A request under way: who asked what.
  struct Call {
    ThingId thing;
    std::string_view suffix;
    const Request& request;
    ServerTime now;
  };

  Job& job_of(const Execution& execution);
  PerThing& per_thing(ThingId thing);
  ExecutionView view(const Execution& execution);
  std::uint32_t find_execution(JobNumber job, ThingId thing) const;
  Ids pending_of(ThingId thing) const;
  std::uint32_t queue_execution(JobNumber job, ThingId thing, std::uint32_t number, ServerTime now);

  Handled get_pending(const Call& call);
  Handled start_next(const Call& call);
  Handled describe(const Call& call, std::string_view job_id);
  Handled update(const Call& call, std::string_view job_id);
  Handled reply_update(const Call& call, std::uint32_t id);
  Handled refuse_update(const Call& call, std::uint32_t id, const Rejection& rejection);
  Handled check_update(const Call& call, std::uint32_t id);
  std::uint32_t resolve(const Call& call, std::string_view job_id) const;
  void accept(const Call& call, std::string& payload);
  Handled reject(const Call& call, const Rejection& rejection);
  void append_with_document(std::string& out, const Execution& execution, bool with_document,
                            ServerTime now);

  void transit(std::uint32_t id, JobStatus status, ServerTime now);
  void retry_if_allowed(std::uint32_t id, ServerTime now);
  void set_timers(std::uint32_t id, const Member<std::int64_t>& step_timeout_min, ServerTime now);
  void close_if_done(Job& job);
  void report(const Execution& execution);
  void vanish(std::uint32_t id);
  void announce(ThingId thing, const Ids& before, ServerTime now);
  void publish_notify(ThingId thing, const Ids& pending, ServerTime now);
  void publish_notify_next(ThingId thing, const Ids& pending, ServerTime now);
  void append_summaries(std::string& out, const Ids& pending, JobStatus status);

  const Things& things_;
  Outbox& outbox_;
  UrlMinter& minter_;
  Listener& listener_;
  Knobs knobs_;
  std::vector<Job> jobs_;
  std::map<std::string, JobNumber, std::less<>> by_id_;
  std::vector<Execution> executions_;
  std::vector<PerThing> per_thing_;
  DeadlineQueue timers_;
};

inline constexpr std::uint32_t no_execution = 0xffffffffU;

}  // namespace cartstorm::broker::jobs

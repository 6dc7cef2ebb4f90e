#pragma once
#include <cstdint>
#include <string_view>

namespace cartstorm::broker {

/// Dense number of a registered thing, given by Cloud::register_thing in order 0, 1, 2, ...
enum class ThingId : std::uint32_t {};

/// Server time, milliseconds since 1970 UTC. Always an argument, never read from a clock.
struct ServerTime {
  std::int64_t unix_ms = 0;
  auto operator<=>(const ServerTime&) const = default;
};
inline constexpr ServerTime never{INT64_MAX};
constexpr ServerTime operator+(ServerTime t, std::int64_t delta_ms) {
  return {t.unix_ms + delta_ms};
}

/// major << 16 | minor << 8 | patch.
struct Version {
  std::uint32_t value = 0;
  auto operator<=>(const Version&) const = default;
};

enum class JobStatus : std::uint8_t {
  queued,
  in_progress,
  succeeded,
  failed,
  rejected,
  timed_out,
  canceled,
  removed,
};

/// Facts that only the cloud knows, named like the rows of the trace (invariants.md section 1).
namespace fact {

/// An execution changed, or (accepted false) an update of it was refused.
struct ExecutionChanged {
  ThingId thing;
  std::string_view job;
  std::uint32_t execution;
  JobStatus status;
  std::uint32_t version_no;
  bool accepted;
  std::string_view reason;  ///< statusDetails.reason of FAILED and REJECTED, else empty
};
enum class Metric : std::uint8_t { rollback, error, heartbeat };
struct MetricReceived {
  ThingId thing;
  Metric metric;
  Version version;  ///< target of a rollback, else the running version
  std::uint64_t key;
  bool counted;  ///< false for a repetition
};
/// One version's exposure and counted error episodes of one finished minute.
struct ExposureMinute {
  Version version;
  std::int64_t unix_minute;
  std::uint64_t device_ms;
  std::uint32_t errors;
};
enum class StageEvent : std::uint8_t {
  requested,  ///< an operator asked for the rollout
  refused,    ///< a gate said no; `reason` names the missing piece and how many carts
  start,
  complete,
  hold,
  release,
  abort,
  pause,
  end,  ///< the last stage is complete
  resume,
};
struct StageChanged {
  std::string_view rollout;
  std::uint32_t stage;
  std::string_view stage_name;
  StageEvent event;
  std::string_view actor;  ///< "system" or a person
  std::string_view reason;
  std::uint32_t hold_id;
  std::uint32_t carts;  ///< fixed denominator of the stage
};
enum class TargetEvent : std::uint8_t { eligible, queued, excluded };
struct TargetChanged {
  std::string_view rollout;
  std::uint32_t stage;
  ThingId thing;
  TargetEvent event;
  std::string_view reason;
};
enum class Verdict : std::uint8_t { go, hold, undecided };
struct HaltEvaluated {
  std::string_view rollout;
  std::uint32_t stage;
  std::string_view rule;
  std::uint64_t x, y, e_new, e_old;
  Verdict verdict;
};
struct OperatorActed {
  std::string_view actor, action;
  std::uint32_t hold_id;
  std::string_view reason;
};
enum class AnchorEvent : std::uint8_t {
  sent,
  acknowledged,
  removed,  ///< the thing's own word no longer names it
};
struct AnchorChanged {
  ThingId thing;
  std::uint64_t anchor;
  AnchorEvent event;
};

}  // namespace fact

/// Receives the cloud-side facts of the trace.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void on(const fact::ExecutionChanged&) = 0;
  virtual void on(const fact::MetricReceived&) = 0;
  virtual void on(const fact::ExposureMinute&) = 0;
  virtual void on(const fact::StageChanged&) = 0;
  virtual void on(const fact::TargetChanged&) = 0;
  virtual void on(const fact::HaltEvaluated&) = 0;
  virtual void on(const fact::OperatorActed&) = 0;
  virtual void on(const fact::AnchorChanged&) = 0;
};

}  // namespace cartstorm::broker

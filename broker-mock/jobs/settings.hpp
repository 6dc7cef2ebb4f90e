#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker-mock/cloud/facts.hpp"

namespace cartstorm::broker::jobs {

/// Dense number of a thing group, given by the registry.
enum class GroupNumber : std::uint32_t {};

/// Who is in a group, child groups included. Implemented above this folder.
class Groups {
 public:
  virtual ~Groups() = default;
  virtual bool contains(GroupNumber group, ThingId thing) const = 0;
  /// Appends the members, in order of their ids.
  virtual void append_members(std::vector<ThingId>& out, GroupNumber group) const = 0;
};

enum class TargetSelection : std::uint8_t { snapshot, continuous };

/// How many executions are created a minute: a constant, or a base that grows by a factor at each
/// multiple of what was notified or succeeded (reference section 2.2).
struct RolloutRate {
  struct Exponential {
    std::uint32_t base_per_minute = 1;  ///< 1..1000
    std::uint32_t factor_tenths = 11;   ///< 11..50
    std::uint32_t notified_things = 0;  ///< 0: does not count
    std::uint32_t succeeded_things = 0;
  };
  std::uint32_t maximum_per_minute = 1000;  ///< 1..1000
  std::optional<Exponential> exponential = std::nullopt;
};

enum class AbortFailure : std::uint8_t { failed, rejected, timed_out, all };
/// Cancels the job, without force, once so many executions have ended and so large a part of them
/// in this way.
struct AbortCriterion {
  AbortFailure failure = AbortFailure::all;
  std::uint32_t threshold_hundredths = 10'000;  ///< of a percent, 0..10000
  std::uint32_t min_executed = 1;
};

/// Which terminal states a retry budget covers.
enum class FailureType : std::uint8_t { failed, timed_out, all };
struct RetryCriterion {
  FailureType failure_type = FailureType::all;
  std::uint32_t retries = 0;
};

enum class EndBehavior : std::uint8_t { stop_rollout, cancel, force_cancel };
struct Schedule {
  ServerTime start = never;  ///< never: at once
  ServerTime end = never;    ///< never: open
  EndBehavior behavior = EndBehavior::stop_rollout;
  std::string start_text, end_text;  ///< as given
  bool has_behavior = false;
};

/// What a job may have beyond a document and targets. Most jobs of a simulation have none of it.
struct JobSettings {
  TargetSelection selection = TargetSelection::snapshot;
  std::vector<GroupNumber> groups;       ///< members are targets as well
  std::vector<std::string> target_arns;  ///< as given
  std::optional<RolloutRate> rate;
  std::vector<AbortCriterion> aborts;
  std::optional<Schedule> schedule;
  std::string description, role_arn, document_source;
  bool has_url_expiry = false;  ///< presignedUrlConfig.expiresInSec was given
};

/// What UpdateJob changes; empty members stay.
struct JobUpdate {
  std::optional<std::string> description, role_arn;
  std::optional<std::uint32_t> url_expires_s;
  std::optional<RolloutRate> rate;
  std::optional<std::vector<AbortCriterion>> aborts;
  std::optional<std::uint32_t> in_progress_timeout_min;
  std::optional<std::vector<RetryCriterion>> retries;
};

/// The rate that is reached: exact steps of a millionth, so that no rounding of a factor shows.
class PaceMaker {
 public:
  /// Executions that may be created in the minute that begins now, after so many were.
  std::uint32_t next(const RolloutRate& rate, std::uint64_t notified, std::uint64_t succeeded);

 private:
  std::uint64_t steps_ = 0;
  std::uint64_t millionths_ = 0;
};

/// Whether a criterion is met by the numbers of executions that have ended.
struct Ended {
  std::uint64_t all = 0, failed = 0, rejected = 0, timed_out = 0;
};
bool is_met(const AbortCriterion& criterion, const Ended& ended);

}  // namespace cartstorm::broker::jobs

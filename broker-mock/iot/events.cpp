#include "broker-mock/iot/events.hpp"

#include <fmt/format.h>

#include "broker-mock/base/draw.hpp"
#include "broker-mock/base/json_append.hpp"

namespace cartstorm::broker::iot {
namespace {

constexpr std::uint64_t event_purpose = hash_of("event id");
constexpr std::uint64_t membership_purpose = hash_of("membership id");

struct JobWords {
  std::string_view operation, status;
};

constexpr JobWords words_of(jobs::JobEvent event) {
  switch (event) {
    case jobs::JobEvent::created:
      return {};
    case jobs::JobEvent::cancellation_in_progress:
      return {"cancellation_in_progress", "CANCELLATION_IN_PROGRESS"};
    case jobs::JobEvent::canceled:
      return {"canceled", "CANCELED"};
    case jobs::JobEvent::completed:
      return {"completed", "COMPLETED"};
    case jobs::JobEvent::deletion_in_progress:
      return {"deletion_in_progress", "DELETION_IN_PROGRESS"};
    case jobs::JobEvent::deleted:
      return {"deleted", "DELETED"};
  }
  return {};
}

struct RegistryWords {
  std::string_view topic, operation;
};

constexpr RegistryWords words_of(RegistryEvent event) {
  switch (event) {
    case RegistryEvent::created:
      return {"created", "CREATED"};
    case RegistryEvent::updated:
      return {"updated", "UPDATED"};
    case RegistryEvent::deleted:
      return {"deleted", "DELETED"};
    case RegistryEvent::added:
      return {"added", "ADDED"};
    case RegistryEvent::removed:
      return {"removed", "REMOVED"};
  }
  return {};
}

std::string lowered(std::string_view text) {
  std::string out{text};
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

void append_text_or_null(std::string& out, std::string_view key, std::string_view text) {
  append_key(out, key);
  if (text.empty()) {
    out.append("null");
  } else {
    append_json_string(out, text);
  }
}

}  // namespace

void append_attributes(std::string& out, std::string_view key, const Attributes& attributes) {
  append_key(out, key);
  out.push_back('{');
  for (const auto& [name, value] : attributes) append_member(out, name, std::string_view{value});
  out.push_back('}');
}

void append_process_counts(std::string& out, const jobs::Job& job) {
  const auto append = [&](std::string_view key, JobStatus status) {
    const std::size_t at = jobs::index(status);
    append_member(out, key, std::int64_t{job.counts[at]} - job.superseded[at]);
  };
  append("numberOfCanceledThings", JobStatus::canceled);
  append("numberOfSucceededThings", JobStatus::succeeded);
  append("numberOfFailedThings", JobStatus::failed);
  append("numberOfRejectedThings", JobStatus::rejected);
  append("numberOfQueuedThings", JobStatus::queued);
  append("numberOfInProgressThings", JobStatus::in_progress);
  append("numberOfRemovedThings", JobStatus::removed);
  append("numberOfTimedOutThings", JobStatus::timed_out);
}

std::string Events::next_id() { return uuid(seed_, event_purpose, told_++); }

std::string Events::open(std::string_view type, std::int64_t timestamp,
                         std::string_view operation) {
  std::string out = "{";
  append_member(out, "eventType", type);
  append_member(out, "eventId", std::string_view{next_id()});
  append_member(out, "timestamp", timestamp);
  append_member(out, "operation", operation);
  return out;
}

/// Seconds and milliseconds are mixed in one payload; that is how the service has it.
void Events::job(const jobs::Job& job, jobs::JobEvent event,
                 const std::vector<std::string>& targets, ServerTime now) {
  const JobWords words = words_of(event);
  if (!is_on() || words.operation.empty()) return;
  std::string out = open("JOB", jobs::seconds_of(now), words.operation);
  append_member(out, "jobId", std::string_view{job.spec.id});
  append_member(out, "status", words.status);
  const jobs::JobSettings* const settings = job.spec.settings.get();
  const bool is_continuous =
      settings != nullptr && settings->selection == jobs::TargetSelection::continuous;
  append_member(out, "targetSelection",
                is_continuous ? std::string_view{"CONTINUOUS"} : std::string_view{"SNAPSHOT"});
  append_key(out, "targets");
  out.push_back('[');
  for (const std::string& target : targets) {
    if (out.back() != '[') out.push_back(',');
    append_json_string(out, target);
  }
  out.push_back(']');
  if (settings != nullptr && !settings->description.empty()) {
    append_member(out, "description", std::string_view{settings->description});
  }
  if (event == jobs::JobEvent::completed) append_member(out, "completedAt", now.unix_ms);
  append_member(out, "createdAt", job.created_at.unix_ms);
  append_member(out, "lastUpdatedAt", job.updated_at.unix_ms);
  if (!job.comment.empty()) append_member(out, "comment", std::string_view{job.comment});
  append_key(out, "jobProcessDetails");
  out.push_back('{');
  append_process_counts(out, job);
  out.append("}}");
  publish(fmt::format("$aws/events/job/{}/{}", job.spec.id, words.operation), out);
}

void Events::execution(const jobs::Execution& execution, std::string_view job_id,
                       std::string_view thing_name) {
  if (!is_on() || jobs::is_pending(execution.status)) return;
  const std::string_view status = jobs::wire_name(execution.status);
  const std::string operation = lowered(status);
  std::string out =
      open("JOB_EXECUTION", jobs::seconds_of(execution.updated_at), std::string_view{operation});
  append_member(out, "jobId", job_id);
  const std::string arn = arn_of(account_, {ResourceKind::thing, thing_name});
  append_member(out, "thingArn", std::string_view{arn});
  append_member(out, "status", status);
  if (!execution.details.json.empty()) {
    append_key(out, "statusDetails");
    out.append(execution.details.json);
  }
  out.push_back('}');
  publish(fmt::format("$aws/events/jobExecution/{}/{}", job_id, operation), out);
}

void Events::execution_deleted(const jobs::Execution& execution, std::string_view job_id,
                               std::string_view thing_name, ServerTime now) {
  if (!is_on()) return;
  std::string out = open("JOB_EXECUTION", jobs::seconds_of(now), "deleted");
  append_member(out, "jobId", job_id);
  const std::string arn = arn_of(account_, {ResourceKind::thing, thing_name});
  append_member(out, "thingArn", std::string_view{arn});
  append_member(out, "status", jobs::wire_name(execution.status));
  out.push_back('}');
  publish(fmt::format("$aws/events/jobExecution/{}/deleted", job_id), out);
}

void Events::thing(const ThingEvent& thing, RegistryEvent event, ServerTime now) {
  if (!is_on()) return;
  const RegistryWords words = words_of(event);
  std::string out = open("THING_EVENT", now.unix_ms, words.operation);
  append_member(out, "accountId", std::string_view{account_.id});
  append_member(out, "thingId", thing.id);
  append_member(out, "thingName", thing.name);
  append_member(out, "versionNumber", thing.version);
  append_text_or_null(out, "thingTypeName", thing.type);
  append_attributes(out, "attributes", thing.attributes);
  out.push_back('}');
  publish(fmt::format("$aws/events/thing/{}/{}", thing.name, words.topic), out);
}

void Events::thing_group(const GroupEvent& group, RegistryEvent event, ServerTime now) {
  if (!is_on()) return;
  const RegistryWords words = words_of(event);
  std::string out = open("THING_GROUP_EVENT", now.unix_ms, words.operation);
  append_member(out, "accountId", std::string_view{account_.id});
  append_member(out, "thingGroupId", group.id);
  append_member(out, "thingGroupName", group.name);
  append_member(out, "versionNumber", group.version);
  append_text_or_null(out, "parentGroupName", group.parent_name);
  append_text_or_null(out, "parentGroupId", group.parent_id);
  append_text_or_null(out, "description", group.description);
  append_key(out, "rootToParentThingGroups");
  if (group.root_to_parent.empty()) {
    out.append("null");
  } else {
    out.push_back('[');
    for (const std::string& name : group.root_to_parent) {
      if (out.back() != '[') out.push_back(',');
      const std::string arn = arn_of(account_, {ResourceKind::thing_group, name});
      out.push_back('{');
      append_member(out, "groupName", std::string_view{name});
      append_member(out, "groupArn", std::string_view{arn});
      out.push_back('}');
    }
    out.push_back(']');
  }
  append_attributes(out, "attributes", group.attributes);
  out.push_back('}');
  publish(fmt::format("$aws/events/thingGroup/{}/{}", group.name, words.topic), out);
}

void Events::membership(const MembershipEvent& member, RegistryEvent event, ServerTime now) {
  if (!is_on()) return;
  const RegistryWords words = words_of(event);
  const std::string group_arn = arn_of(account_, {ResourceKind::thing_group, member.group});
  const std::string thing_arn = arn_of(account_, {ResourceKind::thing, member.thing});
  const std::string id = uuid(seed_, membership_purpose, hash_of(group_arn + thing_arn));
  std::string out = open("THING_GROUP_MEMBERSHIP_EVENT", now.unix_ms, words.operation);
  append_member(out, "accountId", std::string_view{account_.id});
  append_member(out, "groupArn", std::string_view{group_arn});
  append_member(out, "groupId", member.group_id);
  append_member(out, "thingArn", std::string_view{thing_arn});
  append_member(out, "thingId", member.thing_id);
  append_member(out, "membershipId", std::string_view{id});
  out.push_back('}');
  publish(fmt::format("$aws/events/thingGroupMembership/thingGroup/{}/thing/{}/{}", member.group,
                      member.thing, words.topic),
          out);
}

}  // namespace cartstorm::broker::iot

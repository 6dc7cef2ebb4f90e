#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "broker-mock/iot/event_sink.hpp"
#include "broker-mock/iot/names.hpp"
#include "broker-mock/iot/reader.hpp"
#include "broker-mock/jobs/engine.hpp"

namespace cartstorm::broker::iot {

enum class RegistryEvent : std::uint8_t { created, updated, deleted, added, removed };
struct ThingEvent {
  std::string_view name, id, type;
  std::int64_t version;
  const Attributes& attributes;
};
struct GroupEvent {
  std::string_view name, id, description, parent_name, parent_id;
  std::int64_t version;
  const Attributes& attributes;
  std::vector<std::string> root_to_parent;
};
struct MembershipEvent {
  std::string_view group, group_id, thing, thing_id;
};

/// Writes the messages of reference section 4.6 and of the registry. Without a sink nothing is
/// written, and nothing of it costs anything.
class Events {
 public:
  Events(const Account& account, std::uint64_t seed) : account_{account}, seed_{seed} {}

  void set_sink(EventSink* sink) { sink_ = sink; }
  bool is_on() const { return sink_ != nullptr; }
  const Account& account() const { return account_; }

  /// Topics `$aws/events/job/{jobId}/{operation}`; a job's creation has none. `targets` are ARNs.
  void job(const jobs::Job& job, jobs::JobEvent event, const std::vector<std::string>& targets,
           ServerTime now);
  /// Terminal states only: `$aws/events/jobExecution/{jobId}/{status}`.
  void execution(const jobs::Execution& execution, std::string_view job_id,
                 std::string_view thing_name);
  void execution_deleted(const jobs::Execution& execution, std::string_view job_id,
                         std::string_view thing_name, ServerTime now);
  void thing(const ThingEvent& thing, RegistryEvent event, ServerTime now);
  void thing_group(const GroupEvent& group, RegistryEvent event, ServerTime now);
  void membership(const MembershipEvent& member, RegistryEvent event, ServerTime now);

  /// A UUID that no earlier event has.
  std::string next_id();
  void publish(std::string_view topic, std::string_view payload) {
    if (sink_ != nullptr) sink_->publish(topic, payload);
  }

 private:
  std::string open(std::string_view type, std::int64_t timestamp, std::string_view operation);

  Account account_;
  std::uint64_t seed_;
  std::uint64_t told_ = 0;
  EventSink* sink_ = nullptr;
};

/// `{"a":"b",...}`.
void append_attributes(std::string& out, std::string_view key, const Attributes& attributes);
/// The eight counts of a job, by thing.
void append_process_counts(std::string& out, const jobs::Job& job);

}  // namespace cartstorm::broker::iot

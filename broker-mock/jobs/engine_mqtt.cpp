#include "broker-mock/base/json_append.hpp"
#include "broker-mock/jobs/engine.hpp"

namespace cartstorm::broker::jobs {
/// Renders answers as MQTT has them: the token comes back, the document is an object.
class Engine::MqttCaller final : public Caller {
 public:
  MqttCaller(Engine& engine, ThingId thing, std::string_view suffix, const Request& request,
             ServerTime now)
      : engine_{engine}, thing_{thing}, suffix_{suffix}, request_{request}, now_{now} {}

  void accepted(const Answer& answer) override {
    std::string payload = open_reply(request_, now_);
    append(payload, answer);
    payload.push_back('}');
    publish("/accepted", payload);
  }
  void rejected(const Rejection& rejection) override {
    publish("/rejected", rejected_payload(rejection, request_, now_));
  }

 private:
  void append(std::string& out, const Answer& answer) {
    if (answer.api == Api::get_pending) {
      append_list(out, "inProgressJobs", answer.pending, JobStatus::in_progress);
      append_list(out, "queuedJobs", answer.pending, JobStatus::queued);
    } else if (answer.api == Api::update) {
      if (answer.has_state) {
        append_key(out, "executionState");
        append_state(out, *answer.execution);
      }
      if (answer.has_document) {
        append_key(out, "jobDocument");
        engine_.append_document(out, *answer.execution, now_);
      }
    } else if (answer.execution != nullptr) {
      append_key(out, "execution");
      engine_.append_with_document(out, *answer.execution, answer.has_document, now_);
    }
  }
  void append_list(std::string& out, std::string_view key, std::span<const std::uint32_t> pending,
                   JobStatus status) {
    append_key(out, key);
    out.push_back('[');
    engine_.append_summaries(out, pending, status);
    out.push_back(']');
  }
  void publish(std::string_view verdict, std::string_view payload) {
    std::string suffix = "/jobs/";
    suffix.append(suffix_).append(verdict);
    engine_.outbox_.publish(thing_, thing_topic_prefix, suffix, payload);
  }

  Engine& engine_;
  ThingId thing_;
  std::string_view suffix_;
  const Request& request_;
  ServerTime now_;
};

Handled Engine::handle(ThingId thing, std::string_view suffix, std::string_view payload,
                       ServerTime now) {
  const Route route = parse_topic(suffix);
  if (route.api == Api::not_a_request) return Handled::unroutable;
  Request request;
  const bool is_json = parse_request(payload, knobs_, request);
  if (!is_json) request = {};
  MqttCaller caller{*this, thing, suffix, request, now};
  if (route.api == Api::unknown) {
    caller.rejected({RejectionCode::invalid_topic, "No API maps to this topic"});
    return Handled::unroutable;
  }
  if (!is_json) {
    caller.rejected({RejectionCode::invalid_json, "The payload is not a JSON object"});
    return Handled::malformed;
  }
  return call(thing, route.api, route.job_id, request, caller, now);
}

}  // namespace cartstorm::broker::jobs

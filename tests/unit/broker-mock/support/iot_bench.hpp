#pragma once
#include <gmock/gmock.h>

#include <map>
#include <string>
#include <vector>

#include "broker-mock/iot/job_view.hpp"
#include "broker-mock/iot/presence.hpp"
#include "broker-mock/iot/router.hpp"
#include "tests/unit/broker-mock/support/jobs_bench.hpp"

namespace cartstorm::broker::test {

inline constexpr std::string_view arn_front = "arn:aws:iot:us-east-1:123456789012:";

/// Events as `topic payload`.
class EventLog : public iot::EventSink {
 public:
  void publish(std::string_view topic, std::string_view payload) override {
    lines.push_back(std::string{topic} + " " + std::string{payload});
  }
  /// Only the topics since the last call, without `$aws/events/`.
  std::vector<std::string> topics() {
    std::vector<std::string> names;
    for (const std::string& line : lines) {
      names.push_back(line.substr(12, line.find(' ') - 12));
    }
    lines.clear();
    return names;
  }
  std::vector<std::string> lines;
};

/// Objects of a store that is a map.
class FakeObjects : public iot::ObjectReader {
 public:
  std::optional<std::string> read(const jobs::ObjectPlace& place,
                                  std::size_t max_bytes) const override {
    const auto found = objects.find(place.bucket + "/" + place.key);
    if (found == objects.end()) return std::nullopt;
    return found->second.substr(0, max_bytes);
  }
  std::map<std::string, std::string> objects;
};

/// Both planes over one engine, without a cloud around them. Second 0 is that of `at`.
class IotWorld : public jobs::Listener {
 public:
  explicit IotWorld(const iot::ControlSettings& settings = {}, const jobs::Knobs& knobs = {})
      : engine{things, outbox, minter, *this, knobs},
        control{settings, things, engine, registry, objects} {
    engine.set_groups(registry);
    events.set_sink(&event_log);
  }

  void on(const jobs::ExecutionChange& change) override {
    if (change.accepted) {
      events.execution(change.record, change.job_id, things.name(change.thing));
    }
  }
  void job_changed(const jobs::Job& job, jobs::JobEvent event, ServerTime when) override {
    events.job(job, event, iot::target_arns(job, things, events.account()), when);
  }
  void execution_deleted(const jobs::Execution& execution, const jobs::Job& job,
                         ServerTime when) override {
    events.execution_deleted(execution, job.spec.id, things.name(execution.thing), when);
  }

  /// `200 {...}` or `404 ResourceNotFoundException {...}`.
  std::string call(std::string_view service, std::string method, std::string target,
                   std::string body) {
    engine.advance(now);
    const http::Request request{std::move(method), std::move(target), {}, std::move(body)};
    const http::Response response = iot::route(control, data, request, service, now);
    const std::string* const type = http::find(response.fields, "x-amzn-ErrorType");
    return fmt::format("{} {}{}", response.status, type == nullptr ? "" : *type + " ",
                       response.body);
  }
  std::string ask(std::string method, std::string target, std::string body = "") {
    return call("iot", std::move(method), std::move(target), std::move(body));
  }
  std::string device(std::string method, std::string target, std::string body = "") {
    return call("iot-jobs-data", std::move(method), std::move(target), std::move(body));
  }
  /// What is due until then happens when it is due.
  void go_to(std::int64_t second) {
    while (engine.deadline() <= at(second)) {
      now = std::max(now, engine.deadline());
      engine.advance(now);
    }
    now = at(second);
  }

  ServerTime now = at(0);
  Things things;
  Outbox outbox{things};
  CountingMinter minter;
  FakeObjects objects;
  EventLog event_log;
  jobs::Engine engine;
  iot::Events events{{}, 7};
  iot::Registry registry{things, engine, events, 7};
  iot::Presence presence{events, 7};
  iot::ControlPlane control;
  iot::DataPlane data{things, engine};
};

class IotBench : public ::testing::Test, public IotWorld {
 protected:
  explicit IotBench(const iot::ControlSettings& settings = {}, const jobs::Knobs& knobs = {})
      : IotWorld{settings, knobs} {}

  /// Things `cart-0` to `cart-<count - 1>`, connected.
  void carts(int count) {
    for (int i = 0; i < count; ++i) {
      ask("POST", fmt::format("/things/cart-{}", i), "{}");
      things.set_connected(ThingId{static_cast<std::uint32_t>(i)}, true);
    }
    event_log.lines.clear();
  }
  void join(std::string_view group, std::string_view thing) {
    ASSERT_EQ(ask("PUT", "/thing-groups/addThingToThingGroup",
                  fmt::format(R"({{"thingGroupName":"{}","thingName":"{}"}})", group, thing)),
              "200 {}");
  }
  void group_of(std::string_view name, int count) {
    ask("POST", fmt::format("/thing-groups/{}", name), "{}");
    for (int i = 0; i < count; ++i) join(name, fmt::format("cart-{}", i));
    event_log.lines.clear();
  }
  /// A job on thing groups or things given as `thinggroup/canary`, with more members of the body.
  std::string create(std::string_view id, std::string_view target, std::string_view more = "") {
    return ask("PUT", fmt::format("/jobs/{}", id),
               fmt::format(R"({{"targets":["{}{}"],"document":"{{\"v\":1}}"{}{}}})", arn_front,
                           target, more.empty() ? "" : ",", more));
  }
  std::string state(std::string_view job_id) {
    const jobs::Job* const job = engine.job(job_id);
    return job == nullptr ? "none" : std::string{jobs::wire_name(job->state)};
  }
  /// How many executions of a job there are in a status.
  std::uint32_t count(std::string_view job_id, JobStatus status) {
    const jobs::Job* const job = engine.job(job_id);
    return job == nullptr ? 0 : job->counts[jobs::index(status)];
  }
  std::string update(std::string_view thing, std::string_view job, std::string_view status) {
    return device("POST", fmt::format("/things/{}/jobs/{}", thing, job),
                  fmt::format(R"({{"status":"{}"}})", status));
  }
};

}  // namespace cartstorm::broker::test

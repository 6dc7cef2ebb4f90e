#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <set>
#include <tuple>

#include "tests/unit/broker-mock/support/iot_bench.hpp"

/// Random sequences of control and device calls: what must hold whatever was asked.
namespace cartstorm::broker::test {
namespace {

constexpr std::uint32_t cart_count = 3;

/// One call, by numbers that may be anything.
struct Step {
  std::uint32_t what = 0, job = 0, cart = 0, detail = 0;
};

/// A world that takes steps and remembers every answer.
class Stepper : public IotWorld {
 public:
  Stepper() {
    for (std::uint32_t i = 0; i < cart_count; ++i) {
      ask("POST", fmt::format("/things/cart-{}", i), "{}");
      things.set_connected(ThingId{i}, i % 2 == 0);
      engine.subscribe(ThingId{i}, true, true);
    }
    for (const auto* name : {"a", "b"}) ask("POST", fmt::format("/thing-groups/{}", name), "{}");
    ask("POST", "/thing-groups/c", R"({"parentGroupName":"a"})");
  }

  void on(const jobs::ExecutionChange& change) override {
    IotWorld::on(change);
    if (!change.accepted) return;
    std::uint32_t& version =
        versions_[{index(change.thing), static_cast<std::uint32_t>(change.job), change.execution}];
    // A number comes again if the execution that had it was deleted.
    if (change.status == JobStatus::queued) version = 0;
    RC_ASSERT(change.version_no == version + 1);
    version = change.version_no;
  }

  void take(const Step& step) {
    history.push_back(answer(step));
    for (const Delivery& delivery : outbox.take()) {
      history.push_back(std::string{delivery.topic} + " " + std::string{delivery.payload});
    }
  }

  std::vector<std::string> history;

 private:
  std::string job_of(const Step& step) const { return fmt::format("/jobs/j{}", step.job % 2); }
  std::string cart_of(const Step& step) const {
    return fmt::format("/things/cart-{}", step.cart % cart_count);
  }
  std::string answer(const Step& step) {
    switch (step.what % 16) {
      case 0:
      case 1:
        return ask("PUT", job_of(step), job_body(step));
      case 2:
        return ask("PUT", job_of(step) + (step.detail % 2 == 0 ? "/cancel" : "/cancel?force=true"));
      case 3:
        return ask("DELETE", job_of(step) + (step.detail % 2 == 0 ? "" : "?force=true"));
      case 4:
        return ask("PUT", "/thing-groups/addThingToThingGroup", member_body(step));
      case 5:
        return ask("PUT", "/thing-groups/removeThingFromThingGroup", member_body(step));
      case 6:
        return step.detail % 4 == 0 ? ask("DELETE", cart_of(step))
                                    : ask("POST", cart_of(step), "{}");
      case 7:
        return ask("PUT", cart_of(step) + job_of(step) + "/cancel?force=true");
      case 8:
        return ask("DELETE", fmt::format("{}{}/executionNumber/{}?force=true", cart_of(step),
                                         job_of(step), step.detail % 3 + 1));
      case 9:
        return ask("PATCH", job_of(step),
                   R"({"jobExecutionsRolloutConfig":{"maximumPerMinute":2}})");
      case 10:
        go_to_next(step);
        return ask("GET", job_of(step));
      case 11:
        return device("PUT", cart_of(step) + "/jobs/$next", R"({"stepTimeoutInMinutes":2})");
      default:
        return device("POST", cart_of(step) + job_of(step), update_body(step));
    }
  }
  void go_to_next(const Step& step) {
    go_to((now.unix_ms - at(0).unix_ms) / 1000 + step.detail % 200);
  }
  static std::string member_body(const Step& step) {
    return fmt::format(R"({{"thingGroupName":"{}","thingName":"cart-{}"}})", "abc"[step.detail % 3],
                       step.cart % cart_count);
  }
  static std::string update_body(const Step& step) {
    constexpr std::string_view statuses[] = {"IN_PROGRESS", "SUCCEEDED", "FAILED", "REJECTED"};
    return fmt::format(R"({{"status":"{}","includeJobExecutionState":true}})",
                       statuses[step.detail % 4]);
  }
  static std::string job_body(const Step& step) {
    std::string body = fmt::format(R"({{"document":"{{}}","targets":["{0}thinggroup/{1}",)"
                                   R"("{0}thing/cart-{2}"])",
                                   arn_front, "abc"[step.detail % 3], step.cart % cart_count);
    const std::uint32_t parts = step.detail / 3;
    if ((parts & 1) != 0) body += R"(,"targetSelection":"CONTINUOUS")";
    if ((parts & 2) != 0) body += R"(,"jobExecutionsRolloutConfig":{"maximumPerMinute":1})";
    if ((parts & 4) != 0) body += R"(,"timeoutConfig":{"inProgressTimeoutInMinutes":1})";
    if ((parts & 8) != 0) {
      body += R"(,"abortConfig":{"criteriaList":[{"failureType":"ALL","action":"CANCEL",)"
              R"("thresholdPercentage":60,"minNumberOfExecutedThings":2}]})";
    }
    if ((parts & 16) != 0) {
      body += R"(,"jobExecutionsRetryConfig":{"criteriaList":[)"
              R"({"failureType":"ALL","numberOfRetries":2}]})";
    }
    return body + "}";
  }

  std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>, std::uint32_t> versions_;
};

/// Everything that a job counts, counted again.
void check_job(const Stepper& world, const jobs::Job& job) {
  jobs::StatusCounts counts{}, superseded{};
  std::uint32_t pending = 0;
  std::map<ThingId, std::uint32_t> latest;
  for (const std::uint32_t id : job.executions) {
    const jobs::Execution& execution = world.engine.execution(id);
    ++counts[jobs::index(execution.status)];
    if (execution.is_superseded) ++superseded[jobs::index(execution.status)];
    if (jobs::is_pending(execution.status)) ++pending;
    RC_ASSERT(!latest.contains(execution.thing) || latest[execution.thing] < execution.number);
    latest[execution.thing] = execution.number;
  }
  RC_ASSERT(counts == job.counts);
  RC_ASSERT(superseded == job.superseded);
  RC_ASSERT(pending == job.pending);
  std::uint32_t shown = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) shown += counts[i] - superseded[i];
  RC_ASSERT(shown == latest.size());
  RC_ASSERT(superseded[jobs::index(JobStatus::queued)] == 0U);
  RC_ASSERT(superseded[jobs::index(JobStatus::in_progress)] == 0U);
  if (job.state == jobs::JobState::completed) RC_ASSERT(pending == 0U);
  if (job.state == jobs::JobState::canceled) {
    RC_ASSERT(counts[jobs::index(JobStatus::queued)] == 0U);
  }
}

/// Every execution is in the list of its job and in that of its thing, and nowhere else.
void check_lists(const Stepper& world) {
  std::set<std::uint32_t> by_job, by_thing;
  for (const jobs::Job& job : world.engine.jobs()) {
    for (const std::uint32_t id : job.executions) RC_ASSERT(by_job.insert(id).second);
  }
  for (std::uint32_t i = 0; i < cart_count; ++i) {
    for (const std::uint32_t id : world.engine.executions_of(ThingId{i})) {
      RC_ASSERT(by_thing.insert(id).second);
    }
  }
  RC_ASSERT(by_job == by_thing);
}

/// Long ones: it takes a job, a failure, a retry and a deletion of the right one to meet.
rc::Gen<std::vector<Step>> steps() {
  constexpr int longest = 400;
  const auto any = rc::gen::resize(100, rc::gen::inRange<std::uint32_t>(0, 1'000'000));
  return rc::gen::resize(longest,
                         rc::gen::container<std::vector<Step>>(rc::gen::build<Step>(
                             rc::gen::set(&Step::what, any), rc::gen::set(&Step::job, any),
                             rc::gen::set(&Step::cart, any), rc::gen::set(&Step::detail, any))));
}

RC_GTEST_PROP(IotCalls, KeepTheirAccounts, ()) {
  Stepper world;
  for (const Step& step : *steps()) {
    world.take(step);
    for (const jobs::Job& job : world.engine.jobs()) check_job(world, job);
    check_lists(world);
    RC_ASSERT(world.engine.deadline() >= world.now);
  }
}

RC_GTEST_PROP(IotCalls, ReplayedGiveTheSameAnswersMessagesAndEvents, ()) {
  const auto calls = *steps();
  Stepper first, second;
  for (const Step& step : calls) first.take(step);
  for (const Step& step : calls) second.take(step);
  RC_ASSERT(first.history == second.history);
  RC_ASSERT(first.event_log.lines == second.event_log.lines);
}

RC_GTEST_PROP(IotCalls, NeverListMoreThanTenPendingExecutions, ()) {
  Stepper world;
  const auto jobs = *rc::gen::inRange(0, 25);
  for (int i = 0; i < jobs; ++i) {
    world.ask("PUT", fmt::format("/jobs/many-{}", i),
              fmt::format(R"({{"targets":["{}thing/cart-0"],"document":"{{}}"}})", arn_front));
  }
  const std::string listed = world.device("GET", "/things/cart-0/jobs");
  int found = 0;
  for (std::size_t at = 0; (at = listed.find("\"jobId\"", at)) != std::string::npos; ++at) ++found;
  RC_ASSERT(found == std::min(jobs, 10));
}

RC_GTEST_PROP(IotCalls, AnyBytesGetAnAnswerOfTheModel, (std::string target, std::string body)) {
  Stepper world;
  constexpr const char* methods[] = {"GET", "PUT", "POST", "PATCH", "DELETE"};
  constexpr const char* fronts[] = {"/jobs/", "/things/", "/thing-groups/", "/tags?", "/endpoint?"};
  const std::string method = methods[*rc::gen::inRange(0, 5)];
  const std::string front = fronts[*rc::gen::inRange(0, 5)];
  for (const auto* service : {"iot", "iot-jobs-data"}) {
    const std::string answer = world.call(service, method, front + target, body);
    RC_ASSERT(answer.starts_with("200 {") || answer.starts_with("4"));
    RC_ASSERT(answer.find('{') != std::string::npos);
  }
}

}  // namespace
}  // namespace cartstorm::broker::test

#include <fmt/format.h>

#include <boost/json.hpp>

#include "broker-mock/rollout/job_document.hpp"
#include "sim/explore/cloud_graph.hpp"
#include "sim/virtual_fleet/release.hpp"

// What the cloud is asked for: at the beginning, and once more.
namespace cartstorm::sim::explore {
namespace {

constexpr std::string_view rollout_name = "rollout";
constexpr std::string_view stage_name = "all";

}  // namespace

/// A fresh cloud in which the one job is queued.
void CloudGraph::start() {
  live_view_ = {};
  broker::Observer& facts = *this;
  live_ = std::make_unique<broker::Cloud>(broker::CloudConfig{}, facts);
  live_->register_thing({thing_, 3, "eu", "retail", "standard", "board-c"});
  stock(images_, *live_);
  retries_ == 0 ? create_rollout() : order_job();
  live_->advance(now());
  live_->take_deliveries();
  live_at_ = 0;
}

void CloudGraph::create_rollout() {
  broker::RolloutSpec spec = release_of(images_, std::string{rollout_name});
  spec.plan.stages = {{std::string{stage_name}, 1, 0, 24LL * 3'600'000}};
  if (const auto refusal = live_->create_rollout(spec, now())) {
    throw std::runtime_error{fmt::format("the cloud refused the rollout: {}", refusal->message)};
  }
}

/// A rollout gives its jobs no retries; whoever makes a job by hand may. Those that are left.
void CloudGraph::order_job() {
  const broker::CloudConfig config;
  const std::string job = fmt::format("by-hand-{}", live_view_.executions.size() + 1);
  const std::string document =
      broker::rollout::job_document(release_of(images_, job), config.region);
  const boost::json::array targets{
      fmt::format("arn:aws:iot:{}:{}:thing/{}", config.region, config.account, thing_)};
  const boost::json::object urls{
      {"roleArn", fmt::format("arn:aws:iam::{}:role/firmware", config.account)}};
  const boost::json::array criteria{boost::json::object{
      {"failureType", "FAILED"}, {"numberOfRetries", retries_ - live_view_.executions.size()}}};
  const boost::json::object retry{{"criteriaList", criteria}};
  const boost::json::object body{{"targets", targets},
                                 {"document", document},
                                 {"presignedUrlConfig", urls},
                                 {"jobExecutionsRetryConfig", retry}};
  const auto answer = live_->iot(
      {"PUT", fmt::format("/jobs/{}", job), {}, boost::json::serialize(body)}, "iot", now());
  if (answer.status != 200) {
    throw std::runtime_error{fmt::format("the cloud refused the job: {}", answer.body)};
  }
}

/// Jobs has no state after SUCCEEDED, so no retry comes of a rollback then: a person sees the
/// counted rollback and tries once more.
void CloudGraph::order_again() {
  if (live_view_.has_succeeded() && live_view_.executions.size() <= retries_) {
    order_job();
  }
}

}  // namespace cartstorm::sim::explore

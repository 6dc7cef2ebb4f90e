#include "broker-mock/rollout/effects.hpp"

namespace cartstorm::broker::rollout {

void Effects::put(std::string_view key, std::string_view value) {
  if (lifeline_.passes()) store_.put(key, value);
}

void Effects::erase(std::string_view key) {
  if (lifeline_.passes()) store_.erase(key);
}

void Effects::create(const jobs::JobSpec& job, ServerTime now) {
  if (!lifeline_.passes() || jobs_.job(job.id) != nullptr) return;
  jobs::JobNumber number = jobs::no_job;
  jobs_.create(job, now, number);
}

void Effects::cancel_queued(std::string_view job_id, ServerTime now) {
  if (lifeline_.passes()) jobs_.cancel(job_id, false, now);
}

void Effects::cancel(std::string_view job_id, ThingId thing, bool force, ServerTime now) {
  if (lifeline_.passes()) jobs_.cancel_execution(job_id, thing, {force}, now);
}

void Effects::distribute(std::uint64_t anchor, const std::vector<ThingId>& things) {
  if (lifeline_.passes()) anchors_.distribute(anchor, things);
}

bool Effects::is_news(std::string_view rollout, std::uint64_t number) {
  const auto known = told_.find(rollout);
  if (known == told_.end()) {
    told_.emplace(rollout, number);
    return true;
  }
  if (number <= known->second) return false;
  known->second = number;
  return true;
}

}  // namespace cartstorm::broker::rollout

#include <fmt/format.h>

#include <algorithm>

#include "broker-mock/iot/job_body.hpp"
#include "broker-mock/iot/job_view.hpp"
#include "broker-mock/iot/operations.hpp"

/// Jobs: changed, cancelled, deleted.
namespace cartstorm::broker::iot {
namespace {

std::string answer_of(const Surroundings& around, const std::string& id) {
  return job_answer(*around.engine.job(id), around.settings.account);
}

}  // namespace

http::Response update_job(const Surroundings& around, Call& call) {
  Reader body = call.body();
  jobs::JobUpdate update;
  update.description = body.text("description", 0, 2028);
  UrlConfig url = read_url_config(body);
  update.role_arn = std::move(url.role_arn);
  update.url_expires_s = url.expires_s;
  update.rate = read_rate(body);
  update.aborts = read_aborts(body);
  update.in_progress_timeout_min = read_timeout(body);
  update.retries = read_retries(body);
  if (update.retries && std::any_of(update.retries->begin(), update.retries->end(),
                                    [](const auto& criterion) { return criterion.retries != 0; })) {
    body.fail("jobExecutionsRetryConfig", "can only be changed to 0 retries");
  }
  if (!call.error().empty()) return bad_request(call.error());
  if (const auto refused = around.engine.update(call.name(0), update, call.now())) {
    return refuse(refused);
  }
  return done();
}

http::Response cancel_job(const Surroundings& around, Call& call) {
  const bool force = call.query_flag("force");
  Reader body = call.body();
  jobs::CancelNote note;
  if (auto code = body.raw("reasonCode", 512)) {
    if (!is_reason_code(*code)) body.fail("reasonCode", "is not [A-Z0-9_]{1,128}");
    note.reason_code = std::move(*code);
  }
  note.comment = body.text("comment", 0, 2028).value_or("");
  if (!call.error().empty()) return bad_request(call.error());
  if (const auto refused = around.engine.cancel(call.name(0), force, call.now(), note)) {
    return refuse(refused);
  }
  return answer(answer_of(around, call.name(0)));
}

http::Response delete_job(const Surroundings& around, Call& call) {
  const bool force = call.query_flag("force");
  if (!call.error().empty()) return bad_request(call.error());
  if (const auto refused = around.engine.remove(call.name(0), force, call.now())) {
    return refuse(refused);
  }
  around.tags.forget(arn_of(around.settings.account, {ResourceKind::job, call.name(0)}));
  return done();
}

http::Response associate_targets_with_job(const Surroundings& around, Call& call) {
  Reader body = call.body();
  Targets targets;
  jobs::Engine::MoreTargets more;
  more.comment = body.text("comment", 0, 2028).value_or("");
  const auto refusal = read_targets(around, body, targets);
  if (!call.error().empty()) return bad_request(call.error());
  if (refusal) return *refusal;
  more.things = std::move(targets.things);
  more.groups = std::move(targets.groups);
  more.arns = std::move(targets.arns);
  if (const auto refused = around.engine.associate(call.name(0), more, call.now())) {
    return refuse(refused);
  }
  return answer(answer_of(around, call.name(0)));
}

}  // namespace cartstorm::broker::iot

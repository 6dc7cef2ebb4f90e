#include "broker-mock/net/operations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/value.hpp>

#include "broker-mock/base/hex.hpp"
#include "broker-mock/jobs/engine.hpp"
#include "broker-mock/net/anchor_check.hpp"
#include "broker-mock/net/json_members.hpp"
#include "broker-mock/net/json_text.hpp"
#include "broker-mock/net/rollout_request.hpp"

namespace cartstorm::broker::net {
namespace {

using boost::json::value;

OperationResult result_of(const std::optional<Cloud::Refusal>& refusal) {
  if (!refusal) return {};
  return {static_cast<std::uint16_t>(refusal->is_down ? 503 : 409), refusal->message};
}

struct Call {
  Cloud& cloud;
  const FindThing& find;
  std::string_view body;
  ServerTime now;
};

/// Members that all operations of people have in common.
struct Wish {
  std::string rollout, person, reason, job, certificate;
  std::uint64_t anchor = 0;
  std::uint32_t hold = 0;
  std::int64_t not_before_s = 0, not_after_s = 0;
  bool force = false;
  std::vector<std::string> things;
  jobs::Quotas quotas;
  std::uint32_t control_calls_per_s = 0;
};

/// What an operation reads; anything else in its body is refused.
enum Reads : unsigned {
  reads_rollout = 1,
  reads_hold = 2,
  reads_anchor = 4,
  reads_certificate = 8,
  reads_things = 16,
  reads_job = 32,
  reads_nobody = 64,  ///< a person need not be named
  reads_quotas = 128,
};

void read_dates(JsonMembers& members, Wish& wish) {
  std::uint64_t from = 0;
  std::uint64_t until = 0;
  members.whole("not_before_s", from);
  members.whole("not_after_s", until);
  wish.not_before_s = static_cast<std::int64_t>(from);
  wish.not_after_s = static_cast<std::int64_t>(until);
}

void read_quotas(JsonMembers& members, Wish& wish) {
  constexpr std::uint32_t most = 1'000'000;
  members.whole("jobs_reads_per_s", wish.quotas.reads_per_s, 0, most);
  members.whole("jobs_writes_per_s", wish.quotas.writes_per_s, 0, most);
  members.whole("control_calls_per_s", wish.control_calls_per_s, 0, most);
}

std::string read_wish(std::string_view body, unsigned reads, Wish& wish) {
  std::string problem;
  const value document = read_json(body.empty() ? std::string_view{"{}"} : body, problem);
  JsonMembers members{document, "", problem};
  const auto text = [&](unsigned bit, std::string_view key, std::string& into) {
    if ((reads & bit) == 0) return;
    members.require(key);
    members.text(key, into);
  };
  text(reads_rollout, "rollout", wish.rollout);
  text(reads_job, "job", wish.job);
  text(reads_certificate, "certificate", wish.certificate);
  if ((reads & reads_certificate) != 0) read_dates(members, wish);
  if ((reads & reads_job) != 0) members.flag("force", wish.force);
  if ((reads & reads_quotas) != 0) read_quotas(members, wish);
  if ((reads & reads_things) != 0) {
    members.require("things");
    members.texts("things", wish.things);
  }
  if ((reads & reads_hold) != 0) {
    members.require("hold");
    members.whole("hold", wish.hold, 0, UINT32_MAX);
  }
  if ((reads & reads_anchor) != 0) {
    std::string id;
    members.require("anchor");
    members.text("anchor", id);
    const auto parsed = parse_hex_id(id);
    if (!parsed) members.refuse("anchor", "expected 16 lower-case hex digits");
    wish.anchor = parsed.value_or(0);
  }
  if ((reads & reads_nobody) == 0) {
    members.require("person");
    members.require("reason");
    members.text("person", wish.person);
    members.text("reason", wish.reason);
    if (problem.empty() && wish.person.empty()) members.refuse("person", "expected a name");
  }
  return problem;
}

OperationResult create(const Call& call) {
  RolloutSpec spec;
  if (std::string problem = read_rollout(call.body, spec); !problem.empty()) {
    return {400, std::move(problem)};
  }
  const auto stored = call.cloud.object(spec.bucket, spec.key);
  if (!stored) {
    return {409,
            fmt::format("there is no object {}/{}; upload the image first", spec.bucket, spec.key)};
  }
  spec.size = stored->size;
  spec.sha256_hex = stored->sha256_hex;
  return result_of(call.cloud.create_rollout(spec, call.now));
}

OperationResult release(const Call& call, const Wish& wish) {
  return result_of(call.cloud.release(wish.rollout, wish.hold, wish.person, wish.reason, call.now));
}
OperationResult abort(const Call& call, const Wish& wish) {
  return result_of(call.cloud.abort(wish.rollout, wish.person, wish.reason, call.now));
}
OperationResult pause(const Call& call, const Wish& wish) {
  return result_of(call.cloud.pause(wish.rollout, wish.person, wish.reason, call.now));
}
OperationResult resume(const Call& call, const Wish& wish) {
  return result_of(call.cloud.resume(wish.rollout, wish.person, wish.reason, call.now));
}
OperationResult cancel_job(const Call& call, const Wish& wish) {
  return result_of(call.cloud.cancel_job(wish.job, wish.force, wish.person, wish.reason, call.now));
}

OperationResult add_anchor(const Call& call, const Wish& wish) {
  call.cloud.add_anchor({wish.anchor, wish.certificate, wish.not_before_s, wish.not_after_s});
  return {};
}

std::string check_anchor(const Wish& wish) { return anchor_problem(wish.anchor, wish.certificate); }

std::string find_things(const Call& call, const Wish& wish, std::vector<ThingId>& things) {
  for (const std::string& name : wish.things) {
    const auto thing = call.find(name);
    if (!thing) return fmt::format("there is no thing {}", name);
    things.push_back(*thing);
  }
  return {};
}

OperationResult move_anchor(const Call& call, const Wish& wish, bool installs) {
  std::vector<ThingId> things;
  if (std::string problem = find_things(call, wish, things); !problem.empty()) {
    return {404, std::move(problem)};
  }
  return result_of(
      installs ? call.cloud.install_anchor(wish.anchor, things, wish.person, wish.reason, call.now)
               : call.cloud.remove_anchor(wish.anchor, things, wish.person, wish.reason, call.now));
}
OperationResult install_anchor(const Call& call, const Wish& wish) {
  return move_anchor(call, wish, true);
}
OperationResult remove_anchor(const Call& call, const Wish& wish) {
  return move_anchor(call, wish, false);
}

OperationResult kill_controller(const Call& call, const Wish&) {
  call.cloud.kill_controller();
  return {};
}
OperationResult restart_controller(const Call& call, const Wish&) {
  if (call.cloud.is_controller_up()) return {409, "the rollout controller is up"};
  return result_of(call.cloud.restart_controller(call.now));
}

OperationResult set_quotas(const Call& call, const Wish& wish) {
  call.cloud.set_job_quotas(wish.quotas);
  call.cloud.set_control_quota(wish.control_calls_per_s);
  return {};
}

struct Operation {
  std::string_view name;
  unsigned reads;
  OperationResult (*perform)(const Call&, const Wish&);
  std::string (*check)(const Wish&) = nullptr;
};
constexpr std::array operations = {
    Operation{"rollout/release", reads_rollout | reads_hold, release},
    Operation{"rollout/pause", reads_rollout, pause},
    Operation{"rollout/resume", reads_rollout, resume},
    Operation{"rollout/abort", reads_rollout, abort},
    Operation{"job/cancel", reads_job, cancel_job},
    Operation{"anchor/add", reads_anchor | reads_certificate | reads_nobody, add_anchor,
              check_anchor},
    Operation{"anchor/install", reads_anchor | reads_things, install_anchor},
    Operation{"anchor/remove", reads_anchor | reads_things, remove_anchor},
    Operation{"quotas", reads_quotas | reads_nobody, set_quotas},
    Operation{"controller/kill", reads_nobody, kill_controller},
    Operation{"controller/restart", reads_nobody, restart_controller},
};

const Operation* find_operation(std::string_view name) {
  const auto* const found =
      std::find_if(operations.begin(), operations.end(),
                   [&](const Operation& known) { return known.name == name; });
  return found == operations.end() ? nullptr : found;
}

}  // namespace

std::vector<std::string_view> operation_names() {
  std::vector<std::string_view> names = {"rollout/create"};
  for (const Operation& operation : operations) names.push_back(operation.name);
  return names;
}

std::string problem_of_operation(std::string_view name, std::string_view body) {
  const Operation* const operation = find_operation(name);
  if (operation == nullptr || operation->check == nullptr) return {};
  Wish wish;
  std::string problem = read_wish(body, operation->reads, wish);
  return problem.empty() ? operation->check(wish) : problem;
}

OperationResult operate(Cloud& cloud, const FindThing& find, std::string_view name,
                        std::string_view body, ServerTime now) {
  const Call call{cloud, find, body, now};
  if (name == "rollout/create") return create(call);
  const Operation* const operation = find_operation(name);
  if (operation == nullptr) return {404, "no such operation"};
  Wish wish;
  if (std::string problem = read_wish(body, operation->reads, wish); !problem.empty()) {
    return {400, std::move(problem)};
  }
  return operation->perform(call, wish);
}

}  // namespace cartstorm::broker::net

#include <fmt/format.h>

#include "reports/check/expect.hpp"
#include "reports/check/fleet.hpp"
#include "reports/render/rows.hpp"
#include "reports/render/summary.hpp"
#include "reports/render/verdict.hpp"

namespace cartstorm::report {

struct Judge::Parts {
  JudgeInput input;
  Stream& stream;
  Fleet fleet;
  std::vector<std::unique_ptr<Check>> checks;
};

Judge::Judge(JudgeInput input, Stream& stream)
    : parts_{new Parts{std::move(input), stream, Fleet{stream.texts()}, {}}} {
  stream.attach(parts_->fleet);
  for (const CheckEntry& entry : all_checks()) {
    parts_->checks.push_back(entry.make(parts_->input.parameters, stream.texts()));
    parts_->checks.back()->flag_carts_at(stream);
    stream.attach(*parts_->checks.back());
  }
}

Judge::~Judge() = default;

Summary Judge::finish(bool was_interrupted, const std::string& infrastructure_error,
                      std::uint64_t kernel_events) {
  Parts& parts = *parts_;
  const JudgeInput& input = parts.input;
  Summary summary;
  summary.scenario = input.scenario;
  summary.why = input.why;
  summary.file = input.file;
  summary.build = input.build;
  summary.seed = input.seed;
  summary.driver = parts.fleet.driver();
  summary.trace_hash = parts.stream.hash();
  summary.records = parts.stream.count();
  summary.kernel_events = kernel_events;
  summary.was_interrupted = was_interrupted;
  summary.ends_us = was_interrupted ? parts.stream.last_us() : input.ends_us;
  summary.repeat_command = fmt::format("./cartstorm run {} --seed {}", input.file, input.seed);
  for (const auto& check : parts.checks) {
    summary.checks.push_back(check->finish(summary.ends_us));
    if (const Reconciliation* const reconciliation = check->reconciliation()) {
      summary.reconciliation = reconciliation->counts();
    }
  }
  for (const Expectation& expectation : input.expectations) {
    Outcome outcome = evaluate(expectation, parts.fleet, summary.checks);
    summary.expectations.push_back(
        {expectation.text, expectation.where, outcome.verdict, std::move(outcome.seen)});
  }
  add_fleet(summary, parts.fleet);
  mark_expected(summary, input.expectations);
  decide(summary, {infrastructure_error, unfired_faults(parts.fleet)});
  return summary;
}

void store_verdicts(const Summary& summary, Store& store) {
  for (const CheckResult& check : summary.checks) {
    store.add({check.id, check.verdict, check.premises, check.violations, check.first_seq,
               check.first_message});
  }
  store.note("verdict", name(summary.verdict));
  store.note("verdict_reason", summary.verdict_reason);
  store.note("trace_hash", summary.trace_hash);
  store.note("repeat_command", summary.repeat_command);
}

}  // namespace cartstorm::report

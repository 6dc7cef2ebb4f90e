#include <gmock/gmock.h>

#include "tests/unit/sim/virtual_fleet/small_world.hpp"

namespace cartstorm::sim {
namespace {

/// What a run left behind: its texts in their order, and its records.
struct Kept {
  std::vector<std::string> texts;
  std::vector<report::Record> records;
  report::Summary summary;
};

report::JudgeInput input_of(const Scenario& scenario) {
  report::JudgeInput input;
  input.scenario = scenario.name;
  input.why = "to be read twice";
  input.seed = 1;
  input.expectations = scenario.expect;
  input.ends_us = scenario.ends_us;
  return input;
}

Kept keep(const Scenario& scenario) {
  Kept kept;
  report::Stream stream;
  report::Judge judge{input_of(scenario), stream};
  Collector collector{kept.records};
  stream.attach(collector);
  RunOptions options;
  options.build = "test";
  const RunOutcome outcome = run_virtual(scenario, options, stream);
  kept.summary = judge.finish(false, outcome.infrastructure_error, outcome.events);
  for (std::uint32_t i = 0; i < stream.texts().size(); ++i) {
    kept.texts.emplace_back(stream.texts().text(report::TextId{i}));
  }
  return kept;
}

report::Summary judged_again(const Scenario& scenario, const Kept& kept) {
  report::Stream stream;
  for (const std::string& text : kept.texts) stream.texts().intern(text);
  report::Judge judge{input_of(scenario), stream};
  for (const report::Record& record : kept.records) stream.emit(record.time_us, record.payload);
  return judge.finish(false, "", kept.summary.kernel_events);
}

/// F20: the report is a function of the trace and of nothing else that a run knew.
TEST(AReport, IsTheSameBytesWhenItIsMadeFromTheTraceAgain) {
  Scenario scenario = small_world();
  SensorBootCrash crash;
  crash.sensor = "cold_chain";
  scenario.faults.push_back({{}, "sensor_config_boot_crash", crash});
  MetricLost lost;
  lost.share = 0.5;
  scenario.faults.push_back({{}, "metric_lost", lost});
  const Kept kept = keep(scenario);
  ASSERT_GT(kept.summary.rollback_occurrences, 0U);
  for (int time = 0; time < 2; ++time) {
    const report::Summary again = judged_again(scenario, kept);
    EXPECT_EQ(again.trace_hash, kept.summary.trace_hash);
    EXPECT_EQ(to_json(again), to_json(kept.summary));
    EXPECT_EQ(to_text(again, true), to_text(kept.summary, true));
    EXPECT_EQ(report::to_junit({again}), report::to_junit({kept.summary}));
  }
}

}  // namespace
}  // namespace cartstorm::sim

#include <algorithm>
#include <charconv>

#include "json_grammar.hpp"
#include "kit.hpp"
#include "tests/unit/broker-mock/support/iot_bench.hpp"

// A list of HTTP calls of which every byte may be hostile, to both planes: each gets an answer of
// the service model, the accounts of every job stay right, and the same list gives the same
// answers. One call a line: `c METHOD TARGET BODY` to the control plane, `d ...` to the data plane,
// `t SECONDS` lets time pass.
namespace ota::fuzz {
namespace {

namespace jobs = cartstorm::broker::jobs;
using cartstorm::broker::ServerTime;
using cartstorm::broker::test::IotWorld;

constexpr int most_calls = 200;
constexpr int deepest = 64;
constexpr std::int64_t longest_step_s = 100'000;

std::string_view take_until(std::string_view& text, char end) {
  const std::size_t at = std::min(text.find(end), text.size());
  const std::string_view front = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return front;
}

/// Counted again; what is shown of a job must be what there is.
void judge_accounts(const IotWorld& world) {
  for (const jobs::Job& job : world.engine.jobs()) {
    jobs::StatusCounts counts{}, superseded{};
    for (const std::uint32_t id : job.executions) {
      const jobs::Execution& execution = world.engine.execution(id);
      ++counts[jobs::index(execution.status)];
      if (execution.is_superseded) ++superseded[jobs::index(execution.status)];
    }
    require(counts == job.counts && superseded == job.superseded, "counts are those of the list");
  }
}

void judge_answer(const std::string& answer) {
  constexpr std::string_view statuses[] = {"200", "400", "404", "409", "410", "429"};
  const std::string_view status = std::string_view{answer}.substr(0, 3);
  require(std::ranges::find(statuses, status) != std::end(statuses), "statuses are the model's");
  const std::size_t begin = answer.find('{');
  require(begin != std::string::npos, "there is a body");
  require(is_json_object(std::string_view{answer}.substr(begin), deepest), "bodies are JSON");
  require(status == "200" || answer.find("Exception ") < begin, "a refusal names its exception");
}

void pass_time(IotWorld& world, std::string_view seconds) {
  std::int64_t step = 0;
  std::from_chars(seconds.data(), seconds.data() + seconds.size(), step);
  world.now = world.now + std::clamp<std::int64_t>(step, 0, longest_step_s) * 1000;
  world.engine.advance(world.now);
  require(world.engine.deadline() > world.now, "what is due is done");
}

std::vector<std::string> answers_of(std::string_view text) {
  IotWorld world;
  std::vector<std::string> answers;
  for (int calls = 0; calls < most_calls && !text.empty(); ++calls) {
    std::string_view line = take_until(text, '\n');
    const std::string_view kind = take_until(line, ' ');
    if (kind == "t") {
      pass_time(world, line);
      continue;
    }
    const std::string method{take_until(line, ' ')}, target{take_until(line, ' ')};
    answers.push_back(
        world.call(kind == "d" ? "iot-jobs-data" : "iot", method, target, std::string{line}));
    judge_answer(answers.back());
    judge_accounts(world);
  }
  for (const auto& delivery : world.outbox.take()) {
    require(is_json_object(delivery.payload, deepest), "messages to devices are JSON");
  }
  for (const std::string& event : world.event_log.lines) {
    answers.push_back(event);
    require(is_json_object(event.substr(event.find(" {") + 1), deepest), "events are JSON");
  }
  return answers;
}

}  // namespace

void run(Bytes input) {
  const std::string_view text = text_of(input);
  require(answers_of(text) == answers_of(text), "the same calls give the same answers");
}

}  // namespace ota::fuzz

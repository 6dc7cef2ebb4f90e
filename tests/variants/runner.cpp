#include "runner.hpp"

#include <algorithm>
#include <chrono>

#include "workers.hpp"

namespace cartstorm::variants {
namespace {

using Clock = std::chrono::steady_clock;

Verdict verdict_of(BuildVerdict build) {
  switch (build) {
    case BuildVerdict::built:
    case BuildVerdict::interrupted:
      return Verdict::interrupted;
    case BuildVerdict::same_code:
      return Verdict::same_code;
    case BuildVerdict::does_not_apply:
      return Verdict::does_not_apply;
    case BuildVerdict::does_not_compile:
      return Verdict::does_not_compile;
  }
  return Verdict::failed;
}

}  // namespace

const char* name(Verdict verdict) {
  constexpr const char* names[] = {"found",  "unexpected", "alive",          "known_gap",
                                   "judged", "same_code",  "does_not_apply", "does_not_compile",
                                   "failed", "interrupted"};
  return names[static_cast<std::size_t>(verdict)];
}

Verdict verdict_of(const Task& task, const Finding& finding) {
  switch (finding.kind) {
    case Finding::Kind::nothing:
      if (!task.defect.gap.empty()) return Verdict::known_gap;
      return task.judgement != nullptr ? Verdict::judged : Verdict::alive;
    case Finding::Kind::failure:
      return is_ending() ? Verdict::interrupted : Verdict::failed;
    case Finding::Kind::hang:
      // Of a planted defect a promise is to speak; a mutant that hangs has been noticed.
      return task.is_mutant ? Verdict::found : Verdict::unexpected;
    case Finding::Kind::promise:
    case Finding::Kind::unit_test:
    case Finding::Kind::crash:
      break;
  }
  if (!task.defect.gap.empty()) return Verdict::unexpected;  // The gap is closed: say so.
  const std::vector<std::string>& expected = task.defect.promises;
  const bool is_expected =
      expected.empty() || (finding.kind == Finding::Kind::promise &&
                           std::ranges::find(expected, finding.by) != expected.end());
  return is_expected ? Verdict::found : Verdict::unexpected;
}

bool Runner::has(Killer killer) const {
  return std::ranges::find(killers_, killer) != killers_.end();
}

/// The expected story first, as deep as its patch says; then every file, as deep as it says.
Finding Runner::explore(const Variant& variant, const Defect& defect) {
  std::vector<std::string> names = explorer_.names();
  const std::string& expected = defect.exploration;
  std::erase(names, expected);
  if (!expected.empty()) names.insert(names.begin(), expected);
  Finding finding;
  if (names.empty()) {
    finding.kind = Finding::Kind::failure;
    finding.problem = "there are no cases in " + explorer_.cases.string();
  }
  Finding failure = finding;
  std::uint64_t points = 0;
  for (const std::string& name : names) {
    finding = explorer_.run(variant, name, name == expected ? defect.depth : 0);
    points += finding.points;
    if (finding.is_something()) break;
    if (finding.kind == Finding::Kind::failure) {
      failure = finding;
      // A mutant may not even let a story begin; the next story may say more. Of a planted defect
      // the story that was named must be heard.
      if (name == expected || is_ending()) break;
    }
  }
  finding.points = failure.points = points;
  return finding.is_something() ? finding : failure;
}

Finding Runner::look(const Variant& variant, const Task& task) {
  Finding worst;
  for (const Killer killer : killers_) {
    const Finding finding =
        killer == Killer::explorer ? explore(variant, task.defect) : unit_tests_.run(variant);
    if (finding.is_something()) return finding;
    if (worst.kind == Finding::Kind::nothing) worst = finding;
  }
  return worst;
}

std::string Runner::check_baseline() {
  Variant variant{builder_.fresh_folder()};
  builder_.build("", has(Killer::unit_tests), variant);
  if (variant.verdict != BuildVerdict::built) return "it cannot be built: " + variant.problem;
  Finding finding;
  if (has(Killer::explorer)) finding = explore(variant, {});
  if (has(Killer::unit_tests) && finding.kind == Finding::Kind::nothing) {
    finding = unit_tests_.run(variant);
  }
  if (finding.kind == Finding::Kind::nothing) return {};
  return finding.exploration + ": " + finding.by + finding.problem;
}

Row Runner::judge(const Task& task) {
  const Clock::time_point begin = Clock::now();
  Row row;
  row.name = task.defect.name;
  row.sentence = task.defect.sentence;
  row.where = task.where;
  row.promises = task.defect.promises;
  Variant variant{builder_.fresh_folder()};
  builder_.build(task.defect.patch, has(Killer::unit_tests), variant);
  if (variant.verdict == BuildVerdict::built) {
    row.finding = look(variant, task);
    row.verdict = verdict_of(task, row.finding);
    row.note = row.verdict == Verdict::judged      ? task.judgement->reason
               : row.verdict == Verdict::known_gap ? task.defect.gap
                                                   : row.finding.problem;
    if (row.verdict == Verdict::unexpected && !task.defect.gap.empty()) {
      row.sentence += " It was a known gap; take `gap:` out of its patch.";
    }
  } else {
    row.verdict = verdict_of(variant.verdict);
    row.note = variant.problem;
  }
  if (is_ending()) row.verdict = Verdict::interrupted;
  row.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  return row;
}

std::vector<Row> Runner::judge_all(const std::vector<Task>& tasks, unsigned jobs,
                                   const std::function<void(const Row&)>& on_row) {
  std::vector<Row> rows = make_rows<Row>(
      tasks.size(), jobs,
      [&](std::size_t n) -> std::optional<Row> {
        Row row = judge(tasks[n]);
        if (row.verdict == Verdict::interrupted) return std::nullopt;
        return row;
      },
      on_row);
  std::ranges::sort(rows, {}, &Row::name);
  return rows;
}

}  // namespace cartstorm::variants

#include <fmt/format.h>

#include <algorithm>

#include "reports/render/layout.hpp"
#include "reports/render/summary.hpp"
#include "reports/trace/print.hpp"

namespace cartstorm::report {
namespace {

constexpr std::size_t id_width = 28;
constexpr std::size_t number_width = 9;

std::string heading(std::string_view words, bool with_color) {
  return fmt::format("\n{}\n", painted(words, Paint::bold, with_color));
}

std::string verdict_part(const Summary& summary, bool with_color) {
  const std::string verdict{name(summary.verdict)};
  std::string text = painted(verdict, paint_of(summary.verdict), with_color) +
                     fmt::format("  {}  seed {}\n", left(summary.scenario, 60), summary.seed);
  text += wrapped(summary.verdict_reason, 2);
  if (summary.verdict != ScenarioVerdict::pass) {
    text += wrapped("repeat: " + summary.repeat_command, 2);
  }
  return text;
}

std::string reasons(std::string_view title, const std::vector<ReasonCount>& counts) {
  std::string text;
  for (const ReasonCount& count : counts) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count.reason, count.carts);
  }
  return text.empty() ? text : wrapped(fmt::format("{}: {}", title, text), 2);
}

std::string counted(std::uint64_t number, std::string_view what) {
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

std::string fleet_part(const Summary& summary, bool with_color) {
  std::string text = heading("fleet", with_color);
  text += wrapped(
      fmt::format("{} carts: {} on the new version, {} on the old one, {} on another; "
                  "{} in recovery",
                  summary.carts, summary.on_new, summary.on_old, summary.on_other, summary.bricked),
      2);
  text +=
      wrapped(fmt::format("{} rolled back, {} in all", counted(summary.carts_rolled_back, "cart"),
                          counted(summary.rollback_occurrences, "time")),
              2);
  text += wrapped(
      fmt::format("the cloud counted {} from {}", counted(summary.counted_rollbacks, "rollback"),
                  counted(summary.carts_counted, "cart")),
      2);
  text += reasons("carts by reason of rollback", summary.rollback_reasons);
  text += reasons("carts by reason of failure or rejection", summary.rejection_reasons);
  if (!summary.refusal.empty()) {
    text += wrapped("last refusal: " + summary.refusal, 2);
  }
  return text;
}

std::string stage_line(const StageRow& row) {
  std::string line = "  " + left(row.name, 12);
  for (const std::uint32_t count : {row.carts, row.on_new, row.rolled_back, row.failed,
                                    row.in_progress, row.cancelled, row.silent}) {
    line += right(std::to_string(count), 7);
  }
  for (const std::int64_t time_us : {row.start_us, row.hold_us, row.release_us, row.end_us}) {
    line += right(short_moment(time_us), 9);
  }
  return line + "\n";
}

std::string stages_part(const Summary& summary, bool with_color) {
  if (summary.stages.empty()) {
    return {};
  }
  std::string text = heading("stages", with_color);
  text += "  " + left("", 12);
  for (const char* const title :
       {"carts", "on new", "rolled", "failed", "at it", "cancel", "silent"}) {
    text += right(title, 7);
  }
  for (const char* const title : {"start", "hold", "release", "end"}) {
    text += right(title, 9);
  }
  text += "\n";
  bool is_anybody_silent = false;
  bool is_anybody_cancelled = false;
  for (const StageRow& row : summary.stages) {
    is_anybody_silent |= row.silent > 0;
    is_anybody_cancelled |= row.cancelled > 0;
    text += stage_line(row);
    if (row.hold_us >= 0) {
      text += wrapped("held: " + row.held_by, 14);
    }
    if (row.release_us >= 0) {
      text += wrapped(fmt::format("released by {}: {}", row.released_by, row.release_reason), 14);
    }
    if (!row.paused_by.empty()) {
      text += wrapped(fmt::format("paused by {} for {}: {}", row.paused_by,
                                  span_text(row.paused_us), row.pause_reason),
                      14);
    }
    if (!row.aborted_by.empty()) {
      text += wrapped(fmt::format("aborted by {}: {}", row.aborted_by, row.abort_reason), 14);
    }
  }
  if (is_anybody_cancelled) {
    text += wrapped("cancel: taken back by a hold or a newer rollout before the cart began", 2);
  }
  if (is_anybody_silent) {
    text += wrapped("silent: no news of this release; switched off or offline", 2);
  }
  return text;
}

/// `5 carts that ...` would be easier to read, but a column of numbers is easier to compare.
std::string reconciled_line(const ReconciledCount& count, bool with_color) {
  const ReconciledRow& row = reconciled_table()[static_cast<std::size_t>(count.row)];
  const std::size_t indent = 2 + number_width + 2;
  std::string sentence{row.sentence};
  if (row.is_alarm && count.ever > count.carts) {
    sentence += fmt::format(" ({} of them still at the end)", count.carts);
  }
  if (row.is_alarm) {
    sentence.insert(0, "ALARM: ");
  }
  const std::uint32_t shown = row.is_alarm ? std::max(count.ever, count.carts) : count.carts;
  const std::string lines = wrapped(sentence, indent);
  return "  " +
         painted(right(std::to_string(shown), number_width),
                 row.is_alarm ? Paint::bad : Paint::plain, with_color) +
         lines.substr(2 + number_width);
}

std::string reconciliation_part(const Summary& summary, bool with_color) {
  std::string text;
  for (const ReconciledCount& count : summary.reconciliation) {
    if (count.carts > 0 || count.ever > 0) {
      text += reconciled_line(count, with_color);
    }
  }
  return text.empty()
             ? text
             : heading("carts, by what Jobs, the rollback metric and heartbeats say of them",
                       with_color) +
                   text;
}

Paint paint_of_check(const CheckResult& check) {
  if (check.verdict == CheckVerdict::pass) return Paint::good;
  if (check.verdict == CheckVerdict::fail) return check.is_declared ? Paint::doubtful : Paint::bad;
  return check.is_named ? Paint::doubtful : Paint::plain;
}

std::string check_line(const CheckResult& check, bool with_color) {
  const bool is_missed = check.is_declared && check.verdict != CheckVerdict::fail;
  std::string text = "  " + left(check.id, id_width) +
                     painted(left(name(check.verdict), 15), paint_of_check(check), with_color) +
                     right(std::to_string(check.premises), number_width) +
                     right(std::to_string(check.violations), number_width);
  text += check.is_declared ? (is_missed ? "  expected to be broken" : "  as expected") : "";
  text += "\n";
  if (check.violations > 0) {
    const std::string who =
        check.first_cart == no_cart
            ? std::string{}
            : fmt::format(", cart {}", static_cast<std::uint32_t>(check.first_cart));
    text += wrapped(fmt::format("first at {}, record {}{}: {}", moment_text(check.first_time_us),
                                check.first_seq, who, check.first_message),
                    6);
  }
  return text;
}

std::string checks_part(const Summary& summary, bool with_color) {
  std::string text = heading("promises", with_color);
  text += "  " + left("", id_width) + left("verdict", 15) + right("premises", number_width) +
          right("broken", number_width) + "\n";
  for (const CheckResult& check : summary.checks) {
    text += check_line(check, with_color);
  }
  return text;
}

std::string expectations_part(const Summary& summary, bool with_color) {
  if (summary.expectations.empty()) {
    return {};
  }
  std::string text = heading("expected", with_color);
  for (const ExpectationResult& expectation : summary.expectations) {
    const bool is_met = expectation.verdict == CheckVerdict::pass;
    const bool has_failed = expectation.verdict == CheckVerdict::fail;
    text += "  " + painted(left(name(expectation.verdict), 15),
                           is_met ? Paint::good : (has_failed ? Paint::bad : Paint::doubtful),
                           with_color);
    const std::string lines = wrapped(expectation.text, 17);
    text += lines.empty() ? "\n" : lines.substr(17);
    text += wrapped("seen: " + expectation.seen, 17);
    text += is_met ? "" : wrapped(expectation.where, 17);
  }
  return text;
}

std::string odds_part(const Summary& summary, bool with_color) {
  if (!summary.odds) return {};
  std::string text =
      heading("what the halt rules can see", with_color) + summary_text(*summary.odds);
  if (!summary.odds_plot.empty()) {
    text += wrapped(fmt::format("drawn: {}, beside summary.json", summary.odds_plot), 2);
  }
  return text;
}

std::string run_part(const Summary& summary, bool with_color) {
  std::string text = heading("run", with_color);
  text += wrapped(fmt::format("driver {}, build {}, ended at {}, {} records, {} events",
                              summary.driver, summary.build, moment_text(summary.ends_us),
                              summary.records, summary.kernel_events),
                  2);
  text += wrapped("trace hash " + summary.trace_hash, 2);
  text += wrapped("repeat: " + summary.repeat_command, 2);
  return text;
}

}  // namespace

std::string to_text(const Summary& summary, bool with_color) {
  std::string text = verdict_part(summary, with_color) + wrapped("why: " + summary.why, 2) +
                     stages_part(summary, with_color) + fleet_part(summary, with_color) +
                     reconciliation_part(summary, with_color) +
                     expectations_part(summary, with_color) + checks_part(summary, with_color) +
                     odds_part(summary, with_color) + run_part(summary, with_color);
  text.pop_back();  // the caller ends the last line
  return text;
}

}  // namespace cartstorm::report

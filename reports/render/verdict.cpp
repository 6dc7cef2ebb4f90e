#include "reports/render/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reports/trace/print.hpp"

namespace cartstorm::report {
namespace {

std::string place_of(const CheckResult& check) {
  const std::string when = moment_text(check.first_time_us);
  return check.first_cart == no_cart
             ? when
             : fmt::format("cart {} at {}", static_cast<std::uint32_t>(check.first_cart), when);
}

/// First broken promise that nobody declared, as a sentence, or empty.
std::string broken_promise(const Summary& summary) {
  for (const CheckResult& check : summary.checks) {
    if (check.verdict == CheckVerdict::fail && !check.is_declared) {
      return fmt::format("{} is broken: {}: {}", check.id, place_of(check), check.first_message);
    }
  }
  return {};
}

std::string missing_violation(const Summary& summary) {
  for (const CheckResult& check : summary.checks) {
    if (check.verdict != CheckVerdict::fail && check.is_declared) {
      return fmt::format("{} was expected to be broken and is {}", check.id, name(check.verdict));
    }
  }
  return {};
}

std::string unmet(const Summary& summary, CheckVerdict verdict) {
  for (const ExpectationResult& expectation : summary.expectations) {
    if (expectation.verdict == verdict) {
      return fmt::format("expected {}: {}", expectation.text, expectation.seen);
    }
  }
  return {};
}

/// First reason why a run without failures proves nothing, or empty.
std::string unproven(const Summary& summary, const Circumstances& circumstances) {
  if (!circumstances.unfired_faults.empty()) {
    return fmt::format("the fault never struck: {}", fmt::join(circumstances.unfired_faults, ", "));
  }
  for (const CheckVerdict verdict : {CheckVerdict::vacuous, CheckVerdict::not_evaluable}) {
    std::string reason = unmet(summary, verdict);
    if (!reason.empty()) {
      return reason;
    }
  }
  return {};
}

void settle(Summary& summary, ScenarioVerdict verdict, std::string reason) {
  summary.verdict = verdict;
  summary.verdict_reason = std::move(reason);
}

}  // namespace

std::string_view name(ScenarioVerdict verdict) {
  switch (verdict) {
    case ScenarioVerdict::pass:
      return "pass";
    case ScenarioVerdict::fail:
      return "fail";
    case ScenarioVerdict::inconclusive:
      return "inconclusive";
    case ScenarioVerdict::infra:
      return "infra";
    case ScenarioVerdict::skipped:
      return "skipped";
  }
  return "?";
}

void mark_expected(Summary& summary, const std::vector<Expectation>& expectations) {
  for (CheckResult& check : summary.checks) {
    for (const Expectation& expectation : expectations) {
      if (const auto* const named = std::get_if<ExpectCheck>(&expectation.body)) {
        check.is_named |= named->id == check.id;
      } else if (const auto* const broken = std::get_if<ExpectViolates>(&expectation.body)) {
        check.is_declared |= std::find(broken->checks.begin(), broken->checks.end(), check.id) !=
                             broken->checks.end();
      }
    }
  }
}

void decide(Summary& summary, const Circumstances& circumstances) {
  const std::string broken = broken_promise(summary);
  if (!circumstances.infrastructure_error.empty()) {
    settle(summary, ScenarioVerdict::infra, circumstances.infrastructure_error);
  } else if (summary.was_interrupted) {
    settle(summary, ScenarioVerdict::inconclusive,
           fmt::format("interrupted at {}{}{}", moment_text(summary.ends_us),
                       broken.empty() ? "" : "; so far ", broken));
  } else if (!broken.empty()) {
    settle(summary, ScenarioVerdict::fail, broken);
  } else if (const std::string missing = missing_violation(summary); !missing.empty()) {
    settle(summary, ScenarioVerdict::fail, missing);
  } else if (const std::string failed = unmet(summary, CheckVerdict::fail); !failed.empty()) {
    settle(summary, ScenarioVerdict::fail, failed);
  } else if (const std::string reason = unproven(summary, circumstances); !reason.empty()) {
    settle(summary, ScenarioVerdict::inconclusive, reason);
  } else {
    settle(summary, ScenarioVerdict::pass, {});
  }
}

}  // namespace cartstorm::report

#include "reports/render/odds_words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cartstorm::report {
namespace {

/// `limit` is a side of an interval, rounded to tenths of a percent away from what it bounds.
std::string bound_text(char side, double limit) {
  auto tenths = static_cast<int>(limit * 1000);
  if (side == '<' && tenths < limit * 1000) ++tenths;
  return fmt::format("{}{:g}%", side, std::max(tenths, 1) / 10.0);
}

}  // namespace

std::string percent(double share) {
  if (share <= 0) return "0%";
  if (share >= 1) return "100%";
  const double value = share * 100;
  if (value < 0.01) return "<0.01%";
  if (value > 99.99) return ">99.99%";
  if (value < 1) return fmt::format("{:.2g}%", value);
  if (value > 99) return fmt::format("{:.2f}%", value);
  return fmt::format("{:.0f}%", value);
}

std::string chance_text(const Chance& chance) {
  switch (chance.known) {
    case Chance::Known::bounded:
      return chance.high <= 0 ? "0%" : bound_text('<', chance.high);
    case Chance::Known::simulated:
      // None of so many runs is no proof of never.
      if (chance.value <= 0) return bound_text('<', chance.high);
      if (chance.value >= 1) return bound_text('>', chance.low);
      // More digits than so many runs give would be a lie.
      return chance.value < 0.1 ? fmt::format("{:.2g}%", chance.value * 100)
                                : fmt::format("{:.0f}%", std::min(chance.value * 100, 99.0));
    case Chance::Known::exactly:
      return percent(chance.value);
  }
  return {};
}

std::string hours_text(double hours) {
  if (hours < 1) return fmt::format("{:.0f}m", std::max(1.0, hours * 60));
  return hours < 9.95 ? fmt::format("{:.1f}h", hours) : fmt::format("{:.0f}h", hours);
}

std::string errors_text(double errors) {
  return errors < 100 ? fmt::format("{:.3g}", errors) : fmt::format("{:.0f}", errors);
}

std::string rule_label(const RuleOdds& odds) {
  return odds.parameters.empty() ? odds.rule : fmt::format("{}, {}", odds.rule, odds.parameters);
}

}  // namespace cartstorm::report

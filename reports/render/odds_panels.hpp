#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "reports/render/odds.hpp"
#include "reports/render/svg.hpp"

/// The panels of a plot of odds: one stage each, axes included.
namespace cartstorm::report {

/// A rule and how it is drawn in every stage: in the order of the legend.
struct DrawnRule {
  std::string label;
  bool is_in_plan = true;
};
/// Every rule of any stage once, those of the plan first.
std::vector<DrawnRule> drawn_rules(const Odds&);
/// Classes of what belongs to the rule of this number.
std::string rule_class(const DrawnRule&, std::size_t number);

/// Where a panel's axes are: `corner` is the upper left end, labels lie outside.
struct Frame {
  svg::Point corner;
  double width = 0, height = 0;
  double right() const { return corner.x + width; }
  double bottom() const { return corner.y + height; }
};

/// Chance of a hold within the stage against the factor; 1 is the release as good as its base.
std::string hold_panel(const StageOdds&, const std::vector<DrawnRule>&, const Frame&);
/// Median time until a hold against the factor, for what is held in half of all stages or more.
std::string time_panel(const StageOdds&, const std::vector<DrawnRule>&, const Frame&);
/// Chance that the devices rule holds against the share of carts that fail.
std::string devices_panel(const DevicesOdds&, const Frame&);

}  // namespace cartstorm::report

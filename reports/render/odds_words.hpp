#pragma once
#include <string>

#include "reports/render/odds.hpp"

/// The numbers of odds as a person reads them, the same words in tables and in plots.
namespace cartstorm::report {

/// Three digits where they matter: 0.4%, 39%, 99.98%; never 0 or 100 for what is neither.
std::string percent(double share);
/// No more digits than simulated stages give; `<` and `>` where all or none of them held.
std::string chance_text(const Chance&);
/// Minutes below one hour: 43m, 2.0h, 72h.
std::string hours_text(double hours);
std::string errors_text(double errors);
/// `ratio, literal`: a rule and what tells it from others of its name.
std::string rule_label(const RuleOdds&);

}  // namespace cartstorm::report

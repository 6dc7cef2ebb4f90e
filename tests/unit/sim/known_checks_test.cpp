#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "broker-mock/rollout/rule.hpp"
#include "reports/check/check.hpp"
#include "sim/scenario/known_words.hpp"

namespace cartstorm::sim {
namespace {

// The loader may not include the checks, so it has its own list of their names; this holds the two
// together.
TEST(KnownChecks, AreTheChecksThatExist) {
  std::vector<std::string> existing;
  for (const auto& entry : report::all_checks()) {
    existing.emplace_back(entry.id);
  }
  std::vector<std::string> known;
  for (const auto& id : known_check_ids()) {
    known.emplace_back(id);
  }
  EXPECT_THAT(known, testing::UnorderedElementsAreArray(existing));
}

// The same of the cloud's halt rules; `devices` is no rule of minutes and comes last.
TEST(KnownHaltRules, AreThoseOfTheCloud) {
  broker::HaltRules rules;
  rules.ratio_at_promotion.enabled = rules.persistence.enabled = rules.poisson_exact.enabled =
      rules.sprt.enabled = rules.e_value.enabled = true;
  std::vector<std::string> existing;
  for (const auto& rule : broker::rollout::make_rules(rules, {1'440, 1})) {
    existing.emplace_back(rule->name());
  }
  existing.emplace_back("devices");
  EXPECT_EQ(known_halt_rules(), existing);
}

}  // namespace
}  // namespace cartstorm::sim

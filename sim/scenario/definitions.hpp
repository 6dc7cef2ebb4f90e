#pragma once
#include <string>
#include <vector>

#include "reports/check/expectation.hpp"
#include "sim/scenario/mapping.hpp"
#include "sim/scenario/scenario.hpp"

/// The vocabulary of scenario files: every key of every mapping, defined once.
namespace cartstorm::sim {

/// A file below `profiles/`.
struct ProfileTable {
  std::string name, why;
  std::vector<Profile> profiles;
};

const Mapping<Scenario>& scenario_definition();
const Mapping<ProfileTable>& profile_table_definition();
const Mapping<Fleet>& fleet_definition();
const Mapping<Image>& image_definition();
const Mapping<Rollout>& rollout_definition();
const Mapping<Stage>& stage_definition();
const Mapping<HaltRules>& rules_definition();
const Mapping<RatioRule>& ratio_definition();
const Mapping<RatioAtPromotionRule>& ratio_at_promotion_definition();
const Mapping<PersistenceRule>& persistence_definition();
const Mapping<PoissonExactRule>& poisson_exact_definition();
const Mapping<SprtRule>& sprt_definition();
const Mapping<EValueRule>& e_value_definition();
const Mapping<DevicesRule>& devices_definition();
const Mapping<Limits>& limits_definition();
const Mapping<Release>& release_definition();
const Mapping<Pause>& pause_definition();
const Mapping<Supersession>& supersession_definition();
const Mapping<Profile>& profile_definition();
const Mapping<Network>& network_definition();
const Mapping<CloudAccount>& cloud_definition();
const Mapping<Quotas>& quotas_definition();
const Mapping<Who>& who_definition();
const Mapping<report::CartSelector>& selector_definition();

/// A share (`10%`) or a mapping of `who` keys.
Type<Who> who_type();
Type<report::CartSelector> selector_type();
/// A share (`100%`) or a count (`3`).
Type<report::Bound> bound_type();
/// `08:00-20:00`, or `always`.
Type<LocalHours> local_hours();

/// One kind of fault or expectation, chosen by its name.
template <class T>
struct Alternative {
  std::string name, doc;
  bool may_be_bare = false;  ///< an expectation that may stand without a mapping
  std::function<void(const Node&, T&, Reader&)> read;
  std::function<bool(const T&)> is_it;
  std::function<Json(const T&)> show;
  std::function<Json(SchemaDefs&)> schema;
  std::function<std::vector<KeyRow>()> rows;
};
const std::vector<Alternative<Fault>>& fault_kinds();
const std::vector<Alternative<report::Expectation>>& expectation_kinds();
Type<std::vector<Fault>> faults_type();
Type<std::vector<report::Expectation>> expect_type();

/// Images slots have room for; the largest image a scenario may name.
inline constexpr std::uint32_t largest_image_bytes = 1024 * 1024;
inline constexpr std::uint32_t largest_fleet = 1'000'000;

}  // namespace cartstorm::sim

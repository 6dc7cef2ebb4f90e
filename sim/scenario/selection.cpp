#include "sim/scenario/selection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

#include "sim/scenario/suggest.hpp"

namespace cartstorm::sim {

namespace {

using Words = std::vector<std::string>;

struct Trait {
  const char* key;
  std::function<Words(const Profile&)> of;
  std::string asked;
};

std::vector<Trait> traits_of(const Asked& asked) {
  return {
      {"region", [](const Profile& p) { return Words{p.region}; }, asked.region},
      {"use", [](const Profile& p) { return Words{p.use}; }, asked.use},
      {"profile", [](const Profile& p) { return Words{p.name}; }, asked.profile},
      {"sensor", [](const Profile& p) { return p.sensors; }, asked.sensor},
      {"tier", [](const Profile& p) { return Words{p.tier}; }, asked.tier},
  };
}

bool has(const Words& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

Words all_of(const Trait& trait, const std::vector<Profile>& profiles) {
  std::set<std::string> words;
  for (const Profile& profile : profiles) {
    for (const auto& word : trait.of(profile)) words.insert(word);
  }
  return {words.begin(), words.end()};
}

/// False if no profile has the word at all.
bool validate_trait(const Reading& reading, const std::string& path, const Trait& trait) {
  const Words known = all_of(trait, reading.scenario.fleet.profiles);
  if (trait.asked.empty() || has(known, trait.asked)) return true;
  reading.complain(
      path + "." + trait.key,
      fmt::format("no cart of profile table {} has {} \"{}\", it has {}",
                  reading.scenario.fleet.profiles_name, trait.key, trait.asked, listed(known)),
      closest(trait.asked, known));
  return false;
}

}  // namespace

void validate_selection(const Reading& reading, const std::string& path, const Asked& asked) {
  const auto& profiles = reading.scenario.fleet.profiles;
  if (profiles.empty()) return;
  const auto traits = traits_of(asked);
  bool is_known = true;
  for (const Trait& trait : traits) is_known &= validate_trait(reading, path, trait);
  if (!is_known) return;
  const auto matches = [&](const Profile& profile) {
    return std::all_of(traits.begin(), traits.end(), [&](const Trait& trait) {
      return trait.asked.empty() || has(trait.of(profile), trait.asked);
    });
  };
  if (std::none_of(profiles.begin(), profiles.end(), matches)) {
    reading.complain(path, fmt::format("no cart of profile table {} matches all of {}",
                                       reading.scenario.fleet.profiles_name, path));
  }
}

}  // namespace cartstorm::sim

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sim/scenario/suggest.hpp"
#include "sim/scenario/units.hpp"
#include "sim/scenario/validate.hpp"

namespace cartstorm::sim {

namespace {

/// Percent of the fleet rounded up; the margin keeps 10% of 5,000 from becoming 501.
std::uint64_t carts_of(const Stage& stage, std::uint32_t fleet) {
  if (stage.carts != 0) return stage.carts;
  const double exact = stage.percent * fleet / 100 - 1e-7;
  const auto whole = static_cast<std::uint64_t>(exact < 0 ? 0 : exact);
  return whole + (static_cast<double>(whole) < exact ? 1U : 0U);
}

/// The stage in words: `early (1% = 50 carts)`.
std::string size_words(const Stage& stage, std::uint64_t carts) {
  if (stage.carts != 0) return fmt::format("{} ({} carts)", stage.name, carts);
  return fmt::format("{} ({} = {} carts)", stage.name, percent_text(stage.percent), carts);
}

bool has_own_stages(const Reading& reading) {
  const Node* rollout = reading.root.find("rollout");
  return rollout != nullptr && rollout->find("stages") != nullptr;
}

/// Stages that come from the plan stand nowhere in the file; the plan's name does.
std::string stage_path(const Reading& reading, std::size_t index, const char* key) {
  return has_own_stages(reading) ? fmt::format("rollout.stages[{}].{}", index, key)
                                 : "rollout.plan";
}

void validate_size(const Reading& reading, std::size_t index, std::uint64_t before) {
  const Stage& stage = reading.scenario.rollout.stages[index];
  const std::uint32_t fleet = reading.scenario.fleet.carts;
  const std::uint64_t carts = carts_of(stage, fleet);
  const char* key = stage.percent > 0 ? "share" : "carts";
  const std::string path = stage_path(reading, index, key);
  const std::string words = size_words(stage, carts);
  const char* way_out = has_own_stages(reading) ? "" : ", give rollout.stages of its own";
  if (carts == 0) {
    reading.complain(path, fmt::format("stage {} is empty, expected at least 1 cart", stage.name));
  } else if (carts > fleet) {
    reading.complain(
        path, fmt::format("stage {} is larger than the fleet of {}{}", words, fleet, way_out));
  } else if (index > 0 && carts <= before) {
    const Stage& previous = reading.scenario.rollout.stages[index - 1];
    const char* problem = carts < before ? "is smaller than" : "adds no cart to";
    reading.complain(path, fmt::format("stage {} {} stage {} in a fleet of {}{}", words, problem,
                                       size_words(previous, before), fleet, way_out));
  }
}

void validate_names(const Reading& reading) {
  std::set<std::string> seen;
  const auto& stages = reading.scenario.rollout.stages;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    if (!seen.insert(stages[i].name).second) {
      reading.complain(stage_path(reading, i, "stage"),
                       fmt::format("stage {} is there twice", stages[i].name));
    }
  }
}

/// A tier that no cart has would leave a stage empty, which the cloud refuses at run time only.
void validate_tiers(const Reading& reading) {
  std::set<std::string> tiers;
  for (const Profile& profile : reading.scenario.fleet.profiles) tiers.insert(profile.tier);
  const std::vector<std::string> known(tiers.begin(), tiers.end());
  const auto& stages = reading.scenario.rollout.stages;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    for (std::size_t k = 0; k < stages[i].tiers.size(); ++k) {
      const std::string& tier = stages[i].tiers[k];
      if (tiers.contains(tier)) continue;
      reading.complain(fmt::format("rollout.stages[{}].tiers[{}]", i, k),
                       fmt::format("no profile of this fleet has tier \"{}\", the tiers are {}",
                                   tier, listed(known)),
                       closest(tier, known));
    }
  }
}

/// In a shorter soak some time zone would have no night.
void validate_window(const Reading& reading) {
  constexpr std::int64_t day_us = 24LL * 3'600'000'000;
  const Rollout& rollout = reading.scenario.rollout;
  if (rollout.window == LocalHours{}) return;
  for (std::size_t i = 0; i < rollout.stages.size(); ++i) {
    const Stage& stage = rollout.stages[i];
    if (stage.soak_us >= day_us) continue;
    reading.complain(stage_path(reading, i, "soak"),
                     fmt::format("stage {} soaks for {}, in which rollout.window would not open in "
                                 "every time zone, expected at least 1d",
                                 stage.name, duration_text(stage.soak_us)));
  }
}

std::vector<std::string> stage_names(const Rollout& rollout) {
  std::vector<std::string> names;
  for (const Stage& stage : rollout.stages) names.push_back(stage.name);
  return names;
}

void validate_releases(const Reading& reading) {
  const std::vector<std::string> names = stage_names(reading.scenario.rollout);
  const auto& releases = reading.scenario.rollout.releases;
  for (std::size_t i = 0; i < releases.size(); ++i) {
    const std::string& stage = releases[i].stage;
    if (stage.empty() || std::find(names.begin(), names.end(), stage) != names.end()) continue;
    reading.complain(fmt::format("rollout.releases[{}].stage", i),
                     fmt::format("unknown stage \"{}\" in rollout.releases[{}], the stages are {}",
                                 stage, i, listed(names)),
                     closest(stage, names));
  }
}

/// Who comes after the soak comes too late: the stage may be over by then.
void validate_pauses(const Reading& reading) {
  const Rollout& rollout = reading.scenario.rollout;
  const std::vector<std::string> names = stage_names(rollout);
  for (std::size_t i = 0; i < rollout.pauses.size(); ++i) {
    const Pause& pause = rollout.pauses[i];
    const auto stage = std::find(names.begin(), names.end(), pause.stage);
    if (stage == names.end()) {
      reading.complain(fmt::format("rollout.pauses[{}].stage", i),
                       fmt::format("unknown stage \"{}\" in rollout.pauses[{}], the stages are {}",
                                   pause.stage, i, listed(names)),
                       closest(pause.stage, names));
      continue;
    }
    const std::int64_t soak_us =
        rollout.stages[static_cast<std::size_t>(stage - names.begin())].soak_us;
    if (pause.after_us < soak_us) continue;
    reading.complain(
        fmt::format("rollout.pauses[{}].after", i),
        fmt::format("stage {} soaks for {} and may be over by then, expected less than that in "
                    "rollout.pauses[{}].after, found {}",
                    pause.stage, duration_text(soak_us), i, duration_text(pause.after_us)));
  }
}

/// Without a patch there would be nothing that a cart may fetch.
void validate_patch_only(const Reading& reading) {
  if (!reading.scenario.rollout.patch_only || !reading.is_sound("images")) return;
  const auto image = reading.scenario.images.find("new");
  if (image == reading.scenario.images.end() || image->second.changes) return;
  reading.complain("rollout.patch_only",
                   "there is no patch: images.new is not made from the old image, give "
                   "images.new.changes");
}

}  // namespace

void validate_stages(const Reading& reading) {
  if (!reading.is_sound("rollout") || !reading.is_sound("fleet")) return;
  const auto& stages = reading.scenario.rollout.stages;
  if (stages.empty()) {
    return reading.complain("rollout.stages", "expected at least one stage in rollout.stages");
  }
  validate_names(reading);
  std::uint64_t before = 0;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    validate_size(reading, i, before);
    before = carts_of(stages[i], reading.scenario.fleet.carts);
  }
  if (before < reading.scenario.fleet.carts) {
    const char* key = stages.back().percent > 0 ? "share" : "carts";
    reading.complain(
        stage_path(reading, stages.size() - 1, key),
        fmt::format("the last stage {} leaves {} carts without the update, expected "
                    "100%",
                    size_words(stages.back(), before), reading.scenario.fleet.carts - before));
  }
  validate_releases(reading);
  validate_pauses(reading);
  validate_patch_only(reading);
  validate_tiers(reading);
  validate_window(reading);
}

}  // namespace cartstorm::sim

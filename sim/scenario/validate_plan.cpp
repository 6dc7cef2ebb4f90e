#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "sim/scenario/durations.hpp"
#include "sim/scenario/suggest.hpp"
#include "sim/scenario/units.hpp"
#include "sim/scenario/validate.hpp"

namespace cartstorm::sim {

/// Percent of the fleet rounded up; the margin keeps 10% of 5,000 from becoming 501.
std::uint64_t carts_up_to(const Stage& stage, std::uint32_t fleet) {
  if (stage.carts != 0) return stage.carts;
  const double exact = stage.percent * fleet / 100 - 1e-7;
  const auto whole = static_cast<std::uint64_t>(exact < 0 ? 0 : exact);
  return whole + (static_cast<double>(whole) < exact ? 1U : 0U);
}

namespace {

/// The stage in words: `early (1% = 50 carts)`.
std::string size_words(const Stage& stage, std::uint64_t carts) {
  if (stage.carts != 0) return fmt::format("{} ({} carts)", stage.name, carts);
  return fmt::format("{} ({} = {} carts)", stage.name, percent_text(stage.percent), carts);
}

/// Stages of one rollout, and where they stand. Those that come from the plan stand nowhere in the
/// file; the plan's name does.
struct StageList {
  const std::vector<Stage>& stages;
  std::string path;
  bool is_written;
  std::string at(std::size_t index, const char* key) const {
    return is_written ? fmt::format("{}[{}].{}", path, index, key) : "rollout.plan";
  }
};

StageList planned(const Reading& reading) {
  const Node* rollout = reading.root.find("rollout");
  return {reading.scenario.rollout.stages, "rollout.stages",
          rollout != nullptr && rollout->find("stages") != nullptr};
}

void validate_size(const Reading& reading, const StageList& list, std::size_t index,
                   std::uint64_t before) {
  const Stage& stage = list.stages[index];
  const std::uint32_t fleet = reading.scenario.fleet.carts;
  const std::uint64_t carts = carts_up_to(stage, fleet);
  const char* key = stage.percent > 0 ? "share" : "carts";
  const std::string path = list.at(index, key);
  const std::string words = size_words(stage, carts);
  const char* way_out = list.is_written ? "" : ", give rollout.stages of its own";
  if (carts == 0) {
    reading.complain(path, fmt::format("stage {} is empty, expected at least 1 cart", stage.name));
  } else if (carts > fleet) {
    reading.complain(
        path, fmt::format("stage {} is larger than the fleet of {}{}", words, fleet, way_out));
  } else if (index > 0 && carts <= before) {
    const Stage& previous = list.stages[index - 1];
    const char* problem = carts < before ? "is smaller than" : "adds no cart to";
    reading.complain(path, fmt::format("stage {} {} stage {} in a fleet of {}{}", words, problem,
                                       size_words(previous, before), fleet, way_out));
  }
}

void validate_names(const Reading& reading, const StageList& list, std::set<std::string>& seen) {
  for (std::size_t i = 0; i < list.stages.size(); ++i) {
    if (!seen.insert(list.stages[i].name).second) {
      reading.complain(list.at(i, "stage"),
                       fmt::format("stage {} is there twice", list.stages[i].name));
    }
  }
}

/// A tier that no cart has would leave a stage empty, which the cloud refuses at run time only.
void validate_tiers(const Reading& reading, const StageList& list) {
  std::set<std::string> tiers;
  for (const Profile& profile : reading.scenario.fleet.profiles) tiers.insert(profile.tier);
  const std::vector<std::string> known(tiers.begin(), tiers.end());
  const auto& stages = list.stages;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    for (std::size_t k = 0; k < stages[i].tiers.size(); ++k) {
      const std::string& tier = stages[i].tiers[k];
      if (tiers.contains(tier)) continue;
      reading.complain(fmt::format("{}[{}].tiers[{}]", list.path, i, k),
                       fmt::format("no profile of this fleet has tier \"{}\", the tiers are {}",
                                   tier, listed(known)),
                       closest(tier, known));
    }
  }
}

/// In a shorter soak some time zone would have no night.
void validate_window(const Reading& reading, const StageList& list) {
  const Rollout& rollout = reading.scenario.rollout;
  if (rollout.window == LocalHours{}) return;
  for (std::size_t i = 0; i < list.stages.size(); ++i) {
    const Stage& stage = list.stages[i];
    if (stage.soak_us >= day_us) continue;
    reading.complain(list.at(i, "soak"),
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
  std::vector<std::string> names = stage_names(reading.scenario.rollout);
  if (const auto& newer = reading.scenario.rollout.superseded) {
    for (const Stage& stage : newer->stages) names.push_back(stage.name);
  }
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

/// Time in pauses that began before somebody comes `after_us` after the stage did: for as long the
/// stage cannot end. Absent: one of them nobody ends.
std::optional<std::int64_t> paused_before(const Rollout& rollout, const std::string& stage,
                                          std::int64_t after_us) {
  std::int64_t paused_us = 0;
  for (const Pause& pause : rollout.pauses) {
    if (pause.stage != stage || pause.after_us >= after_us) continue;
    if (!pause.lasts_us) return std::nullopt;
    paused_us += *pause.lasts_us;
  }
  return paused_us;
}

/// Something that a person does in a stage: who comes after the soak, and after the pauses that
/// make it longer, comes too late, the stage may be over by then.
void validate_moment(const Reading& reading, const std::string& path, const std::string& name,
                     std::int64_t after_us) {
  const Rollout& rollout = reading.scenario.rollout;
  const std::vector<std::string> names = stage_names(rollout);
  const auto stage = std::find(names.begin(), names.end(), name);
  if (stage == names.end()) {
    return reading.complain(
        path + ".stage",
        fmt::format("unknown stage \"{}\" in {}, the stages are {}", name, path, listed(names)),
        closest(name, names));
  }
  const std::int64_t soak_us =
      rollout.stages[static_cast<std::size_t>(stage - names.begin())].soak_us;
  const auto paused_us = paused_before(rollout, name, after_us);
  if (!paused_us || after_us < soak_us + *paused_us) return;
  const std::string pauses =
      *paused_us > 0 ? fmt::format(", is paused for {}", duration_text(*paused_us)) : "";
  reading.complain(
      path + ".after",
      fmt::format("stage {} soaks for {}{} and may be over by then, expected less than {} in "
                  "{}.after, found {}",
                  name, duration_text(soak_us), pauses,
                  *paused_us > 0 ? duration_text(soak_us + *paused_us) : "that", path,
                  duration_text(after_us)));
}

bool is_of_newer(const Rollout& rollout, const std::string& stage) {
  return rollout.superseded &&
         std::any_of(rollout.superseded->stages.begin(), rollout.superseded->stages.end(),
                     [&](const Stage& newer) { return newer.name == stage; });
}

/// When something happens in a rollout where nothing is held: in which stage, how long after it
/// began. An unknown stage comes after all others.
using Moment = std::pair<std::size_t, std::int64_t>;

Moment moment_of(const Rollout& rollout, const std::string& name, std::int64_t after_us) {
  std::size_t stage = 0;
  while (stage < rollout.stages.size() && rollout.stages[stage].name != name) ++stage;
  return {stage, after_us};
}

struct PlannedPause {
  std::size_t index;  ///< in the file
  Moment begins;
  std::optional<std::int64_t> lasts_us;
};

std::vector<PlannedPause> pauses_in_order(const Rollout& rollout) {
  std::vector<PlannedPause> planned;
  for (std::size_t i = 0; i < rollout.pauses.size(); ++i) {
    const Pause& pause = rollout.pauses[i];
    const Moment begins = moment_of(rollout, pause.stage, pause.after_us);
    if (begins.first == rollout.stages.size()) continue;
    planned.push_back({i, begins, pause.lasts_us});
  }
  std::stable_sort(
      planned.begin(), planned.end(),
      [](const PlannedPause& a, const PlannedPause& b) { return a.begins < b.begins; });
  return planned;
}

/// Who pauses what is paused is refused. A pause that ends keeps its stage from ending before it.
bool refuse_second(const Reading& reading, const PlannedPause& first, const PlannedPause& second) {
  const std::string path = fmt::format("rollout.pauses[{}]", second.index);
  if (!first.lasts_us) {
    reading.complain(path, fmt::format("{} begins in rollout.pauses[{}], which nobody ends: give "
                                       "rollout.pauses[{}].lasts",
                                       path, first.index, first.index));
    return true;
  }
  const std::int64_t ends_us = first.begins.second + *first.lasts_us;
  if (first.begins.first != second.begins.first || second.begins.second > ends_us) return false;
  reading.complain(path + ".after",
                   fmt::format("{} begins before rollout.pauses[{}] is over, expected more than {} "
                               "in {}.after, found {}",
                               path, first.index, duration_text(ends_us), path,
                               duration_text(second.begins.second)));
  return true;
}

/// Those that would do nothing: in another one, or in a rollout that is over.
void refuse_idle_pauses(const Reading& reading) {
  const Rollout& rollout = reading.scenario.rollout;
  const auto& newer = rollout.superseded;
  const Moment never{rollout.stages.size(), 0};
  const Moment over = newer ? moment_of(rollout, newer->stage, newer->after_us) : never;
  std::optional<PlannedPause> last;
  for (const PlannedPause& pause : pauses_in_order(rollout)) {
    if (pause.begins >= over) {
      reading.complain(
          fmt::format("rollout.pauses[{}]", pause.index),
          fmt::format("rollout.pauses[{}] comes too late: rollout.superseded ends this "
                      "rollout {} after stage {} began",
                      pause.index, duration_text(newer->after_us), newer->stage));
    } else if (!last || !refuse_second(reading, *last, pause)) {
      last = pause;
    }
  }
  if (over < never && last && !last->lasts_us && last->begins.first < over.first) {
    reading.complain("rollout.superseded.stage",
                     fmt::format("stage {} never begins: nobody ends rollout.pauses[{}], give its "
                                 "lasts",
                                 newer->stage, last->index));
  }
}

void validate_pauses(const Reading& reading) {
  const Rollout& rollout = reading.scenario.rollout;
  for (std::size_t i = 0; i < rollout.pauses.size(); ++i) {
    const Pause& pause = rollout.pauses[i];
    const std::string path = fmt::format("rollout.pauses[{}]", i);
    const bool is_known =
        moment_of(rollout, pause.stage, pause.after_us).first < rollout.stages.size();
    if (is_known || !is_of_newer(rollout, pause.stage)) {
      validate_moment(reading, path, pause.stage, pause.after_us);
      continue;
    }
    reading.complain(path + ".stage",
                     fmt::format("stage {} is of the newer rollout, pauses are of the older one; "
                                 "the stages of {} are {}",
                                 pause.stage, path, listed(stage_names(rollout))));
  }
  refuse_idle_pauses(reading);
}

/// Without a patch there would be nothing that a cart may fetch.
void validate_patch_only(const Reading& reading) {
  if (!reading.scenario.rollout.patch_only || !reading.is_sound("images")) return;
  const auto& images = reading.scenario.images;
  if (images.contains("newer")) {
    return reading.complain("rollout.patch_only",
                            "there is no patch to images.newer: without it nobody could fetch it");
  }
  const auto image = images.find("new");
  if (image == images.end() || image->second.changes) return;
  reading.complain("rollout.patch_only",
                   "there is no patch: images.new is not made from the old image, give "
                   "images.new.changes");
}

/// Its sizes grow from nothing to the whole fleet.
void validate_sizes(const Reading& reading, const StageList& list) {
  std::uint64_t before = 0;
  for (std::size_t i = 0; i < list.stages.size(); ++i) {
    validate_size(reading, list, i, before);
    before = carts_up_to(list.stages[i], reading.scenario.fleet.carts);
  }
  if (before < reading.scenario.fleet.carts) {
    const char* key = list.stages.back().percent > 0 ? "share" : "carts";
    reading.complain(
        list.at(list.stages.size() - 1, key),
        fmt::format("the last stage {} leaves {} carts without the update, expected "
                    "100%",
                    size_words(list.stages.back(), before), reading.scenario.fleet.carts - before));
  }
}

void validate_list(const Reading& reading, const StageList& list, std::set<std::string>& names) {
  if (list.stages.empty()) {
    return reading.complain(list.path, fmt::format("expected at least one stage in {}", list.path));
  }
  validate_names(reading, list, names);
  validate_sizes(reading, list);
  validate_tiers(reading, list);
  validate_window(reading, list);
}

}  // namespace

void validate_stages(const Reading& reading) {
  if (!reading.is_sound("rollout") || !reading.is_sound("fleet")) return;
  std::set<std::string> names;
  validate_list(reading, planned(reading), names);
  if (reading.scenario.rollout.stages.empty()) return;
  if (const auto& newer = reading.scenario.rollout.superseded) {
    validate_list(reading, {newer->stages, "rollout.superseded.stages", true}, names);
    validate_moment(reading, "rollout.superseded", newer->stage, newer->after_us);
  }
  validate_releases(reading);
  validate_pauses(reading);
  validate_patch_only(reading);
}

}  // namespace cartstorm::sim

#include "prune_check.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <iterator>

#include "workers.hpp"

namespace cartstorm::variants {
namespace json = boost::json;
namespace fs = std::filesystem;
namespace {

using Clock = std::chrono::steady_clock;

constexpr unsigned seconds_before_less = 20;  // of CPU; what does not storm takes three

/// How far both searches go; the next one is tried if this one does not end.
struct Reach {
  const char* name;
  std::vector<std::string> options;
};
const Reach reaches[] = {
    {"two cuts", {}},
    {"one cut", {"--depth", "1"}},
    {"one cut in two shapes", {"--depth", "1", "--tears", "half,flips_to_old_2"}}};

std::string text_in(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

/// The objects of a member that is a list of them.
std::vector<const json::object*> objects_in(const json::value& value, std::string_view key) {
  std::vector<const json::object*> found;
  const json::value* all = value.is_object() ? value.get_object().if_contains(key) : nullptr;
  if (all == nullptr || !all->is_array()) return found;
  for (const json::value& one : all->get_array()) {
    if (one.is_object()) found.push_back(&one.get_object());
  }
  return found;
}

std::string only_in(const std::set<std::string>& one, const std::set<std::string>& other) {
  std::vector<std::string> rest;
  std::ranges::set_difference(one, other, std::back_inserter(rest));
  return fmt::format("{}", fmt::join(rest, ", "));
}

std::uint64_t rank(const std::string& name, std::uint64_t seed) {
  std::uint64_t hash = 0xcbf29ce484222325u ^ seed * 0x9e3779b97f4a7c15u;
  for (const char c : name) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  }
  return hash ^ hash >> 29;
}

}  // namespace

Seen seen_of(const Ended& ended) {
  Seen seen;
  boost::system::error_code wrong;
  const json::value report = json::parse(ended.out, wrong);
  const auto stories = objects_in(report, "stories");
  if (wrong || (ended.code != 0 && ended.code != 1) || stories.empty()) {
    seen.problem = ended.hung          ? "a limit of time was reached"
                   : ended.signal != 0 ? fmt::format("ended by signal {}", ended.signal)
                                       : fmt::format("exit code {}: {}", ended.code, ended.err);
    return seen;
  }
  for (const json::object* story : stories) {
    seen.booted += story->at("executed").to_number<std::uint64_t>();
    for (const auto& outcome : story->at("outcomes").as_object()) {
      seen.outcomes.emplace(outcome.key());
    }
  }
  for (const json::object* violation : objects_in(report, "violations")) {
    const std::string promise = text_in(*violation, "promise");
    seen.kinds.insert(fmt::format("{}/{}", promise.empty() ? "outcome" : promise,
                                  text_in(*violation, "outcome")));
  }
  return seen;
}

std::string difference(const Seen& pruned, const Seen& whole) {
  std::vector<std::string> parts;
  const auto add = [&](const char* what, const std::set<std::string>& one,
                       const std::set<std::string>& other) {
    if (const std::string rest = only_in(one, other); !rest.empty()) {
      parts.push_back(fmt::format("{}: {}", what, rest));
    }
  };
  add("lost by pruning", whole.kinds, pruned.kinds);
  add("only with pruning", pruned.kinds, whole.kinds);
  add("ends lost by pruning", whole.outcomes, pruned.outcomes);
  add("ends only with pruning", pruned.outcomes, whole.outcomes);
  return fmt::format("{}", fmt::join(parts, "; "));
}

Ended PruneCheck::explore(const Variant& variant, const std::vector<std::string>& more,
                          const Limits& limits) const {
  const fs::path results = variant.folder() / "out";
  std::error_code ignored;
  fs::remove_all(results, ignored);
  std::vector<std::string> command = {
      program_, "explore", file_.string(),  "--device-code", variant.for_explorer().string(),
      "--json", "--out",   results.string()};
  command.insert(command.end(), more.begin(), more.end());
  return run(command, variant.folder(), limits);
}

/// A storm that writes ever higher numbers is never the same again: a whole search of it never
/// ends, and pruning hardly helps. Fewer paths of it, then, until they can be followed.
void PruneCheck::compare(const Variant& variant, const std::string& story, PruneRow& row) const {
  Seen pruned, whole;
  for (const Reach& reach : reaches) {
    const bool is_last = &reach == std::end(reaches) - 1;
    const Limits limits{is_last ? limits_.cpu_s : std::min(limits_.cpu_s, seconds_before_less),
                        limits_.wall_s};
    std::vector<std::string> options = {"--story", story};
    options.insert(options.end(), reach.options.begin(), reach.options.end());
    Ended search = explore(variant, options, limits);
    pruned = seen_of(search);
    if (!search.hung) {
      options.emplace_back("--no-prune");
      search = explore(variant, options, limits);
    }
    whole = seen_of(search);
    if (!reach.options.empty()) {
      row.notes.push_back(
          fmt::format("{}: too long to be followed whole, so with {}", story, reach.name));
    }
    if (!search.hung || is_ending()) break;
  }
  add_to(row, story, pruned, whole);
}

void PruneCheck::add_to(PruneRow& row, const std::string& story, const Seen& pruned,
                        const Seen& whole) {
  row.pruned += pruned.booted;
  row.whole += whole.booted;
  for (const std::string& kind : whole.kinds) row.kinds.insert(kind);
  const std::string problem = pruned.problem.empty() ? whole.problem : pruned.problem;
  const std::string differs = problem.empty() ? difference(pruned, whole) : std::string();
  if (!problem.empty()) {
    row.verdict = PruneRow::Verdict::failed;
    row.notes.push_back(story + ": " + problem);
  } else if (!differs.empty()) {
    if (row.verdict == PruneRow::Verdict::same) row.verdict = PruneRow::Verdict::differs;
    row.notes.push_back(story + ": " + differs);
  }
}

PruneRow PruneCheck::look_at_product() {
  Variant variant{builder_.fresh_folder()};
  builder_.build("", false, variant);
  if (variant.verdict == BuildVerdict::built) {
    boost::system::error_code wrong;
    const json::value report = json::parse(explore(variant, {"--depth", "1"}, limits_).out, wrong);
    for (const json::object* story : objects_in(report, "stories")) {
      stories_.push_back(text_in(*story, "story"));
    }
  }
  Defect product;
  product.name = "the product";
  return look_at(product);
}

PruneRow PruneCheck::look_at(const Defect& defect) {
  const Clock::time_point begin = Clock::now();
  PruneRow row;
  row.name = defect.name;
  Variant variant{builder_.fresh_folder()};
  builder_.build(defect.patch, false, variant);
  if (variant.verdict != BuildVerdict::built) {
    row.verdict = PruneRow::Verdict::not_built;
    row.notes.push_back(variant.problem);
  } else {
    row.verdict = PruneRow::Verdict::same;
    if (stories_.empty()) {
      row.verdict = PruneRow::Verdict::failed;
      row.notes.push_back("there are no stories in " + file_.string());
    }
    for (const std::string& story : stories_) compare(variant, story, row);
  }
  if (is_ending()) row.verdict = PruneRow::Verdict::interrupted;
  row.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  return row;
}

std::vector<PruneRow> PruneCheck::look_at_all(const std::vector<Defect>& defects, unsigned jobs,
                                              const std::function<void(const PruneRow&)>& on_row) {
  return make_rows<PruneRow>(
      defects.size(), jobs,
      [&](std::size_t n) { return std::optional<PruneRow>{look_at(defects[n])}; }, on_row);
}

std::vector<Defect> sample(std::vector<Defect> defects, std::size_t count, std::uint64_t seed) {
  std::ranges::sort(defects, {}, [&](const Defect& defect) { return rank(defect.name, seed); });
  defects.resize(std::min(count, defects.size()));
  return defects;
}

std::string to_text(const PruneRow& row) {
  constexpr const char* names[] = {"same", "differs", "failed", "not_built", "interrupted"};
  std::string text = fmt::format("{:<11} {:<38} {:>9} of {:>9} booted, {:>2} kinds, {:5.1f} s\n",
                                 names[static_cast<std::size_t>(row.verdict)], row.name, row.pruned,
                                 row.whole, row.kinds.size(), row.seconds);
  for (const std::string& note : row.notes) text += fmt::format("    {}\n", note);
  return text;
}

int exit_code(const std::vector<PruneRow>& rows) {
  using Verdict = PruneRow::Verdict;
  const auto has = [&](Verdict verdict) {
    return std::ranges::any_of(rows, [&](const PruneRow& row) { return row.verdict == verdict; });
  };
  if (is_ending() || has(Verdict::interrupted)) return 130;
  if (has(Verdict::differs)) return 1;
  return has(Verdict::failed) || has(Verdict::not_built) ? 3 : 0;
}

}  // namespace cartstorm::variants

#include "sim/scenario/vocabulary.hpp"

#include <fmt/format.h>

#include <set>

#include "sim/scenario/definitions.hpp"
#include "sim/scenario/known_words.hpp"
#include "sim/scenario/plans.hpp"

namespace cartstorm::sim {

namespace {

/// A bar would end the table's cell.
std::string cell(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) {
    text.insert(at, "\\");
  }
  return text;
}

std::string table(const std::vector<KeyRow>& rows) {
  if (rows.empty()) return "";
  std::string text = "| key | meaning | default |\n|---|---|---|\n";
  for (const KeyRow& row : rows) {
    std::string standard = "-";
    if (row.is_required) standard = "required";
    if (!row.default_text.empty()) standard = fmt::format("`{}`", row.default_text);
    if (row.doc.empty()) continue;
    text += fmt::format("| `{}` | {} | {} |\n", row.key, cell(row.doc), standard);
  }
  return text + "\n";
}

/// Something with a name, a sentence and keys.
struct Entry {
  std::string name, doc;
  std::vector<KeyRow> rows;
  bool may_be_bare = false;
};

template <class T>
Entry entry(std::string name, const Mapping<T>& mapping) {
  return {std::move(name), mapping.doc(), mapping.rows()};
}

std::vector<Entry> mappings() {
  return {entry("(top level)", scenario_definition()),
          entry("fleet", fleet_definition()),
          entry("images.older, images.old, images.new, images.newer", image_definition()),
          entry("rollout", rollout_definition()),
          entry("rollout.stages[]", stage_definition()),
          entry("rollout.pauses[]", pause_definition()),
          entry("rollout.superseded", supersession_definition()),
          entry("rollout.rules", rules_definition()),
          entry("rollout.rules.ratio", ratio_definition()),
          entry("rollout.rules.ratio_at_promotion", ratio_at_promotion_definition()),
          entry("rollout.rules.persistence", persistence_definition()),
          entry("rollout.rules.poisson_exact", poisson_exact_definition()),
          entry("rollout.rules.sprt", sprt_definition()),
          entry("rollout.rules.e_value", e_value_definition()),
          entry("rollout.rules.devices", devices_definition()),
          entry("rollout.limits", limits_definition()),
          entry("rollout.releases[]", release_definition()),
          entry("network", network_definition()),
          entry("cloud", cloud_definition()),
          entry("cloud.quotas", quotas_definition()),
          entry("who (of a fault)", who_definition()),
          entry("who (of an expectation)", selector_definition()),
          entry("profiles/*.yaml", profile_table_definition()),
          entry("profiles/*.yaml: table[]", profile_definition())};
}

template <class T>
std::vector<Entry> kinds(const std::vector<Alternative<T>>& all) {
  std::vector<Entry> entries;
  entries.reserve(all.size());
  for (const auto& kind : all) {
    entries.push_back({kind.name, kind.doc, kind.rows(), kind.may_be_bare});
  }
  return entries;
}

std::string sections(const std::vector<Entry>& entries, const char* form) {
  std::string text;
  for (const Entry& e : entries) {
    const char* bare = e.may_be_bare ? " May stand as a bare word." : "";
    text += vocabulary_section(form + e.name, e.doc + bare, e.rows);
  }
  return text;
}

std::string plans() {
  std::string text = "## Plans\n\n| plan | meaning |\n|---|---|\n";
  for (const auto& plan : known_plans()) {
    text += fmt::format("| `{}` | {} |\n", plan.name, plan.doc);
  }
  return text + "\n";
}

std::string promises() {
  std::string text =
      "## Promises\n\nEach is a bare word under `expect:`, or stands in `violates:`.\n\n";
  for (const auto& id : known_check_ids()) text += fmt::format("- `{}`\n", id);
  return text;
}

std::string key_line(const KeyRow& row) {
  std::string text = fmt::format("  {}: {}", row.key, row.doc);
  if (row.is_required) text += " Required.";
  if (!row.default_text.empty()) text += " Default: " + row.default_text + ".";
  return text + "\n";
}

std::string explain_entry(const char* noun, const Entry& e) {
  std::string text = fmt::format("{} {}: {}\n", noun, e.name, e.doc);
  for (const KeyRow& row : e.rows) {
    if (!row.doc.empty()) text += key_line(row);
  }
  return text;
}

}  // namespace

std::string vocabulary_section(std::string_view name, std::string_view doc,
                               const std::vector<KeyRow>& rows) {
  return fmt::format("### `{}`\n\n{}\n\n{}", name, doc, table(rows));
}

std::string explain_word(std::string_view word) {
  std::string text;
  for (const Entry& e : kinds(fault_kinds())) {
    if (e.name == word) text += explain_entry("fault", e);
  }
  for (const Entry& e : kinds(expectation_kinds())) {
    if (e.name == word) text += explain_entry("expectation", e);
  }
  for (const auto& plan : known_plans()) {
    if (plan.name == word) text += fmt::format("plan {}: {}\n", plan.name, plan.doc);
  }
  for (const Entry& e : mappings()) {
    // Rules are known by their last word: rollout.rules.e_value.
    if (e.name == word || e.name.ends_with(fmt::format(".{}", word))) {
      text += explain_entry("mapping", e);
    }
    for (const KeyRow& row : e.rows) {
      if (row.key == word) text += fmt::format("key in {}:\n{}", e.name, key_line(row));
    }
  }
  return text;
}

std::vector<std::string> explainable_words() {
  std::set<std::string> words;
  for (const Entry& e : kinds(fault_kinds())) words.insert(e.name);
  for (const Entry& e : kinds(expectation_kinds())) words.insert(e.name);
  for (const auto& plan : known_plans()) words.insert(std::string(plan.name));
  for (const Entry& e : mappings()) {
    for (const KeyRow& row : e.rows) words.insert(row.key);
  }
  return {words.begin(), words.end()};
}

std::string vocabulary_markdown() {
  std::string text =
      "# The words of a scenario\n\nGenerated from the definitions that parse scenario files; a "
      "test fails when this page is stale.\nUnits: durations `10h`, `1h30m`, `250ms`; offsets "
      "`-13h`; sizes `512KiB`; rates `256KiB/s`; shares `10%`; versions `1.8.0`.\n\n";
  text += "## Keys\n\n" + sections(mappings(), "") + plans();
  text += "## Faults\n\n" + sections(kinds(fault_kinds()), "fault: ");
  text += "## Expectations\n\n" + sections(kinds(expectation_kinds()), "");
  return text + promises();
}

}  // namespace cartstorm::sim

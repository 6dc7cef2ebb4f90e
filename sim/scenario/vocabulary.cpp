#include "sim/scenario/vocabulary.hpp"

#include <fmt/format.h>

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

template <class T>
std::string section(const char* path, const Mapping<T>& mapping) {
  return fmt::format("### `{}`\n\n{}\n\n{}", path, mapping.doc(), table(mapping.rows()));
}

template <class T>
std::string kinds(const std::vector<Alternative<T>>& all, const char* form) {
  std::string text;
  for (const auto& kind : all) {
    const char* bare = kind.may_be_bare ? " May stand as a bare word." : "";
    text += fmt::format("### `{}{}`\n\n{}{}\n\n{}", form, kind.name, kind.doc, bare,
                        table(kind.rows()));
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

}  // namespace

std::string vocabulary_markdown() {
  std::string text =
      "# The words of a scenario\n\nGenerated from the definitions that parse scenario files; a "
      "test fails when this page is stale.\nUnits: durations `10h`, `1h30m`, `250ms`; offsets "
      "`-13h`; sizes `512KiB`; rates `256KiB/s`; shares `10%`; versions `1.8.0`.\n\n## Keys\n\n";
  text += section("(top level)", scenario_definition());
  text += section("fleet", fleet_definition());
  text += section("images.old, images.new", image_definition());
  text += section("rollout", rollout_definition());
  text += section("rollout.stages[]", stage_definition());
  text += section("rollout.rules.ratio", ratio_definition());
  text += section("rollout.rules.devices", devices_definition());
  text += section("rollout.releases[]", release_definition());
  text += section("network", network_definition());
  text += section("who (of a fault)", who_definition());
  text += section("who (of an expectation)", selector_definition());
  text += section("profiles/*.yaml", profile_table_definition());
  text += section("profiles/*.yaml: table[]", profile_definition());
  text += plans();
  text += "## Faults\n\n" + kinds(fault_kinds(), "fault: ");
  text += "## Expectations\n\n" + kinds(expectation_kinds(), "");
  return text + promises();
}

}  // namespace cartstorm::sim

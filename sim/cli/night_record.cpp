#include "sim/cli/night_record.hpp"

#include <fmt/format.h>

#include "sim/cli/build.hpp"
#include "sim/cli/terminal.hpp"

namespace cartstorm::cli {
namespace {

std::string row_json(const NightRow& row) {
  const report::Summary& summary = row.summary;
  return fmt::format(R"(    {{"scenario": {}, "file": {}, "seed": {}, "verdict": {}, "reason": {},)"
                     "\n"
                     R"(     "trace_hash": {}, "folder": {}, "repeat": {}}})",
                     json_text(summary.scenario), json_text(summary.file), summary.seed,
                     json_text(report::name(summary.verdict)), json_text(summary.verdict_reason),
                     json_text(summary.trace_hash), json_text(row.folder),
                     json_text(summary.repeat_command));
}

}  // namespace

std::string night_json(const std::vector<NightRow>& rows, std::size_t not_started, int exit_code) {
  std::string runs;
  for (const NightRow& row : rows) runs += (runs.empty() ? "\n" : ",\n") + row_json(row);
  return fmt::format("{{\n  \"build\": {},\n  \"exit_code\": {},\n  \"not_started\": {},\n",
                     json_text(build_name()), exit_code, not_started) +
         "  \"runs\": [" + runs + "\n  ]\n}\n";
}

}  // namespace cartstorm::cli

#include "sim/cli/replay_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "reports/render/clean.hpp"
#include "reports/render/layout.hpp"
#include "sim/cli/hex_diff.hpp"
#include "sim/scenario/json_text.hpp"

namespace cartstorm::cli {
namespace {

using report::Paint;
using report::painted;
using sim::explore::Replay;
using sim::explore::ReplayKind;
using sim::explore::ReplayLine;
using sim::explore::TornSector;

/// Operations that are shown on both sides of what matters.
constexpr std::size_t shown_before = 6, shown_after = 3;

bool matters(const ReplayLine& line) {
  return line.kind == ReplayKind::cut || line.kind == ReplayKind::violation ||
         line.kind == ReplayKind::end;
}

/// An update has a thousand operations; those far from a cut are only counted.
std::vector<bool> shown_lines(const std::vector<ReplayLine>& lines) {
  std::vector<bool> is_shown(lines.size());
  for (std::size_t n = 0; n < lines.size(); ++n) {
    if (lines[n].kind != ReplayKind::operation) is_shown[n] = true;
    if (!matters(lines[n])) continue;
    const std::size_t from = n < shown_before ? 0 : n - shown_before;
    const std::size_t to = std::min(lines.size(), n + shown_after + 1);
    std::fill(is_shown.begin() + static_cast<std::ptrdiff_t>(from),
              is_shown.begin() + static_cast<std::ptrdiff_t>(to), true);
  }
  return is_shown;
}

/// Messages are long, and their ends are in --json; a cut is copied and stays in one piece.
std::string shortened(const ReplayLine& line, std::size_t prefix) {
  const std::size_t room = report::most_columns - prefix;
  const bool is_message = line.kind == ReplayKind::job;
  return is_message && report::columns(line.text) > room ? report::left(line.text, room)
                                                         : report::clean(line.text);
}

std::string line_text(const ReplayLine& line, bool with_color) {
  const bool is_cut = line.kind == ReplayKind::cut;
  const bool is_bad = line.kind == ReplayKind::violation;
  std::string text = fmt::format("{} {:>6}  {:<9}  ", is_cut ? ">>" : "  ", line.operation,
                                 sim::explore::name(line.kind));
  text += shortened(line, text.size());
  const Paint paint = is_cut ? Paint::bold : is_bad ? Paint::bad : Paint::plain;
  return painted(text, paint, with_color) + "\n";
}

std::string sectors_of(const Replay& replay, std::uint32_t power_cycle) {
  std::string text;
  for (const TornSector& sector : replay.sectors) {
    if (sector.power_cycle == power_cycle) text += hex_diff(sector);
  }
  return text;
}

/// How many operations stand between two lines of a power cycle; one line may tell of several.
std::string elided(const std::vector<ReplayLine>& lines, std::size_t from, std::size_t to) {
  if (from == to) return "";
  const bool is_followed = to < lines.size() && lines[to].power_cycle == lines[from].power_cycle;
  const std::size_t count = is_followed && lines[to].operation > lines[from].operation
                                ? lines[to].operation - lines[from].operation
                                : to - from;
  return fmt::format("{:>9}  {} operation{} of the flash\n", "...", count, count == 1 ? "" : "s");
}

std::string all_lines(const Replay& replay, bool with_color) {
  const std::vector<ReplayLine>& lines = replay.lines;
  const std::vector<bool> is_shown = shown_lines(lines);
  std::string text;
  std::uint32_t power_cycle = 0;
  std::size_t told = 0;  // lines before this one are shown or counted
  for (std::size_t n = 0; n < lines.size(); ++n) {
    if (lines[n].power_cycle != power_cycle) {
      text += elided(lines, told, n) + sectors_of(replay, power_cycle);
      told = n;
      power_cycle = lines[n].power_cycle;
      text += painted(fmt::format("\npower cycle {}", power_cycle), Paint::bold, with_color) + "\n";
    }
    if (!is_shown[n]) continue;
    text += elided(lines, told, n) + line_text(lines[n], with_color);
    told = n + 1;
  }
  return text + elided(lines, told, lines.size()) + sectors_of(replay, power_cycle);
}

std::string ending(const Replay& replay, bool with_color) {
  const bool is_good = sim::explore::is_good(replay.outcome) && !replay.violation;
  std::string text = painted(fmt::format("\nends as {}", sim::explore::name(replay.outcome)),
                             is_good ? Paint::good : Paint::bad, with_color) +
                     "\n";
  if (!replay.violation) return text;
  std::string what = replay.violation.what;
  if (replay.violation.value != 0) what += fmt::format(" ({})", replay.violation.value);
  return text +
         painted(fmt::format("broken: {} ({})", sim::explore::name(replay.violation.promise),
                             sim::explore::number(replay.violation.promise)),
                 Paint::bad, with_color) +
         "\n" + report::wrapped(what, 2);
}

boost::json::array rows_json(const TornSector& sector) {
  boost::json::array rows;
  for (const RowRun& run : differing_rows(sector)) {
    for (std::size_t n = 0; n < run.rows; ++n) {
      const std::size_t from = run.first + n * row_bytes;
      rows.push_back(boost::json::object{{"offset", from},
                                         {"before", hex_row(sector.before, from, "")},
                                         {"meant", hex_row(sector.meant, from, "")},
                                         {"left", hex_row(sector.left, from, "")}});
    }
  }
  return rows;
}

boost::json::array sectors_json(const Replay& replay) {
  boost::json::array all;
  for (const TornSector& sector : replay.sectors) {
    all.push_back(boost::json::object{{"power_cycle", sector.power_cycle},
                                      {"region", sim::explore::region_name(sector.region)},
                                      {"offset", sector.offset},
                                      {"first", sector.first},
                                      {"last", sector.last},
                                      {"reads_until_flip", sector.reads_until_flip},
                                      {"rows", rows_json(sector)}});
  }
  return all;
}

boost::json::array lines_json(const Replay& replay) {
  boost::json::array all;
  for (const ReplayLine& line : replay.lines) {
    all.push_back(boost::json::object{{"kind", sim::explore::name(line.kind)},
                                      {"power_cycle", line.power_cycle},
                                      {"operation", line.operation},
                                      {"text", line.text}});
  }
  return all;
}

}  // namespace

std::string to_text(const Replay& replay, bool with_color) {
  std::string text;
  if (replay.problem.empty()) {
    text = fmt::format("portable  {}\nexact     {}\n", sim::explore::portable_text(replay.address),
                       sim::explore::exact_text(replay.address, replay.fingerprint));
  }
  text += all_lines(replay, with_color);
  return replay.problem.empty() ? text + ending(replay, with_color) : text;
}

std::string to_json(const Replay& replay, int exit_code) {
  sim::Json promise = nullptr, number = nullptr, what = nullptr;
  if (replay.violation) {
    promise = sim::explore::name(replay.violation.promise);
    number = sim::explore::number(replay.violation.promise);
    what = replay.violation.what;
  }
  const bool is_there = replay.problem.empty();
  return sim::json_text(boost::json::object{
      {"token", is_there ? sim::explore::portable_text(replay.address) : ""},
      {"exact", is_there ? sim::explore::exact_text(replay.address, replay.fingerprint) : ""},
      {"fingerprint", replay.fingerprint},
      {"problem", replay.problem},
      {"exit_code", exit_code},
      {"outcome", sim::explore::name(replay.outcome)},
      {"promise", promise},
      {"number", number},
      {"what", what},
      {"value", replay.violation.value},
      {"lines", lines_json(replay)},
      {"sectors", sectors_json(replay)}});
}

}  // namespace cartstorm::cli

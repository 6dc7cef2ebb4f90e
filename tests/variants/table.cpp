#include "table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json.hpp>

namespace cartstorm::variants {
namespace json = boost::json;
namespace {

constexpr double least_score = 0.95;  // of mutants

/// `by` in words: a promise and a unit test have names, the rest does not.
std::string found_by(const Row& row) {
  return row.finding.kind == Finding::Kind::nothing ? std::string("-") : row.finding.by;
}

std::string second_line(const Row& row) {
  switch (row.verdict) {
    case Verdict::unexpected:
      return fmt::format("{} Expected: {}", row.sentence, fmt::join(row.promises, " or "));
    case Verdict::alive:
      return row.sentence;
    case Verdict::known_gap:
    case Verdict::judged:
    case Verdict::does_not_apply:
    case Verdict::does_not_compile:
    case Verdict::failed:
      return row.note;
    case Verdict::found:
    case Verdict::same_code:
    case Verdict::interrupted:
      break;
  }
  return {};
}

json::object to_object(const Row& row) {
  json::object object;
  object["name"] = row.name;
  object["defect"] = row.sentence;
  if (!row.where.empty()) object["where"] = row.where;
  object["verdict"] = name(row.verdict);
  object["expected"] = json::value_from(row.promises);
  object["found_by"] = row.finding.by;
  object["case"] = row.finding.exploration;
  object["class"] = row.finding.outcome;
  object["points"] = row.finding.points;
  object["seconds"] = static_cast<double>(static_cast<std::uint64_t>(row.seconds * 1000)) / 1000;
  object["token"] = row.finding.token;
  if (!row.note.empty()) object["note"] = row.note;
  return object;
}

}  // namespace

std::string heading() {
  return fmt::format("{:<16} {:<38} {:<30} {:<20} {:>9} {:>7}  {}\n", "verdict", "defect",
                     "found by", "in", "points", "seconds", "token");
}

std::string to_text(const Row& row) {
  std::string line = fmt::format(
      "{:<16} {:<38} {:<30} {:<20} {:>9} {:>7.1f}  {}", name(row.verdict), row.name, found_by(row),
      row.finding.exploration, row.finding.points, row.seconds, row.finding.token);
  while (line.ends_with(' ')) line.pop_back();
  const std::string more = second_line(row);
  return line + "\n" + (more.empty() ? "" : fmt::format("{:16} {}\n", "", more));
}

double Summary::score() const {
  const std::size_t counted = found + unexpected + alive;
  return counted == 0 ? 1.0
                      : static_cast<double>(found + unexpected) / static_cast<double>(counted);
}

Summary summary_of(const std::vector<Row>& rows, std::size_t total, bool are_mutants) {
  Summary summary;
  summary.total = total;
  summary.skipped = total - std::min(total, rows.size());
  for (const Row& row : rows) {
    summary.seconds += row.seconds;
    switch (row.verdict) {
      case Verdict::found:
        ++summary.found;
        break;
      case Verdict::unexpected:
        ++summary.unexpected;
        break;
      case Verdict::alive:
        ++summary.alive;
        break;
      case Verdict::known_gap:
        ++summary.gaps;
        break;
      case Verdict::judged:
        ++summary.judged;
        break;
      case Verdict::same_code:
        ++(are_mutants ? summary.no_program : summary.alive);
        break;
      case Verdict::does_not_apply:
      case Verdict::does_not_compile:
        ++(are_mutants ? summary.no_program : summary.failed);
        break;
      case Verdict::failed:
        ++summary.failed;
        break;
      case Verdict::interrupted:
        ++summary.skipped;
        break;
    }
  }
  return summary;
}

std::string to_text(const Summary& s, bool are_mutants) {
  std::string text = fmt::format("{} of {} {} found", s.found + s.unexpected, s.total,
                                 are_mutants ? "mutants" : "defects");
  const auto add = [&](std::size_t count, const char* what) {
    if (count > 0) text += fmt::format(", {} {}", count, what);
  };
  add(s.unexpected, "of them by another promise than expected");
  add(s.alive, "alive");
  add(s.gaps, "known gaps");
  add(s.judged, "judged as equivalent");
  add(s.no_program, "that change no program");
  add(s.failed, "failed");
  add(s.skipped, "not looked at");
  if (are_mutants) text += fmt::format("; {:.1f} % of those that can be found", 100 * s.score());
  return text + fmt::format("; {:.0f} s of work\n", s.seconds);
}

std::string to_json(const std::vector<Row>& rows, const Summary& s, bool was_interrupted) {
  json::array variants;
  for (const Row& row : rows) variants.push_back(to_object(row));
  const json::object summary{{"total", s.total},
                             {"found", s.found},
                             {"unexpected", s.unexpected},
                             {"alive", s.alive},
                             {"known_gaps", s.gaps},
                             {"judged", s.judged},
                             {"no_program", s.no_program},
                             {"failed", s.failed},
                             {"skipped", s.skipped},
                             {"score", s.score()},
                             {"was_interrupted", was_interrupted}};
  return json::serialize(json::object{{"variants", variants}, {"summary", summary}}) + "\n";
}

int exit_code(const Summary& s, bool are_mutants) {
  if (s.failed > 0) return are_mutants ? 3 : 1;
  if (are_mutants) return s.score() >= least_score ? 0 : 1;
  return s.alive + s.unexpected == 0 ? 0 : 1;
}

}  // namespace cartstorm::variants

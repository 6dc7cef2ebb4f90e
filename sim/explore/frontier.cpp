#include "sim/explore/frontier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace cartstorm::sim::explore {
namespace {

constexpr const char* magic = "cartstorm-frontier";
constexpr int format = 2;

/// Of all lines before the last: a digit that is another one is damage, too.
std::string sum_of(std::string_view lines) {
  KeyWriter writer;
  writer.bytes(std::as_bytes(std::span{lines}));
  return fmt::format("{:016x}", writer.finish().low);
}

void write_story(std::ostream& out, const char* word, const StoryResult& story) {
  out << word << ' ' << story.story << ' ' << story.considered << ' ' << story.executed << ' '
      << story.states << ' ' << story.operations << ' ' << story.most_erases << ' '
      << int{story.claimed_dead_sectors} << ' ' << static_cast<int>(story.clean);
  for (const std::uint64_t points : story.points) {
    out << ' ' << points;
  }
  out << '\n';
}

bool read_story(std::istream& in, StoryResult& story) {
  int claimed = 0;
  std::size_t clean = 0;
  in >> story.story >> story.considered >> story.executed >> story.states >> story.operations >>
      story.most_erases >> claimed >> clean;
  story.claimed_dead_sectors = claimed != 0;
  story.clean = static_cast<Outcome>(std::min(clean, outcome_count - 1));
  for (std::uint64_t& points : story.points) {
    in >> points;
  }
  return static_cast<bool>(in);
}

/// In both forms: where to walk, and how to tell it.
std::string both_texts(const Address& address, const std::string& fingerprint) {
  return exact_text(address, fingerprint) + ' ' + portable_text(address);
}

void write_finding(std::ostream& out, const Finding& finding, const std::string& fingerprint) {
  out << "finding " << both_texts(finding.address, fingerprint) << ' '
      << static_cast<int>(finding.outcome) << ' ' << finding.found_after << ' '
      << static_cast<int>(finding.violation.promise) << ' ' << finding.violation.value << ' '
      << (finding.violation.what == nullptr ? "-" : finding.violation.what) << '\n';
}

bool read_address(std::istream& in, Address& address) {
  std::string exact_form;
  std::string portable_form;
  std::string problem;
  if (!(in >> exact_form >> portable_form)) {
    return false;
  }
  const auto exact = parse_token(exact_form, problem);
  const auto portable = parse_token(portable_form, problem);
  if (!exact || !portable || !exact->is_exact ||
      exact->address.points.size() != portable->address.points.size()) {
    return false;
  }
  address = exact->address;
  for (std::size_t i = 0; i < address.points.size(); ++i) {
    address.points[i].spot = portable->address.points[i].spot;
  }
  return true;
}

bool read_finding(std::istream& in, ExploreResult& result) {
  Finding finding;
  std::size_t outcome = 0;
  std::size_t promise = 0;
  if (!read_address(in, finding.address) ||
      !(in >> outcome >> finding.found_after >> promise >> finding.violation.value)) {
    return false;
  }
  std::string what;
  std::getline(in >> std::ws, what);
  if (outcome >= outcome_count || promise >= promise_count) {
    return false;
  }
  finding.outcome = static_cast<Outcome>(outcome);
  if (what != "-") {
    finding.violation.promise = static_cast<Promise>(promise);
    finding.violation.what = result.texts.emplace_back(what).c_str();
  }
  result.findings.push_back(std::move(finding));
  return true;
}

bool read_waiting(std::istream& in, Frontier& out) {
  WaitingPath path;
  int cuts_left = 0;
  if (!read_address(in, path.address) || !(in >> cuts_left >> path.points)) {
    return false;
  }
  path.cuts_left = static_cast<std::uint8_t>(cuts_left);
  out.waiting.push_back(std::move(path));
  return true;
}

bool read_premises(std::istream& in, Premises& premises) {
  for (std::uint64_t& count : premises.counts) {
    in >> count;
  }
  return static_cast<bool>(in);
}

bool read_line(const std::string& line, Frontier& out) {
  std::istringstream in{line};
  std::string word;
  in >> word;
  if (word == "done") {
    return read_story(in, out.result.stories.emplace_back());
  }
  if (word == "current") {
    return read_story(in, out.current);
  }
  if (word == "finding") {
    return read_finding(in, out.result);
  }
  if (word == "kind") {
    return static_cast<bool>(in >> out.result.kinds.emplace_back());
  }
  if (word == "violating") {
    return static_cast<bool>(in >> out.result.violating_points);
  }
  if (word == "premises") {
    return read_premises(in, out.result.premises);
  }
  if (word == "wait") {
    return read_waiting(in, out);
  }
  return false;
}

std::string text_of(const Frontier& frontier) {
  std::ostringstream out;
  const std::string& fingerprint = frontier.result.fingerprint;
  out << magic << ' ' << format << ' ' << fingerprint << '\n';
  for (const StoryResult& story : frontier.result.stories) {
    write_story(out, "done", story);
  }
  if (!frontier.current.story.empty()) {
    write_story(out, "current", frontier.current);
  }
  for (const Finding& finding : frontier.result.findings) {
    write_finding(out, finding, fingerprint);
  }
  for (const std::string& kind : frontier.result.kinds) {
    out << "kind " << kind << '\n';
  }
  out << "violating " << frontier.result.violating_points << "\npremises";
  for (const std::uint64_t count : frontier.result.premises.counts) {
    out << ' ' << count;
  }
  out << '\n';
  for (const WaitingPath& path : frontier.waiting) {
    out << "wait " << both_texts(path.address, fingerprint) << ' ' << int{path.cuts_left} << ' '
        << path.points << '\n';
  }
  return out.str();
}

}  // namespace

bool save(const Frontier& frontier, const std::filesystem::path& file, std::string& problem) {
  // Beside the old one first: a full disk must not cost what was there.
  const std::filesystem::path fresh = file.string() + ".new";
  std::ofstream out{fresh};
  const std::string text = text_of(frontier);
  out << text << "end " << sum_of(text) << '\n';
  out.close();
  std::error_code error;
  if (out) {
    std::filesystem::rename(fresh, file, error);
  }
  if (!out || error) {
    problem = "cannot write " + file.string() + " (disk full, or no permission?)";
    std::filesystem::remove(fresh, error);
    return false;
  }
  return true;
}

bool load(const std::filesystem::path& file, const std::string& fingerprint, Frontier& out,
          std::string& problem) {
  std::ifstream in{file};
  std::string line;
  if (!in || !std::getline(in, line)) {
    problem = "cannot read " + file.string();
    return false;
  }
  std::istringstream head{line};
  std::string word;
  std::string made_for;
  int version = 0;
  if (!(head >> word >> version >> made_for) || word != magic || version != format) {
    problem = file.string() + ":1: is no frontier of an exploration";
    return false;
  }
  if (made_for != fingerprint) {
    problem = fmt::format(
        "{} was made for another exploration, geometry or build ({}, this is {}); explore without "
        "--resume",
        file.string(), made_for, fingerprint);
    return false;
  }
  std::string before;
  for (int number = 2;; ++number) {
    before += line + '\n';
    const bool is_there = static_cast<bool>(std::getline(in, line));
    if (is_there && line == "end " + sum_of(before)) {
      break;
    }
    if (!is_there || !read_line(line, out)) {
      problem = fmt::format("{}:{}: damaged, or cut off; explore without --resume", file.string(),
                            number);
      return false;
    }
  }
  out.result.fingerprint = fingerprint;
  return true;
}

}  // namespace cartstorm::sim::explore

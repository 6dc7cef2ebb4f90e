#include "sim/cli/live_line.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "sim/cli/terminal.hpp"

namespace cartstorm::cli {
namespace {

/// The rate is what a person compares between two evenings, so it covers the whole run so far.
std::string events_per_second(std::uint64_t events, double seconds) {
  if (seconds < 0.05) return "";
  const double rate = static_cast<double>(events) / seconds;
  if (rate >= 1e6) return fmt::format("{:.1f} M events/s", rate / 1e6);
  return fmt::format("{:.0f} k events/s", rate / 1e3);
}

}  // namespace

std::string virtual_time(std::int64_t time_us) {
  const std::int64_t minutes = (time_us < 0 ? -time_us : time_us) / 60'000'000;
  return fmt::format("{}d{} {:02}:{:02}", time_us < 0 ? "-" : "", minutes / 1440, minutes / 60 % 24,
                     minutes % 60);
}

void LiveLine::update(std::size_t run, const std::string& name, const sim::Progress& progress) {
  const std::lock_guard lock(mutex_);
  const auto [row, is_new] = rows_.try_emplace(run);
  if (is_new) {
    row->second.name = name;
    row->second.since = std::chrono::steady_clock::now();
  }
  row->second.progress = progress;
}

void LiveLine::finished(std::size_t run) {
  const std::lock_guard lock(mutex_);
  rows_.erase(run);
  ++done_;
}

std::string LiveLine::text() const {
  const auto now = std::chrono::steady_clock::now();
  std::string line = runs_ > 1 ? fmt::format("[{}/{}] ", done_, runs_) : "";
  const bool is_alone = rows_.size() == 1;
  const char* separator = "";
  for (const auto& [run, row] : rows_) {
    const sim::Progress& p = row.progress;
    line += fmt::format("{}{} {} {}", separator, row.name, virtual_time(p.time_us), p.stage);
    line +=
        fmt::format("  {:.1f} % new  {:.1f} % rolled back", 100 * p.on_new, 100 * p.rolled_back);
    const double seconds = std::chrono::duration<double>(now - row.since).count();
    if (is_alone) line += "  " + events_per_second(p.events, seconds);
    separator = " | ";
  }
  // A line that wraps could not be erased.
  return line.substr(0, columns() - 1);
}

void LiveLine::draw() {
  if (!is_shown_) return;
  const std::lock_guard lock(mutex_);
  if (rows_.empty()) return;
  fmt::print(stderr, "\r\x1b[K{}", text());
  std::fflush(stderr);
  is_drawn_ = true;
}

void LiveLine::erase() {
  if (!is_drawn_) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
  is_drawn_ = false;
}

}  // namespace cartstorm::cli

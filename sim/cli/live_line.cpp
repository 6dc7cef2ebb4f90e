#include "sim/cli/live_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <string_view>

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

std::string LiveLine::text_of_one(const Row& row) const {
  const sim::Progress& p = row.progress;
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - row.since).count();
  return fmt::format("{} {} {}  {:.1f}% new  {:.1f}% rolled back  {}", row.name,
                     virtual_time(p.time_us), p.stage, 100 * p.on_new, 100 * p.rolled_back,
                     events_per_second(p.events, seconds));
}

/// As many runs as fit side by side, each with its name cut to what is left for it.
std::string LiveLine::text_of_several(std::size_t width) const {
  constexpr std::size_t least_width = 32;
  constexpr std::string_view separator = " | ";
  const std::size_t most = std::max<std::size_t>(width / (least_width + separator.size()), 1);
  const std::size_t shown = std::min(rows_.size(), most);
  const std::size_t each = (width - (shown - 1) * separator.size()) / shown;
  std::string line;
  std::size_t n = 0;
  for (const auto& [run, row] : rows_) {
    if (n++ == shown) break;
    const sim::Progress& p = row.progress;
    const std::string facts =
        fmt::format(" {} {} {:.0f}%", virtual_time(p.time_us), p.stage, 100 * p.on_new);
    const std::size_t left = each > facts.size() ? each - facts.size() : 1;
    line += (n == 1 ? "" : std::string(separator)) + row.name.substr(0, left) + facts;
  }
  return line;
}

std::string LiveLine::text() const {
  // The last column stays free, and a line that wraps could not be erased.
  const std::size_t width = std::max<std::size_t>(columns(), 20) - 1;
  const std::string count = runs_ > 1 ? fmt::format("[{}/{}] ", done_, runs_) : "";
  const std::string rest = rows_.size() == 1 ? text_of_one(rows_.begin()->second)
                                             : text_of_several(width - count.size());
  return (count + rest).substr(0, width);
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

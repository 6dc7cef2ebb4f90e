#include "sim/cli/explore_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "sim/cli/terminal.hpp"

namespace cartstorm::cli {
namespace {

constexpr double between_lines_s = 0.2;
/// The first guesses of what is left are wild.
constexpr double least_share = 0.01;

std::string rate_text(double per_second) {
  if (per_second >= 1e6) return fmt::format("{:.1f} M points/s", per_second / 1e6);
  if (per_second >= 1e4) return fmt::format("{:.0f} k points/s", per_second / 1e3);
  return fmt::format("{:.0f} points/s", per_second);
}

std::string bar(double share) {
  constexpr int width = 16;
  const int full = std::clamp(static_cast<int>(share * width), 0, width);
  return "[" + std::string(static_cast<std::size_t>(full), '=') +
         std::string(static_cast<std::size_t>(width - full), ' ') + "]";
}

}  // namespace

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string short_time(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::max(seconds, 0.0) + 0.5);
  if (whole < 60) return fmt::format("{}s", whole);
  if (whole < 3600) return fmt::format("{}m {:02}s", whole / 60, whole % 60);
  return fmt::format("{}h {:02}m", whole / 3600, whole / 60 % 60);
}

void ExploreLine::begin(const std::string& exploration, std::size_t number, std::size_t of) {
  head_ = of > 1 ? fmt::format("[{}/{}] {}", number, of, exploration) : exploration;
  begun_ = drawn_ = Clock::now();
  executed_ = 0;
  new_states_ = 0;
}

std::string ExploreLine::text(const sim::explore::Progress& p, double seconds, double since_drawn,
                              std::size_t width) {
  const double share =
      p.stories == 0 ? 0 : (p.stories_done + std::clamp(p.share, 0.0, 1.0)) / p.stories;
  const double points = static_cast<double>(p.executed >= executed_ ? p.executed - executed_ : 0);
  executed_ = p.executed;
  std::string line =
      fmt::format("{}/{} {} {:3.0f}%  {}  {} states (+{})", head_, p.story, bar(share), 100 * share,
                  rate_text(since_drawn > 0 ? points / since_drawn : 0), grouped(p.states),
                  grouped(new_states_));
  if (share > least_share) line += "  " + short_time(seconds * (1 - share) / share) + " left";
  // The last column stays free, and a line that wraps could not be erased.
  return line.substr(0, std::max<std::size_t>(width, 20) - 1);
}

void ExploreLine::update(const sim::explore::Progress& progress) {
  new_states_ += progress.new_states;
  if (!is_shown_) return;
  const auto now = Clock::now();
  const double since_drawn = std::chrono::duration<double>(now - drawn_).count();
  if (since_drawn < between_lines_s) return;
  const double seconds = std::chrono::duration<double>(now - begun_).count();
  fmt::print(stderr, "\r\x1b[K{}", text(progress, seconds, since_drawn, columns()));
  std::fflush(stderr);
  drawn_ = now;
  new_states_ = 0;
  is_drawn_ = true;
}

void ExploreLine::erase() {
  if (!is_drawn_) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
  is_drawn_ = false;
}

}  // namespace cartstorm::cli

#include "broker-mock/net/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/stream_parser.hpp>
#include <numeric>
#include <vector>

namespace cartstorm::broker::net {
namespace {

constexpr std::size_t deepest = 16;

std::string place_of(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, at);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1: the beginning
  return fmt::format("line {}, column {}", line, before.size() - line_begin + 1);
}

/// Letters to add, drop, change or swap with their neighbour to make one word of the other.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> above(b.size() + 1), row(b.size() + 1), next(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    next[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = row[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      next[j] = std::min({row[j] + 1, next[j - 1] + 1, change});
      const bool is_swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (is_swap) next[j] = std::min(next[j], above[j - 2] + 1);
    }
    above.swap(row);
    row.swap(next);
  }
  return row[b.size()];
}

}  // namespace

boost::json::value read_json(std::string_view text, std::string& problem) {
  boost::json::parse_options options;
  options.max_depth = deepest;
  boost::json::stream_parser parser{{}, options};
  boost::system::error_code error;
  const std::size_t taken = parser.write_some(text.data(), text.size(), error);
  const std::size_t rest = text.find_first_not_of(" \t\r\n", taken);
  if (!error && rest == std::string_view::npos) parser.finish(error);
  if (!error && rest == std::string_view::npos) return parser.release();
  const std::size_t at = error ? taken : rest;
  problem = fmt::format("not JSON: {}: {}", place_of(text, at),
                        error ? error.message() : "there is more behind the end");
  return nullptr;
}

std::string_view nearest(std::string_view typed, std::span<const std::string> known) {
  constexpr std::size_t longest = 64;  // nobody mistypes more, and the search is quadratic
  std::string_view best;
  std::size_t best_distance = 0;
  if (typed.size() > longest) return best;
  for (const std::string& word : known) {
    const std::size_t away = distance(typed, word);
    const bool is_near = away <= std::max<std::size_t>(1, word.size() / 3) ||
                         (typed.size() > 2 && word.starts_with(typed));
    if (!is_near || (!best.empty() && away >= best_distance)) continue;
    best = word;
    best_distance = away;
  }
  return best;
}

}  // namespace cartstorm::broker::net

#include "delta_sector.hpp"

#include <algorithm>
#include <map>

namespace ota::host {
namespace {

using Kind = DeltaStep::Kind;

// Shorter stretches are found everywhere and say nothing about where the sector came from.
constexpr std::uint32_t telling_match = 8;
constexpr std::size_t most_shifts = 48;
constexpr std::uint32_t shortest_borrow = 4;
constexpr std::uint32_t longest_borrow = 19;

}  // namespace

std::uint32_t number_size(std::uint32_t value) {
  std::uint32_t size = 1;
  while ((value >>= 7) != 0) {
    ++size;
  }
  return size;
}

std::uint32_t zigzag(std::int32_t value) {
  const auto bits = static_cast<std::uint32_t>(value);
  return bits << 1 ^ (value < 0 ? ~std::uint32_t{0} : 0);
}

std::vector<std::int32_t> find_shifts(const DeltaSector& sector, const SuffixIndex& index) {
  std::map<std::int32_t, std::uint32_t> found{{0, 0}};
  for (std::uint32_t at = 0; at < sector.size;) {
    const SuffixIndex::Match match = index.longest(sector.content().subspan(at));
    if (match.size >= telling_match) {
      found[static_cast<std::int32_t>(match.at - sector.begin - at)] += match.size;
      at += match.size;
    } else {
      ++at;
    }
  }
  std::vector<std::pair<std::int32_t, std::uint32_t>> ranked(found.begin(), found.end());
  std::ranges::stable_sort(ranked, std::ranges::greater{},
                           [](const auto& entry) { return entry.second; });
  std::vector<std::int32_t> shifts{0};
  for (const auto& [shift, bytes] : ranked) {
    if (shift != 0 && shifts.size() < most_shifts) {
      shifts.push_back(shift);
    }
  }
  return shifts;
}

std::vector<DeltaStep> borrow_literals(const DeltaSector& sector, const SuffixIndex& index,
                                       const std::vector<DeltaStep>& steps) {
  std::vector<DeltaStep> result;
  std::uint32_t at = 0;
  std::int32_t shift = 0;
  for (const DeltaStep& step : steps) {
    if (step.kind != Kind::literal) {
      shift = step.shift;
      result.push_back(step);
      at += step.size;
      continue;
    }
    std::uint32_t kept = 0;  // bytes of the literal so far
    const auto keep = [&] {
      if (kept > 0) {
        result.push_back({Kind::literal, kept});
      }
      kept = 0;
    };
    for (const std::uint32_t end = at + step.size; at < end;) {
      const auto [from, common] = index.longest(sector.content().subspan(at, end - at));
      const std::uint32_t size = std::min(common, longest_borrow);
      const auto away = static_cast<std::int32_t>(from - sector.begin - at);
      const std::uint32_t price = 1 + number_size(zigzag(away - shift)) + (kept > 0 ? 1 : 0);
      if (size >= shortest_borrow && size > price) {
        keep();
        result.push_back({Kind::borrow, size, away});
        at += size;
      } else {
        ++kept;
        ++at;
      }
    }
    keep();
  }
  return result;
}

}  // namespace ota::host

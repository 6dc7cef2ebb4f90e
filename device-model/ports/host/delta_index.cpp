#include "delta_index.hpp"

#include <divsufsort.h>

#include <algorithm>

namespace ota::host {
namespace {

// In a run of equal bytes every comparison would be as long as the run.
constexpr std::size_t longest_pattern = 1024;

}  // namespace

SuffixIndex::SuffixIndex(Bytes text) : text_(text), order_(text.size()) {
  // It fails for lack of memory only, and then nothing is found: a patch of literals.
  if (divsufsort(reinterpret_cast<const sauchar_t*>(text.data()), order_.data(),
                 static_cast<saidx_t>(text.size())) != 0) {
    order_.clear();
  }
}

/// Binary search; what the bounds have in common with the pattern is not compared again.
SuffixIndex::Match SuffixIndex::longest(Bytes pattern) const {
  pattern = pattern.first(std::min(pattern.size(), longest_pattern));
  Match best;
  std::size_t low = 0;
  std::size_t high = order_.size();
  std::size_t common_low = 0;
  std::size_t common_high = 0;
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    const auto at = static_cast<std::size_t>(order_[middle]);
    const Bytes suffix = text_.subspan(at);
    const std::size_t most = std::min(pattern.size(), suffix.size());
    std::size_t common = std::min(common_low, common_high);
    while (common < most && suffix[common] == pattern[common]) {
      ++common;
    }
    if (common > best.size) {
      best = {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(common)};
    }
    if (common == pattern.size()) {
      break;
    }
    if (common == suffix.size() || suffix[common] < pattern[common]) {
      low = middle + 1;
      common_low = common;
    } else {
      high = middle;
      common_high = common;
    }
  }
  return best;
}

}  // namespace ota::host

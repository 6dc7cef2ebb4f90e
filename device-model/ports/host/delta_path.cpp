#include <algorithm>
#include <array>
#include <limits>
#include <unordered_map>

#include "delta_sector.hpp"

namespace ota::host {
namespace {

// Costs are in eighths of a byte, so that a likely difference can cost less than an unlikely one.
using Cost = std::uint32_t;
constexpr Cost one_byte = 8;
constexpr Cost unreachable = std::numeric_limits<Cost>::max() / 2;

enum class Move : std::uint8_t { start, turn, copy, fix, literal };

/// The cheapest way through a sector: at every position, for every shift, once as "copying" and
/// once as "in a literal".
class SectorPath {
 public:
  SectorPath(const DeltaSector& sector, const std::vector<std::int32_t>& shifts)
      : sector_(sector), shifts_(shifts), states_(2 * shifts.size()), likely_(shifts.size()) {
    for (auto& row : costs_) {
      row.assign(states_, unreachable);
    }
    steps_.resize((sector.size + 1) * states_);
    for (std::size_t i = 0; i < shifts.size(); ++i) {
      count_differences(i);
    }
  }

  std::vector<DeltaStep> find();

 private:
  struct Step {
    Move move = Move::start;
    std::uint8_t from = 0;
  };

  std::size_t copying(std::size_t shift) const { return 2 * shift; }
  std::size_t in_literal(std::size_t shift) const { return 2 * shift + 1; }
  std::vector<Cost>& costs_at(std::uint32_t at) { return costs_[at % costs_.size()]; }
  Step& step(std::uint32_t at, std::size_t state) { return steps_[at * states_ + state]; }

  int base_byte(std::uint32_t at, std::size_t shift) const;
  std::uint16_t difference(std::uint32_t at, std::size_t shift) const;
  void count_differences(std::size_t shift);
  Cost fix_cost(std::size_t shift, std::uint16_t difference) const;
  void reach(std::uint32_t at, std::size_t state, Cost cost, Move move, std::size_t from);
  void turn(std::uint32_t at);
  void go_on(std::uint32_t at);
  std::vector<DeltaStep> trace(std::size_t state);
  void prepend(std::vector<DeltaStep>& reversed, std::uint32_t at, std::size_t state, Move move);

  const DeltaSector& sector_;
  const std::vector<std::int32_t>& shifts_;
  std::size_t states_;
  std::array<std::vector<Cost>, 3> costs_;  ///< of the positions in reach
  std::vector<Step> steps_;
  std::vector<std::unordered_map<std::uint16_t, std::uint32_t>> likely_;  ///< uses of differences
};

/// The byte that a copy would put there; -1 outside the base.
int SectorPath::base_byte(std::uint32_t at, std::size_t shift) const {
  const std::int64_t from = std::int64_t{sector_.begin} + at + shifts_[shift];
  const bool is_inside = from >= 0 && from < static_cast<std::int64_t>(sector_.base.size());
  return is_inside ? std::to_integer<int>(sector_.base[static_cast<std::size_t>(from)]) : -1;
}

/// What a fix would add at `at`; 0 when there is nothing to add or no halfword.
std::uint16_t SectorPath::difference(std::uint32_t at, std::size_t shift) const {
  const int low = base_byte(at, shift);
  const int high = base_byte(at + 1, shift);
  if (at + 1 >= sector_.size || low < 0 || high < 0) {
    return 0;
  }
  const Bytes content = sector_.content();
  const int wanted = std::to_integer<int>(content[at]) | std::to_integer<int>(content[at + 1]) << 8;
  return static_cast<std::uint16_t>(wanted - (low | high << 8));
}

void SectorPath::count_differences(std::size_t shift) {
  for (std::uint32_t at = 0; at + 1 < sector_.size; at += 2) {
    if (const std::uint16_t found = difference(at, shift); found != 0) {
      ++likely_[shift][found];
    }
  }
}

/// A difference that comes back is mostly a recent one, which costs no number.
Cost SectorPath::fix_cost(std::size_t shift, std::uint16_t difference) const {
  const auto found = likely_[shift].find(difference);
  const std::uint32_t uses = found == likely_[shift].end() ? 0 : found->second;
  if (uses >= 8) {
    return one_byte + 2;
  }
  if (uses >= 3) {
    return one_byte + 6;
  }
  return uses == 2 ? one_byte + 12
                   : one_byte * (1 + number_size(zigzag(static_cast<std::int16_t>(difference))));
}

void SectorPath::reach(std::uint32_t at, std::size_t state, Cost cost, Move move,
                       std::size_t from) {
  if (cost < costs_at(at)[state]) {
    costs_at(at)[state] = cost;
    step(at, state) = {move, static_cast<std::uint8_t>(from)};
  }
}

/// Changes of state without output: another shift, the begin or the end of a literal.
void SectorPath::turn(std::uint32_t at) {
  const std::vector<Cost>& costs = costs_at(at);
  const auto best = static_cast<std::size_t>(std::ranges::min_element(costs) - costs.begin());
  for (std::size_t i = 0; i < shifts_.size(); ++i) {
    const Cost seek = number_size(zigzag(shifts_[i] - shifts_[best / 2]) >> 4) + 1;
    reach(at, copying(i), costs[in_literal(i)] + one_byte, Move::turn, in_literal(i));
    reach(at, copying(i), costs[best] + one_byte * (seek + 1), Move::turn, best);
    reach(at, in_literal(i), costs[copying(i)] + one_byte, Move::turn, copying(i));
  }
}

void SectorPath::go_on(std::uint32_t at) {
  const std::vector<Cost>& costs = costs_at(at);
  const int wanted = std::to_integer<int>(sector_.content()[at]);
  for (std::size_t i = 0; i < shifts_.size(); ++i) {
    const std::size_t copy = copying(i);
    if (base_byte(at, i) == wanted) {
      reach(at + 1, copy, costs[copy], Move::copy, copy);
    }
    if (const std::uint16_t found = difference(at, i); found != 0) {
      reach(at + 2, copy, costs[copy] + fix_cost(i, found), Move::fix, copy);
    }
    const std::size_t literal = in_literal(i);
    reach(at + 1, literal, costs[literal] + one_byte, Move::literal, literal);
  }
}

std::vector<DeltaStep> SectorPath::find() {
  for (std::size_t i = 0; i < shifts_.size(); ++i) {
    const Cost seek = shifts_[i] == 0 ? 0 : number_size(zigzag(shifts_[i]) >> 4) + 1;
    costs_at(0)[copying(i)] = one_byte * seek;
  }
  for (std::uint32_t at = 0; at < sector_.size; ++at) {
    costs_at(at + 2).assign(states_, unreachable);
    turn(at);
    go_on(at);
  }
  const std::vector<Cost>& last = costs_at(sector_.size);
  return trace(static_cast<std::size_t>(std::ranges::min_element(last) - last.begin()));
}

std::vector<DeltaStep> SectorPath::trace(std::size_t state) {
  std::vector<DeltaStep> reversed;
  std::uint32_t at = sector_.size;
  for (Step back = step(at, state); back.move != Move::start; back = step(at, state)) {
    if (back.move != Move::turn) {
      at -= back.move == Move::fix ? 2 : 1;
      prepend(reversed, at, state, back.move);
    }
    state = back.from;
  }
  std::ranges::reverse(reversed);
  return reversed;
}

/// Bytes of the same kind in a row are one step.
void SectorPath::prepend(std::vector<DeltaStep>& reversed, std::uint32_t at, std::size_t state,
                         Move move) {
  using Kind = DeltaStep::Kind;
  const std::int32_t shift = shifts_[state / 2];
  if (move == Move::fix) {
    reversed.push_back({Kind::fix, 2, shift, difference(at, state / 2)});
    return;
  }
  const bool is_literal = move == Move::literal;
  const DeltaStep one{is_literal ? Kind::literal : Kind::copy, 1, is_literal ? 0 : shift, 0};
  if (!reversed.empty() && reversed.back().kind == one.kind && reversed.back().shift == one.shift) {
    ++reversed.back().size;
  } else {
    reversed.push_back(one);
  }
}

}  // namespace

std::vector<DeltaStep> cheapest_steps(const DeltaSector& sector,
                                      const std::vector<std::int32_t>& shifts) {
  return SectorPath{sector, shifts}.find();
}

}  // namespace ota::host

#include "broker-mock/rollout/cohort.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "broker-mock/base/draw.hpp"

namespace cartstorm::broker::rollout {
namespace {

constexpr std::uint64_t picks = hash_of("cohort pick");
constexpr std::uint64_t ties = hash_of("cohort tie");

struct Cell {
  std::string label;
  const ThingAttributes* attributes = nullptr;  ///< of any member: the cell's are all equal
  std::uint32_t size = 0;
  bool is_covered = false;
  std::vector<std::pair<std::uint64_t, ThingId>> candidates;  ///< by their draw
  std::uint64_t taken = 0;
  std::uint64_t left() const { return candidates.size() - taken; }
};

std::string label_of(const ThingAttributes& thing) {
  return "hw " + std::to_string(thing.hardware_revision) + "/" + thing.region + "/" + thing.use +
         "/" + thing.configuration;
}

std::vector<Cell> cells_of(const Things& things, const CohortRequest& request) {
  using Key = std::tuple<std::uint32_t, std::string_view, std::string_view, std::string_view>;
  std::map<Key, Cell> by_key;
  for (std::uint32_t i = 0; i < things.count(); ++i) {
    const ThingId thing{i};
    if (!things.is_registered(thing)) continue;
    const ThingAttributes& of = things.of(thing);
    Cell& cell = by_key[{of.hardware_revision, of.region, of.use, of.configuration}];
    if (cell.size++ == 0) {
      cell.label = label_of(of);
      cell.attributes = &of;
    }
    if (request.is_targeted(thing)) {
      cell.is_covered = true;
    } else if (request.is_eligible(thing)) {
      cell.candidates.emplace_back(draw(request.seed, picks, i), thing);
    }
  }
  std::vector<Cell> cells;
  for (auto& [key, cell] : by_key) {
    std::sort(cell.candidates.begin(), cell.candidates.end());
    cells.push_back(std::move(cell));
  }
  return cells;
}

/// Which single attribute values some stage covers already.
class CoveredValues {
 public:
  void add(const ThingAttributes& of) {
    for (const std::string& value : values(of)) covered_.insert(value);
  }
  std::size_t missing(const ThingAttributes& of) const {
    std::size_t count = 0;
    for (const std::string& value : values(of)) count += covered_.contains(value) ? 0 : 1;
    return count;
  }

 private:
  static std::array<std::string, 4> values(const ThingAttributes& of) {
    return {"h" + std::to_string(of.hardware_revision), "r" + of.region, "u" + of.use,
            "c" + of.configuration};
  }
  std::set<std::string> covered_;
};

/// One cart for each uncovered cell. When there are more cells than carts, those come first that
/// bring the most attribute values nobody has yet: ten carts of one hardware revision would say
/// nothing of the other. Then the larger cell, then the seed.
std::uint64_t cover(std::vector<Cell>& cells, std::uint64_t carts, std::uint64_t seed) {
  CoveredValues covered;
  std::vector<Cell*> open;
  for (Cell& cell : cells) {
    if (cell.is_covered) covered.add(*cell.attributes);
    if (!cell.is_covered && !cell.candidates.empty()) open.push_back(&cell);
  }
  const auto rank = [&](const Cell* cell) {
    return std::tuple{covered.missing(*cell->attributes), cell->size,
                      draw(seed, ties, hash_of(cell->label))};
  };
  for (; carts > 0 && !open.empty(); --carts) {
    const auto best = std::max_element(
        open.begin(), open.end(), [&](const Cell* a, const Cell* b) { return rank(a) < rank(b); });
    (*best)->taken = 1;
    (*best)->is_covered = true;
    covered.add(*(*best)->attributes);
    open.erase(best);
  }
  return carts;
}

/// Largest remainder over what is left of each cell.
void share_out(std::vector<Cell>& cells, std::uint64_t carts) {
  std::uint64_t left = 0;
  for (const Cell& cell : cells) left += cell.left();
  if (left == 0) return;
  std::vector<std::pair<std::uint64_t, Cell*>> remainders;
  std::uint64_t given = 0;
  for (Cell& cell : cells) {
    const std::uint64_t product = carts * cell.left();
    remainders.emplace_back(product % left, &cell);
    cell.taken += product / left;
    given += product / left;
  }
  std::stable_sort(remainders.begin(), remainders.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  for (std::size_t i = 0; given < carts; ++i, ++given) ++remainders[i].second->taken;
}

/// The lowest draws of all, whatever their cells: each cell's candidates lie in that order.
void draw_lots(std::vector<Cell>& cells, std::uint64_t carts) {
  std::vector<std::tuple<std::uint64_t, ThingId, Cell*>> lots;
  for (Cell& cell : cells) {
    for (const auto& [lot, thing] : cell.candidates) lots.emplace_back(lot, thing, &cell);
  }
  std::sort(lots.begin(), lots.end());
  for (std::uint64_t i = 0; i < carts; ++i) {
    Cell* const cell = std::get<Cell*>(lots[i]);
    ++cell->taken;
    cell->is_covered = true;
  }
}

}  // namespace

Cohort pick_cohort(const Things& things, const CohortRequest& request) {
  std::vector<Cell> cells = cells_of(things, request);
  std::uint64_t eligible = 0;
  for (const Cell& cell : cells) eligible += cell.candidates.size();
  const std::uint64_t carts = std::min<std::uint64_t>(request.carts, eligible);
  if (request.pick == CohortPick::random) {
    draw_lots(cells, carts);
  } else {
    share_out(cells, cover(cells, carts, request.seed));
  }
  Cohort cohort;
  for (const Cell& cell : cells) {
    for (std::uint64_t i = 0; i < cell.taken; ++i) {
      cohort.things.push_back(cell.candidates[i].second);
    }
    if (!cell.is_covered) {
      cohort.uncovered.push_back(cell.label + " (" + std::to_string(cell.size) + ")");
    }
  }
  std::sort(cohort.things.begin(), cohort.things.end());
  return cohort;
}

}  // namespace cartstorm::broker::rollout

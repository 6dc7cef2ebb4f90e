#include <fmt/format.h>
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <iostream>

#include "support/storm.hpp"

// Random storms over one cart, judged by everything that it promises (D1..D29, L1..L6).
namespace ota::test {

void showValue(const Strike& strike, std::ostream& out) {
  out << fmt::format("{{{}, {}.{}, {}, {}}}", strike.gap, strike.fault.index(),
                     std::visit([](auto fault) { return static_cast<int>(fault); }, strike.fault),
                     strike.a, strike.b);
}

namespace {

/// RapidCheck makes 100 cases; RC_PARAMS="max_success=2000" hunts longer.
constexpr int storms_per_case = 6;

/// Cuts and new jobs are what most promises are about: they come more often than the others.
Fault fault_number(int number) {
  if (number >= 35) {
    return number < 41 ? Fault{CartFault::cut} : Fault{CloudFault::supersede};
  }
  if (number < 10) {
    return static_cast<WireFault>(number);
  }
  if (number < 16) {
    return static_cast<CloudFault>(number - 10);
  }
  return number < 23 ? Fault{static_cast<StoreFault>(number - 16)}
                     : Fault{static_cast<CartFault>(number - 23)};
}

rc::Gen<std::uint8_t> any_byte() { return rc::gen::inRange<std::uint8_t>(0, 255); }

rc::Gen<Strike> any_strike() {
  return rc::gen::build<Strike>(
      rc::gen::set(&Strike::gap, rc::gen::inRange<std::uint8_t>(0, 40)),
      rc::gen::set(&Strike::fault, rc::gen::map(rc::gen::inRange(0, 45), fault_number)),
      rc::gen::set(&Strike::a, any_byte()), rc::gen::set(&Strike::b, any_byte()));
}

std::string lines_of(const std::vector<std::string>& violations) {
  std::string text;
  for (const std::string& violation : violations) {
    text += violation + "\n";
  }
  return text;
}

/// All that a cart can show; D23 is about data of the application.
const std::vector<std::string> all_ids = {
    "D1",  "D2",  "D3",  "D4",  "D5",  "D6",  "D7",  "D8",  "D9",  "D10", "D11", "D12",
    "D13", "D14", "D15", "D16", "D17", "D18", "D19", "D20", "D21", "D22", "D24", "D25",
    "D26", "D27", "D28", "D29", "L1",  "L2",  "L3",  "L4",  "L5",  "L6"};

void judge(const std::vector<Strike>& script, std::map<std::string, std::uint64_t>& premises) {
  Storm storm;
  storm.run(script);
  for (const auto& [id, times] : storm.invariants.premises) {
    premises[id] += times;
  }
  const std::string violations = lines_of(storm.invariants.violations);
  RC_ASSERT(violations == "");
  RC_ASSERT(storm.world.board.flash.defects() == 0u);
  RC_ASSERT(storm.world.overflows == 0);
}

TEST(Invariants, HoldInEveryStorm) {
  std::map<std::string, std::uint64_t> premises;
  const bool holds = rc::check("every promise of a cart holds in every storm", [&] {
    for (int i = 0; i < storms_per_case; ++i) {
      judge(
          *rc::gen::container<std::vector<Strike>>(rc::gen::resize(rc::kNominalSize, any_strike())),
          premises);
    }
  });
  EXPECT_TRUE(holds);
  std::string table;
  for (const std::string& id : all_ids) {
    RecordProperty(id, std::to_string(premises[id]));
    table += fmt::format(" {} {}", id, premises[id]);
    EXPECT_GT(premises[id], 0u) << id << " never had anything to judge";
  }
  std::cout << "premises:" << table << "\n";
}

}  // namespace
}  // namespace ota::test

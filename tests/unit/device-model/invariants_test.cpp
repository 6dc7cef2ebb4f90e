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

using cartstorm::sim::explore::Premises;
using cartstorm::sim::explore::promise_count;

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

void judge(const std::vector<Strike>& script, Premises& premises) {
  Storm storm;
  storm.run(script);
  for (std::size_t i = 0; i < promise_count; ++i) {
    premises.counts[i] += storm.judge.premises.counts[i];
  }
  const std::string violations = lines_of(storm.judge.violations);
  RC_ASSERT(violations == "");
  RC_ASSERT(storm.world.board.flash.defects() == 0u);
  RC_ASSERT(storm.world.overflows == 0);
}

TEST(Invariants, HoldInEveryStorm) {
  Premises premises;
  const bool holds = rc::check("every promise of a cart holds in every storm", [&] {
    for (int i = 0; i < storms_per_case; ++i) {
      judge(
          *rc::gen::container<std::vector<Strike>>(rc::gen::resize(rc::kNominalSize, any_strike())),
          premises);
    }
  });
  EXPECT_TRUE(holds);
  std::string table;
  for (std::size_t i = 0; i < promise_count; ++i) {
    const auto promise = static_cast<Promise>(i);
    // Only an application can break the one; the flash of these storms counts the other by itself.
    if (promise != Promise::data_compatible && promise != Promise::flash_rules) {
      RecordProperty(number(promise), std::to_string(premises.of(promise)));
      table += fmt::format(" {} {}", number(promise), premises.of(promise));
      EXPECT_GT(premises.of(promise), 0u) << number(promise) << " never had anything to judge";
    }
  }
  std::cout << "premises:" << table << "\n";
}

}  // namespace
}  // namespace ota::test

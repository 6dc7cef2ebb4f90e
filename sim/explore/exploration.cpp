#include "sim/explore/exploration.hpp"

#include <array>

#include "sim/explore/outcome.hpp"

namespace cartstorm::sim::explore {

const char* name(Fate fate) {
  constexpr std::array<const char*, fate_count> names = {"good", "crashes", "fails_self_test",
                                                         "crashes_after_confirm"};
  return names.at(static_cast<std::size_t>(fate));
}

const char* name(Delivery delivery) {
  constexpr std::array<const char*, delivery_count> names = {"full", "patch"};
  return names.at(static_cast<std::size_t>(delivery));
}

const char* name(Happening happening) {
  constexpr std::array<const char*, happening_count> names = {"nothing",
                                                              "cancel",
                                                              "opt_out",
                                                              "redeliver",
                                                              "install_ca",
                                                              "remove_ca",
                                                              "rotate_ca",
                                                              "low_supply",
                                                              "lose_link",
                                                              "lose_link_until_rollback",
                                                              "cancel_before_answer",
                                                              "opt_out_before_answer"};
  return names.at(static_cast<std::size_t>(happening));
}

bool may_end_as(const Story& story, Outcome outcome) {
  if (story.incident.what != Happening::nothing || !is_good(outcome)) {
    return is_good(outcome);
  }
  return outcome == (story.fate == Fate::good ? Outcome::updated : Outcome::rolled_back);
}

std::vector<Tear> every_tear() {
  std::vector<Tear> tears;
  tears.reserve(tear_count);
  for (std::size_t n = 0; n < tear_count; ++n) tears.push_back(static_cast<Tear>(n));
  return tears;
}

std::vector<Tear> common_tears() {
  return {Tear::before, Tear::after, Tear::half, Tear::all_but_last, Tear::all_zero, Tear::bit_mix};
}

}  // namespace cartstorm::sim::explore

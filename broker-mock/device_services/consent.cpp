#include "broker-mock/device_services/consent.hpp"

#include <algorithm>

#include "broker-mock/base/members.hpp"

namespace cartstorm::broker::services {
namespace {

constexpr std::size_t max_tier = 24;
constexpr std::size_t max_tiers = 64;

}  // namespace

bool Consent::received(ThingId thing, std::string_view payload) {
  bool opts_out = false;
  std::string tier;
  const bool is_valid =
      read_members(payload, 3, [&](std::string_view key, ObjectScan& scan) -> std::uint32_t {
        if (key != "tier" && key != "updates") return 0;
        if (scan.value().kind != JsonKind::string) return broken;
        const std::string_view text = scan.text();
        if (key == "tier") {
          tier = text;
          return is_word(text, max_tier) ? 1 : broken;
        }
        opts_out = text == "opted_out";
        return opts_out || text == "opted_in" ? 2 : broken;
      });
  if (!is_valid) return false;
  if (index(thing) >= opted_out_.size()) opted_out_.resize(index(thing) + 1, false);
  opted_out_[index(thing)] = opts_out;
  if (index(thing) >= tiers_.size()) tiers_.resize(index(thing) + 1, 0);
  tiers_[index(thing)] = number_of(tier);
  return true;
}

/// A fleet that invents tiers cannot grow our memory: one too many is as good as none.
std::uint8_t Consent::number_of(std::string_view tier) {
  const auto known = std::find(words_.begin(), words_.end(), tier);
  if (known != words_.end()) return static_cast<std::uint8_t>(known - words_.begin());
  if (words_.size() == max_tiers) return 0;
  words_.emplace_back(tier);
  return static_cast<std::uint8_t>(words_.size() - 1);
}

}  // namespace cartstorm::broker::services

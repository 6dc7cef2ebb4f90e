#include "broker-mock/device_services/consent.hpp"

#include "broker-mock/base/members.hpp"

namespace cartstorm::broker::services {
namespace {

constexpr std::size_t max_tier = 24;

}  // namespace

bool Consent::received(ThingId thing, std::string_view payload) {
  bool opts_out = false;
  const bool is_valid =
      read_members(payload, 3, [&](std::string_view key, ObjectScan& scan) -> std::uint32_t {
        if (key != "tier" && key != "updates") return 0;
        if (scan.value().kind != JsonKind::string) return broken;
        const std::string_view text = scan.text();
        if (key == "tier") return is_word(text, max_tier) ? 1 : broken;
        opts_out = text == "opted_out";
        return opts_out || text == "opted_in" ? 2 : broken;
      });
  if (!is_valid) return false;
  if (index(thing) >= opted_out_.size()) opted_out_.resize(index(thing) + 1, false);
  opted_out_[index(thing)] = opts_out;
  return true;
}

}  // namespace cartstorm::broker::services

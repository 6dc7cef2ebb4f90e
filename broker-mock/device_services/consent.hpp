#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "broker-mock/base/things.hpp"

namespace cartstorm::broker::services {

/// Who opted out of updates, and which tier was chosen, by the cart's own word (WIRE.md section 7).
class Consent {
 public:
  /// False: malformed, dropped.
  bool received(ThingId thing, std::string_view payload);
  bool is_opted_out(ThingId thing) const {
    return index(thing) < opted_out_.size() && opted_out_[index(thing)];
  }
  /// Empty until the cart has said one.
  std::string_view tier(ThingId thing) const {
    return index(thing) < tiers_.size() ? std::string_view{words_[tiers_[index(thing)]]}
                                        : std::string_view{};
  }

 private:
  std::uint8_t number_of(std::string_view tier);

  std::vector<bool> opted_out_;
  std::vector<std::uint8_t> tiers_;                   ///< places in words_
  std::vector<std::string> words_ = {std::string{}};  ///< few: a product has a handful of tiers
};

}  // namespace cartstorm::broker::services

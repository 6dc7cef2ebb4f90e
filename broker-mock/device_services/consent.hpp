#pragma once
#include <string_view>
#include <vector>

#include "broker-mock/base/things.hpp"

namespace cartstorm::broker::services {

/// Who opted out of updates, by the cart's own word (WIRE.md section 7).
class Consent {
 public:
  /// False: malformed, dropped.
  bool received(ThingId thing, std::string_view payload);
  bool is_opted_out(ThingId thing) const {
    return index(thing) < opted_out_.size() && opted_out_[index(thing)];
  }

 private:
  std::vector<bool> opted_out_;
};

}  // namespace cartstorm::broker::services

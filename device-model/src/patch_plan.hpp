#pragma once
#include "ota/patch.hpp"

namespace ota {

/// True when the numbers can belong to a patch; everything that decoding computes with them is then
/// within 32 bits.
bool is_possible(const PatchPlan&);

/// True when both images fit the slots and whole records fill this part's sectors.
bool fits(const PatchPlan&, FlashGeometry);

}  // namespace ota

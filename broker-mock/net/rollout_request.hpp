#pragma once
#include <string>
#include <string_view>

#include "broker-mock/rollout/plan.hpp"

namespace cartstorm::broker::net {

/// What a person or a tool asks for, in JSON:
///
///     {"name": "fw-2-0-0", "version": "2.0.0", "base": "1.8.0",
///      "image": {"bucket": "firmware", "key": "2.0.0.bin"},
///      "manifest": "<base64>", "chain": "<base64>", "requires_anchor": "<16 hex digits>",
///      "plan": "standard", "person": "ann"}
///
/// `plan` is a name (standard) or an object with `stages`, `rules`, `on_hold`, `cohort`,
/// `window`, `limits`;
/// what it leaves out is as in `standard`. Size and digest of the image are the store's to say.
/// Empty, or what is wrong and where.
std::string read_rollout(std::string_view json, RolloutSpec& spec);

}  // namespace cartstorm::broker::net

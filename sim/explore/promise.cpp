#include "sim/explore/promise.hpp"

namespace cartstorm::sim::explore {
namespace {

struct Names {
  const char* name;
  const char* number;
};

/// In the order of the enumerators.
constexpr Names names[promise_count] = {
    {"always_bootable", "D1"},
    {"verified_before_execute", "D2"},
    {"confirmed_slot_untouched", "D3"},
    {"trial_bounded", "D4"},
    {"attempt_spent_before_jump", "D5"},
    {"confirm_authority", "D6"},
    {"rollback_target_exact", "D7"},
    {"secver_monotonic", "D8"},
    {"secver_enforced", "D9"},
    {"manifest_binds_image", "D10"},
    {"torn_record_never_valid", "D11"},
    {"bcb_one_good_copy", "D12"},
    {"clock_independent_verdict", "D13"},
    {"verify_before_arm", "D14"},
    {"invalidate_before_write", "D15"},
    {"status_truthful", "D16"},
    {"status_order", "D17"},
    {"rollback_recorded", "D18"},
    {"rollback_reported_once", "D19"},
    {"idempotent_delivery", "D20"},
    {"bounded_retries", "D21"},
    {"cancel_safe", "D22"},
    {"data_compatible", "D23"},
    {"wear_budget", "D24"},
    {"power_floor", "D25"},
    {"confidential", "D26"},
    {"normal_power_cycling_harmless", "D27"},
    {"ca_removal_never_bricks", "D28"},
    {"power_lost_respected", "D29"},
    {"attempt_terminates", "L1"},
    {"converges", "L2"},
    {"bootloader_terminates", "L3"},
    {"reports_drain", "L4"},
    {"recoverable_trust", "L5"},
    {"recovery_reachable", "L6"},
    {"flash_rules", "S1"},
};

const Names& names_of(Promise promise) { return names[static_cast<std::size_t>(promise)]; }

}  // namespace

const char* name(Promise promise) { return names_of(promise).name; }
const char* number(Promise promise) { return names_of(promise).number; }

}  // namespace cartstorm::sim::explore

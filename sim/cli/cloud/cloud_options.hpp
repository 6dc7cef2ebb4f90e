#pragma once
#include "sim/cli/cloud/cloud_arguments.hpp"
#include "sim/cli/make/command_spec.hpp"

namespace cartstorm::cli {

/// `cartstorm broker` as data; what is typed goes into `wish`, which must outlive the command.
CommandSpec broker_spec(BrokerArguments& wish);
/// `cartstorm rollout ...`, likewise.
GroupSpec rollout_group(RolloutArguments& wish);

}  // namespace cartstorm::cli

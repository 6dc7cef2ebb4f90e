#pragma once
#include "sim/cli/arguments.hpp"
#include "sim/cli/make/command_spec.hpp"

namespace cartstorm::cli {

/// `cartstorm odds` as data; what is typed goes into `wish`, which must outlive the command.
CommandSpec odds_spec(OddsArguments& wish);

}  // namespace cartstorm::cli

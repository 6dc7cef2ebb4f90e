#pragma once
#include <string>
#include <vector>

/// Words of other rooms that a scenario may name. This room must not include theirs; tests compare
/// the lists, so that a word added there cannot be missing here.
namespace cartstorm::sim {

/// Ids of the checks, in the order in which they are shown.
const std::vector<std::string>& known_check_ids();

/// Halt rules, in the order in which they are judged.
const std::vector<std::string>& known_halt_rules();

/// Agent states in which an update is under way.
const std::vector<std::string>& known_update_states();

/// Reason codes of FAILED and REJECTED.
const std::vector<std::string>& known_reasons();

}  // namespace cartstorm::sim

#pragma once
#include "sim/cli/arguments.hpp"

/// One function per command. Each prints its results and returns the program's exit code.
namespace cartstorm::cli {

int run_command(const RunArguments&, const Style&);
int explore_command(const ExploreArguments&, const Style&);
int replay_command(const ReplayArguments&, const Style&);
int lint_command(const LintArguments&, const Style&);
int list_command(const ListArguments&, const Style&);
int explain_command(const ExplainArguments&, const Style&);
int odds_command(const OddsArguments&, const Style&);
int broker_command(const BrokerArguments&, const Style&);
int rollout_command(const RolloutArguments&, const Style&);
int keys_command(const KeysArguments&, const Style&);
int image_command(const ImageArguments&, const Style&);
int version_command(const Style&);

}  // namespace cartstorm::cli

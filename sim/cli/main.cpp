#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <exception>
#include <string>

#include "sim/cli/arguments.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/exit_code.hpp"
#include "sim/cli/terminal.hpp"

namespace cartstorm::cli {
namespace {

struct Dispatch {
  const Style& style;
  int operator()(const RunArguments& a) const { return run_command(a, style); }
  int operator()(const ExploreArguments& a) const { return explore_command(a, style); }
  int operator()(const ReplayArguments& a) const { return replay_command(a, style); }
  int operator()(const LintArguments& a) const { return lint_command(a, style); }
  int operator()(const ListArguments& a) const { return list_command(a, style); }
  int operator()(const ExplainArguments& a) const { return explain_command(a, style); }
  int operator()(const OddsArguments& a) const { return odds_command(a, style); }
  int operator()(const BrokerArguments& a) const { return broker_command(a, style); }
  int operator()(const RolloutArguments& a) const { return rollout_command(a, style); }
  int operator()(const KeysArguments& a) const { return keys_command(a, style); }
  int operator()(const ImageArguments& a) const { return image_command(a, style); }
  int operator()(const VersionArguments&) const { return version_command(style); }
};

int guarded_main(int argc, const char* const* argv) {
  try {
    const Parsed parsed = parse_arguments(argc, argv);
    if (!parsed.arguments) return parsed.exit_code;
    return std::visit(Dispatch{parsed.arguments->style}, parsed.arguments->command);
  } catch (const std::exception& problem) {
    complain(std::string("internal fault: ") + problem.what());
    return exit_infrastructure;
  }
}

/// A parent that closed our stdout (`>&-`) would make the first file that we open number 1, and the
/// summary would end up inside it. Read only, so that what cannot be said is noticed as such.
void occupy_standard_streams() {
  int number = open("/dev/null", O_RDONLY);
  while (number >= 0 && number <= STDERR_FILENO) number = open("/dev/null", O_RDONLY);
  if (number > STDERR_FILENO) close(number);
}

}  // namespace
}  // namespace cartstorm::cli

int main(int argc, char** argv) {
  cartstorm::cli::occupy_standard_streams();
  // Neither a reader that left (`cartstorm list | head`) nor a limit on file sizes is a reason to
  // die: the call that wrote reports it.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  const int code = cartstorm::cli::guarded_main(argc, argv);
  if (cartstorm::cli::results_arrived()) return code;
  cartstorm::cli::complain("cannot write the results to stdout (disk full, or closed?)");
  return code == 0 ? cartstorm::cli::exit_infrastructure : code;
}

#include <fmt/format.h>

#include "sim/cli/build.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/exit_code.hpp"
#include "sim/cli/terminal.hpp"

namespace cartstorm::cli {

int version_command(const Style& style) {
  if (style.json) {
    print(fmt::format("{{\"version\": {}, \"commit\": {}, \"compiler\": {}}}\n",
                      json_text(behaviour_version()), json_text(commit()), json_text(compiler())));
  } else if (style.quiet) {
    print(behaviour_version() + "\n");
  } else {
    print(fmt::format("cartstorm {}, {}\n", build_name(), compiler()));
  }
  return exit_pass;
}

}  // namespace cartstorm::cli

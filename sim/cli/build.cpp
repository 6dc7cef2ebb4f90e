#include "sim/cli/build.hpp"

#include "cartstorm_build.hpp"  // written by sim/cli/cli.cmake

namespace cartstorm::cli {

std::string behaviour_version() { return CARTSTORM_VERSION; }

std::string commit() { return CARTSTORM_COMMIT; }

std::string build_name() { return behaviour_version() + " (commit " + commit() + ")"; }

std::string compiler() {
#if defined(__clang__)
  return "clang " __clang_version__;
#else
  return "g++ " __VERSION__;
#endif
}

}  // namespace cartstorm::cli

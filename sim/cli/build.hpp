#pragma once
#include <string>

namespace cartstorm::cli {

/// What behaves alike: `0.1.0`. It stands in the trace, so it knows neither compiler nor commit:
/// two builds with the same behaviour have the same trace hash, and that is how one proves it.
std::string behaviour_version();

/// For people and reports: `0.1.0 (commit 2bccacc)`.
std::string build_name();

/// The commit, `unknown` outside a repository.
std::string commit();
std::string compiler();

}  // namespace cartstorm::cli

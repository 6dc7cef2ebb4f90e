#include <cstdio>
#include <exception>
#include <string>

#include "rules.hpp"

namespace cartstorm::lint {
namespace {

void say(const Finding& finding) {
  const std::string place =
      finding.line == 0 ? finding.file : finding.file + ":" + std::to_string(finding.line);
  std::printf("%s: %s: %s: %s\n", place.c_str(), finding.is_warning ? "warning" : "error",
              finding.rule.c_str(), finding.message.c_str());
}

/// Returns the exit code: 0 clean, 1 findings.
int run(const std::string& root) {
  const Tree tree = read_tree(root);
  std::size_t errors = 0;
  for (const Finding& finding : check_everything(tree)) {
    say(finding);
    errors += finding.is_warning ? 0 : 1;
  }
  std::printf("%zu files read, %zu errors\n", tree.files.size(), errors);
  return errors == 0 ? 0 : 1;
}

}  // namespace
}  // namespace cartstorm::lint

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("Usage: cartstorm_lint ROOT-OF-THE-REPOSITORY\n", stderr);
    return 2;
  }
  try {
    return cartstorm::lint::run(argv[1]);
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "cartstorm_lint: %s\n", problem.what());
    return 2;
  }
}

#pragma once
#include <string>
#include <vector>

#include "runner.hpp"

namespace cartstorm::variants {

/// One row as people read it, with a second line if there is something to say.
std::string to_text(const Row&);
/// What the columns are.
std::string heading();

struct Summary {
  std::size_t total = 0, found = 0, unexpected = 0, alive = 0, gaps = 0, judged = 0, no_program = 0,
              failed = 0, skipped = 0;
  double seconds = 0;

  /// Share of what can be found that was found; 1 if there is nothing.
  double score() const;
};
/// `total` is what there was to do; rows are what was done. Of mutants those that do not compile
/// are no programs; of patches they are failures.
Summary summary_of(const std::vector<Row>&, std::size_t total, bool are_mutants);
std::string to_text(const Summary&, bool are_mutants);

std::string to_json(const std::vector<Row>&, const Summary&, bool was_interrupted);

/// 0 all were found, 1 not all, 3 somebody who looks has failed.
int exit_code(const Summary&, bool are_mutants);

}  // namespace cartstorm::variants

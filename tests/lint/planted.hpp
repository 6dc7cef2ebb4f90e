#pragma once
#include <string>
#include <vector>

#include "rules.hpp"

namespace cartstorm::lint {

struct Planted {
  std::string path, text;
};

/// A tree that exists only here, with the files that it plants.
inline Tree tree_of(const std::vector<Planted>& files) {
  Tree tree;
  for (const Planted& file : files) {
    tree.files.push_back(make_file(file.path, file.text));
    tree.paths.insert(file.path);
  }
  return tree;
}

/// `path:line rule` of everything that `check` finds.
inline std::vector<std::string> found_by(void (*check)(const Tree&, Findings&), const Tree& tree) {
  Findings findings;
  check(tree, findings);
  std::vector<std::string> texts;
  for (const Finding& finding : findings) {
    texts.push_back(finding.file + ":" + std::to_string(finding.line) + " " + finding.rule +
                    (finding.is_warning ? " warning" : ""));
  }
  return texts;
}

}  // namespace cartstorm::lint

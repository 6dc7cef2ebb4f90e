#pragma once
#include <string>
#include <vector>

#include "source_tree.hpp"

namespace cartstorm::lint {

struct Finding {
  std::string file;
  std::size_t line = 0;  ///< 1-based; 0: the file as a whole
  std::string rule;      ///< one word
  std::string message;   ///< what was expected, what was found
  bool is_warning = false;
};
using Findings = std::vector<Finding>;

/// Each rule adds what it finds. None of them stops at the first finding.
void check_includes(const Tree&, Findings&);       ///< who may include whom
void check_sizes(const Tree&, Findings&);          ///< lines of a file, of a function, columns
void check_host_clock(const Tree&, Findings&);     ///< nothing reads the host's time or dice
void check_decisions(const Tree&, Findings&);      ///< no libm, no std distributions
void check_texts(const Tree&, Findings&);          ///< machine paths, secrets, bare to-dos
void check_header_guards(const Tree&, Findings&);  ///< `#pragma once`
void check_readmes(const Tree&, Findings&);        ///< every folder with code explains itself
void check_presence(const Tree&, Findings&);       ///< a lint that saw nothing has proven nothing

Findings check_everything(const Tree&);

}  // namespace cartstorm::lint

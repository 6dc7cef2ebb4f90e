#pragma once
#include <string>
#include <vector>

#include "source_tree.hpp"

namespace cartstorm::lint {

/// One function with a body, found by its braces: reliable on formatted code, not a parser.
struct Function {
  std::string head;        ///< what stands before its brace, in one line
  std::size_t first_line;  ///< 1-based, of the head
  std::size_t last_line;   ///< of the closing brace
  std::size_t lines() const { return last_line - first_line + 1; }
};
std::vector<Function> functions_of(const File&);

}  // namespace cartstorm::lint

#pragma once
#include <vector>

#include "source.hpp"

namespace cartstorm::variants {

/// One change of a text.
struct Edit {
  const char* name = "";           ///< of the operator
  std::size_t begin = 0, end = 0;  ///< what is replaced
  std::string text;                ///< by what
};
using Edits = std::vector<Edit>;

// The operators of mutation. Each adds its edits in the order of the text.

/// `==` and `!=`, `<` and `<=`, `>` and `>=`, `&&` and `||` change places.
void swap_relations(const Source&, Edits&);
/// A number or constant of this file behind a comparison becomes one more, or one less.
void shift_boundaries(const Source&, Edits&);
/// A condition that is one plain truth is negated; comparisons are the business of the first.
void negate_conditions(const Source&, Edits&);
/// `if (...) { return ...; }` is left out.
void drop_guards(const Source&, Edits&);
/// An assignment, or a call whose result nobody looks at, is left out.
void remove_statements(const Source&, Edits&);
/// Two calls in a row, or two steps that run only while all is well, change places.
void swap_steps(const Source&, Edits&);
/// `return Status::ok` and its opposites, `return true` and `return false` change places.
void swap_returns(const Source&, Edits&);

/// All of them.
Edits edits_of(const Source&);

}  // namespace cartstorm::variants

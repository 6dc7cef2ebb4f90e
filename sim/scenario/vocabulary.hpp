#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/mapping.hpp"

namespace cartstorm::sim {

/// Every mapping, fault and expectation with its keys as Markdown tables, generated from the
/// definitions that parse them. Shipped as scenarios/VOCABULARY.md.
std::string vocabulary_markdown();
/// One mapping as such a section, for documents that are defined elsewhere.
std::string vocabulary_section(std::string_view name, std::string_view doc,
                               const std::vector<KeyRow>&);

/// What a fault, expectation, plan or key means, for a terminal; empty for an unknown word.
/// Promises are explained by the checks themselves.
std::string explain_word(std::string_view word);

/// All words that explain_word() knows, sorted.
std::vector<std::string> explainable_words();

}  // namespace cartstorm::sim

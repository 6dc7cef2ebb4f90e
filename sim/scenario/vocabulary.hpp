#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace cartstorm::sim {

/// Every mapping, fault and expectation with its keys as Markdown tables, generated from the
/// definitions that parse them. Shipped as scenarios/VOCABULARY.md.
std::string vocabulary_markdown();

/// What a fault, expectation, plan or key means, for a terminal; empty for an unknown word.
/// Promises are explained by the checks themselves.
std::string explain_word(std::string_view word);

/// All words that explain_word() knows, sorted.
std::vector<std::string> explainable_words();

}  // namespace cartstorm::sim

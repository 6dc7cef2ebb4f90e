#pragma once
#include <string>

namespace cartstorm::sim {

/// Every mapping, fault and expectation with its keys as Markdown tables, generated from the
/// definitions that parse them. Shipped as scenarios/VOCABULARY.md.
std::string vocabulary_markdown();

}  // namespace cartstorm::sim

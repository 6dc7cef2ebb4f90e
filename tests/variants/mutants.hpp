#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "source.hpp"

namespace cartstorm::variants {

/// One small change of the device model that some check should mind.
struct Mutant {
  /// file/function/operator/n: keeps its value when something else in the file changes.
  std::string id;
  std::string where;     ///< file:line
  std::string change;    ///< what stood there and what stands there, in one line
  std::uint32_t mark{};  ///< of the changed lines: a judgement is about this change and no other
  std::string patch;     ///< unified diff
};

/// All mutants of one file, in the order of operators and text.
std::vector<Mutant> mutants_of(const Source&);
/// Those of all of device-model/src below `root`, by file.
std::vector<Mutant> all_mutants(const std::filesystem::path& root);
/// `count` of them, chosen by the seed and their ids alone: another mutant more or less changes the
/// choice by one. In the order of the draw, so that a part of them is a sample too.
std::vector<Mutant> sample(std::vector<Mutant>, std::size_t count, std::uint64_t seed);

/// What somebody wrote about a mutant that nothing finds.
struct Judgement {
  std::uint32_t mark = 0;
  bool is_equivalent = false;  ///< else a gap that is known and stays alive
  std::string reason;
};
/// Rows `| id | mark | equivalent or gap | reason |` of a Markdown file.
std::map<std::string, Judgement> read_judgements(std::string_view markdown);

/// A diff in the unified format that replaces [begin, end) of `text` by `by`.
std::string unified_diff(const std::string& path, const std::string& text, std::size_t begin,
                         std::size_t end, const std::string& by);

}  // namespace cartstorm::variants

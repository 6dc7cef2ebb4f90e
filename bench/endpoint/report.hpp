#pragma once
#include <map>
#include <string>
#include <vector>

#include "bench/endpoint/loads.hpp"

namespace cartstorm::endpoint_bench {

/// All samples of a run, by broker, then by row.
class Report {
 public:
  void add(Kind kind, const Samples& samples);
  /// Medians side by side, Markdown.
  std::string table() const;
  /// The same with every sample.
  std::string json() const;

 private:
  std::map<std::string, std::vector<Sample>> all_[2];
};

}  // namespace cartstorm::endpoint_bench

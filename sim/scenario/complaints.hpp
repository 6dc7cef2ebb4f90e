#pragma once
#include <string>
#include <vector>

#include "sim/scenario/load.hpp"
#include "sim/scenario/source.hpp"

namespace cartstorm::sim {

/// Collects what is wrong with a scenario, so that all of it is reported in one pass.
class Complaints {
 public:
  explicit Complaints(const Sources& sources) : sources_(sources) {}

  void add(Place, std::string message, std::string suggestion = {});
  bool is_empty() const { return found_.empty(); }
  Where where(Place) const;
  /// Ordered by file, line and column; an alias does not repeat what its anchor was told.
  std::vector<Diagnostic> take();

 private:
  struct Complaint {
    Place place;
    Diagnostic diagnostic;
  };
  const Sources& sources_;
  std::vector<Complaint> found_;
};

}  // namespace cartstorm::sim

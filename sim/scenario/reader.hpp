#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/complaints.hpp"
#include "sim/scenario/node.hpp"

namespace cartstorm::sim {

/// Walks the tree together with the definitions, knows the path of where it is, and remembers
/// which paths were wrong, so that later checks do not judge values that were never read.
class Reader {
 public:
  /// `whole` names the document: "the scenario".
  Reader(Complaints& complaints, std::string whole)
      : complaints_(complaints), whole_(std::move(whole)) {}

  void complain(Place, std::string message, std::string suggestion = {});
  /// `expected <what> in <path>, found <node>`
  void expected(std::string_view what, const Node&);
  /// `faults[2].who`, or the name of the document at its top.
  std::string here() const { return path_.empty() ? whole_ : path_; }
  Where where(Place place) const { return complaints_.where(place); }
  /// True if nothing at or below the place where it is was wrong.
  bool is_sound_here() const { return is_sound(path_); }
  /// True if nothing at or below `path` was wrong.
  bool is_sound(std::string_view path) const;

  /// Extends the path for as long as it lives.
  class Step {
   public:
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;
    ~Step() { path_.resize(length_); }

   private:
    friend class Reader;
    Step(std::string& path, const std::string& step) : path_(path), length_(path.size()) {
      path_ += step;
    }
    std::string& path_;
    std::size_t length_;
  };
  [[nodiscard]] Step into_key(std::string_view key);
  [[nodiscard]] Step into_item(std::size_t index);

 private:
  Complaints& complaints_;
  std::string whole_;
  std::string path_;
  std::vector<std::string> wrong_;
};

}  // namespace cartstorm::sim

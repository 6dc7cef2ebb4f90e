#pragma once
#include <string>
#include <string_view>

/// The pieces of a JUnit file, for whoever has cases to tell of.
namespace cartstorm::report::junit {

/// One outcome inside a test case: `tag` is failure, error, skipped or system-out.
std::string outcome(std::string_view tag, std::string_view message, std::string_view body);

/// All cases of one run.
class Suite {
 public:
  /// `property` tells runs of one name apart.
  Suite(std::string name, std::string property, std::string value);

  /// `inside` is an outcome; empty: passed.
  void add(std::string_view what, const std::string& inside);
  std::string text() const;

 private:
  std::string name_, property_, value_;
  std::string cases_;
  int tests_ = 0, failures_ = 0, errors_ = 0, skipped_ = 0;
};

/// The whole file around the texts of its suites.
std::string document(const std::string& suites);

}  // namespace cartstorm::report::junit

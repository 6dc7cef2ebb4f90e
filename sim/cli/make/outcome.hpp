#pragma once
#include <string>
#include <utility>
#include <variant>

#include "sim/cli/exit_code.hpp"

namespace cartstorm::cli {

/// What is wrong: what was expected, what was found, and the way out.
struct Problem {
  std::string text;
  int exit_code = exit_usage;
};

/// A value, or the reason why there is none.
template <class T>
class Outcome {
 public:
  Outcome(T value) : content_(std::move(value)) {}
  Outcome(Problem problem) : content_(std::move(problem)) {}

  explicit operator bool() const { return std::holds_alternative<T>(content_); }
  T& operator*() { return std::get<T>(content_); }
  T* operator->() { return &std::get<T>(content_); }
  const T& operator*() const { return std::get<T>(content_); }
  const T* operator->() const { return &std::get<T>(content_); }
  const Problem& problem() const { return std::get<Problem>(content_); }

 private:
  std::variant<T, Problem> content_;
};

}  // namespace cartstorm::cli

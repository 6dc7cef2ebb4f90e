#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace ota::fuzz {

/// Changes inputs as libFuzzer does, only without seeing what is covered: the same seed gives the
/// same inputs with every compiler and library.
class Mutator {
 public:
  explicit Mutator(std::uint64_t seed) : state_(seed) {}

  /// Words that are put in, and texts that pieces are taken from.
  void set_words(std::vector<std::string> words) { words_ = std::move(words); }
  /// One of `corpus`, changed in 1 to 6 places, at most `largest` bytes.
  std::string next(const std::vector<std::string>& corpus, std::size_t largest);

 private:
  std::uint64_t draw();
  std::size_t below(std::size_t limit) { return limit == 0 ? 0 : draw() % limit; }
  void change(std::string& text, const std::vector<std::string>& corpus);

  std::uint64_t state_;
  std::vector<std::string> words_;
};

}  // namespace ota::fuzz

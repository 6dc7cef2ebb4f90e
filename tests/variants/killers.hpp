#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "builder.hpp"
#include "process.hpp"

namespace cartstorm::variants {

/// What came of looking for what is wrong with one variant.
struct Finding {
  enum class Kind : std::uint8_t {
    nothing,
    promise,    ///< `by` is its name
    unit_test,  ///< `by` is its name
    crash,      ///< `by` is the signal
    hang,
    failure,  ///< whoever looked has failed: `problem` says how
  };

  Kind kind = Kind::nothing;
  std::string by;
  std::string exploration;  ///< file/story, or "unit tests"
  std::string outcome;      ///< outcome class
  std::string token;        ///< replays it
  std::uint64_t points = 0;
  std::string problem;

  bool is_something() const { return kind != Kind::nothing && kind != Kind::failure; }
};

/// `cartstorm explore`, or whatever stands in for it.
struct Explorer {
  std::string program;
  std::filesystem::path cases;  ///< folder of exploration files
  Limits limits;

  /// The files without `.yaml`.
  std::vector<std::string> names() const;
  /// Explores a file, or one story of it, until something is found. Depth 0: as the file says.
  Finding run(const Variant&, const std::string& name, int depth) const;
};

/// The device model's own tests, run with the variant.
struct UnitTests {
  std::string program;
  Limits limits;

  /// The quick ones first; the slow ones only if those found nothing.
  Finding run(const Variant&) const;
};

/// What the explorer said: its exit code and its JSON.
Finding finding_of(const Ended&, std::string exploration);

}  // namespace cartstorm::variants

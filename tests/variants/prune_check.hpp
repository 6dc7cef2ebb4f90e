#pragma once
#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "builder.hpp"
#include "defect.hpp"
#include "process.hpp"

namespace cartstorm::variants {

/// What an exploration of one story says of a variant.
struct Seen {
  std::set<std::string> kinds;     ///< `promise/outcome` of everything that is wrong
  std::set<std::string> outcomes;  ///< of any path
  std::uint64_t booted = 0;        ///< points
  std::string problem;             ///< not empty: it came to no verdict, and why
};
/// Of what `explore --json` of one story printed.
Seen seen_of(const Ended&);
/// What one of two has that the other has not, in one line; empty: they say the same.
std::string difference(const Seen& pruned, const Seen& whole);

/// One variant, searched with pruning and without.
struct PruneRow {
  enum class Verdict : std::uint8_t { same, differs, failed, not_built, interrupted };

  std::string name;
  Verdict verdict = Verdict::interrupted;
  std::set<std::string> kinds;          ///< story: promise/outcome
  std::uint64_t pruned = 0, whole = 0;  ///< points that were booted
  double seconds = 0;
  std::vector<std::string> notes;  ///< what differs or failed, by story
};

/// Searches variants twice, and says where leaving what was seen before changes what is found.
class PruneCheck {
 public:
  /// `program` is a cartstorm, `file` an exploration that can be searched whole.
  PruneCheck(Builder& builder, std::string program, std::filesystem::path file, Limits limits)
      : builder_(builder), program_(std::move(program)), file_(std::move(file)), limits_(limits) {}

  /// Of the device model as it is; also learns which stories there are. Must be first.
  PruneRow look_at_product();
  PruneRow look_at(const Defect&);
  /// `jobs` at a time; hands each row over when it is there, one at a time.
  std::vector<PruneRow> look_at_all(const std::vector<Defect>&, unsigned jobs,
                                    const std::function<void(const PruneRow&)>& on_row);

 private:
  void compare(const Variant&, const std::string& story, PruneRow&) const;
  static void add_to(PruneRow&, const std::string& story, const Seen& pruned, const Seen& whole);
  Ended explore(const Variant&, const std::vector<std::string>& more, const Limits&) const;

  Builder& builder_;
  std::string program_;
  std::filesystem::path file_;
  Limits limits_;
  std::vector<std::string> stories_;
};

/// `count` of them, the same for the same seed.
std::vector<Defect> sample(std::vector<Defect>, std::size_t count, std::uint64_t seed);

std::string to_text(const PruneRow&);
/// 0 pruning changes nothing, 1 it does, 3 something failed.
int exit_code(const std::vector<PruneRow>&);

}  // namespace cartstorm::variants

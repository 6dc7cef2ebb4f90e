#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "defect.hpp"
#include "killers.hpp"
#include "mutants.hpp"

namespace cartstorm::variants {

enum class Verdict : std::uint8_t {
  found,       ///< as expected, or nothing was expected
  unexpected,  ///< found, but by another promise than its author named
  alive,       ///< nothing found it
  known_gap,   ///< alive, and its patch says what the search lacks
  judged,      ///< alive, and somebody wrote down why that is right
  same_code,   ///< the compiler makes the same of it
  does_not_apply,
  does_not_compile,
  failed,  ///< whoever looked has failed
  interrupted,
};
const char* name(Verdict);

/// One variant in the table.
struct Row {
  std::string name, sentence, where;
  std::vector<std::string> promises;  ///< expected
  Verdict verdict = Verdict::interrupted;
  Finding finding;
  double seconds = 0;  ///< building and looking
  std::string note;    ///< why it could not be built, or how it was judged
};

/// Who looks for what is wrong, in this order.
enum class Killer : std::uint8_t { explorer, unit_tests };

struct Task {
  Defect defect;
  std::string where;
  const Judgement* judgement = nullptr;
  /// Mutants may hang, may not compile, and are looked for in every case.
  bool is_mutant = false;
};

class Runner {
 public:
  Runner(Builder& builder, Explorer explorer, UnitTests unit_tests, std::vector<Killer> killers)
      : builder_(builder),
        explorer_(std::move(explorer)),
        unit_tests_(std::move(unit_tests)),
        killers_(std::move(killers)) {}

  /// Builds the device model as it is and lets everybody look at it: who finds something there
  /// would find it everywhere. Says what is wrong; empty: nothing.
  std::string check_baseline();

  /// Looks at one variant.
  Row judge(const Task&);

  /// All of them, `jobs` at a time; hands each row over when it is there, one at a time.
  std::vector<Row> judge_all(const std::vector<Task>&, unsigned jobs,
                             const std::function<void(const Row&)>& on_row);

 private:
  Finding look(const Variant&, const Task&);
  Finding explore(const Variant&, const Defect&);
  bool has(Killer) const;

  Builder& builder_;
  Explorer explorer_;
  UnitTests unit_tests_;
  std::vector<Killer> killers_;
};

/// The verdict on what was found in a variant that was built.
Verdict verdict_of(const Task&, const Finding&);

}  // namespace cartstorm::variants

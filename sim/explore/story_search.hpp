#pragma once
#include <map>
#include <memory>
#include <optional>

#include "sim/explore/explorer.hpp"
#include "sim/explore/frontier.hpp"
#include "sim/explore/machine.hpp"
#include "sim/explore/state_table.hpp"

namespace cartstorm::sim::explore {

/// Cuts one story everywhere. Paths run one at a time, each to its end or to a state from which the
/// rest is known; the cuts that are met on the way wait in a stack, so that few wait at any time.
class StorySearch final : MachineListener {
 public:
  StorySearch(const Exploration&, const Story&, const ExploreOptions&, ExploreResult&,
              const ReportProgress&, Progress&);
  ~StorySearch();

  /// `claims_dead`: sectors may be taken for dead. False if that was refuted: nothing of this call
  /// counts, and the story must be searched again without.
  bool run(bool claims_dead, StoryResult& out);
  /// Goes on with what waited when an earlier search of this story was stopped.
  bool resume(const Frontier&, StoryResult& out);
  /// What waits now, when the search was stopped.
  std::vector<WaitingPath> waiting() const;
  Ending ending() const { return ending_; }

 private:
  /// A path that waits: from a loss of power, or from a step in which the part misbehaves.
  struct Waiting {
    Survivor survivor;
    std::unique_ptr<Machine::Snapshot> step;  ///< null: from a loss of power
    std::vector<Point> points;
    std::uint32_t bad_sector = ExploredFlash::no_operation;
    BadSector bad_mode{};
    std::uint8_t cuts_left = 0;
    Key key;
  };

  /// A state that the path that runs has met, and when.
  struct Met {
    Key key;
    std::uint32_t steps = 0, waits = 0;
  };
  /// Of a path.
  struct End {
    Outcome outcome = Outcome::unknown;
    Violation violation;
  };

  void on_operation(const Operation&) override;
  void on_refuted() override { is_refuted_ = true; }

  void prepare(bool claims_dead);
  void search(StoryResult& out);
  bool begin();
  bool walk_to(const WaitingPath&, const Survivor& start);
  bool walk_to_fault(Waiting&, const Survivor& start);
  void add_bad_sectors(const Survivor&);
  void run_path(Waiting&);
  End follow(Waiting&);
  bool is_known(const Key&, End&);
  End turn_in_a_circle(const Key&);
  bool has_come_back(End&);
  void keep_start();
  void end_at(const End&);
  void branch_faults(const Waiting&, const Machine::Snapshot& start);
  void rehearse(const Waiting&, const Machine::Snapshot& start);
  const std::vector<Tear>& tears_of(const Operation&) const;
  void consider(const Operation&, const std::vector<Tear>&);
  bool is_new_cut(const Key&);
  void wait(const Operation&, Tear, Survivor, const Key&);
  void count(const Waiting&, Outcome);
  void find(const Waiting&, const Violation&, Outcome);
  bool must_stop();
  void tell();

  const Exploration& exploration_;
  const Story& story_;
  const ExploreOptions& options_;
  ExploreResult& result_;
  const ReportProgress& report_;
  Progress& progress_;
  std::unique_ptr<Laboratory> lab_;
  std::unique_ptr<Machine> machine_;
  StateTable states_;
  std::vector<Waiting> waiting_;
  std::vector<Tear> tears_[2], deep_tears_[2];   ///< of an erase, of a program
  std::vector<Key> cuts_;                        ///< of the operation that begins, one per tear
  std::vector<Met> met_;                         ///< by the path that runs
  Met mark_;                                     ///< where it was when it had half its steps
  std::array<Violation, promise_count> broken_;  ///< the first of each promise
  std::optional<Machine::Snapshot> start_;       ///< of the step that runs
  StoryResult out_;
  Waiting* path_ = nullptr;  ///< that runs
  std::uint8_t cuts_left_ = 0;
  std::vector<Point> branched_;    ///< operations of this step with a cut that is new
  std::vector<Point> operations_;  ///< of this step
  std::uint64_t first_cuts_ = 0, first_cuts_done_ = 0;
  std::uint64_t next_report_ = 0;
  std::uint64_t states_told_ = 0;
  bool is_refuted_ = false;
  Ending ending_ = Ending::complete;
};

}  // namespace cartstorm::sim::explore

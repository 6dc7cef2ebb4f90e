#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What halt rules can and cannot see, as data: sim/odds computes it, this room shows it.
namespace cartstorm::report {

/// A probability, and how much of it is known.
struct Chance {
  enum class Known : std::uint8_t {
    exactly,    ///< a closed form; `low` and `high` equal `value`
    bounded,    ///< at most `high`, which is `value`
    simulated,  ///< share of simulated stages; `low` and `high` are a 95 % Wilson interval
  };
  double value = 0, low = 0, high = 0;
  Known known = Known::exactly;
};

/// What a rule does when the new version has `factor` times the errors of the old one all along.
struct Catch {
  double factor = 1;
  Chance within_stage;
  std::optional<double> median_hours;  ///< from the stage's start; none if fewer than half hold
};

/// A rule that compares error rates.
struct RuleOdds {
  std::string rule;        ///< its name in a scenario
  std::string parameters;  ///< as far as they differ from the rule's defaults; may be empty
  bool is_in_plan = true;  ///< else it is shown for comparison
  Chance false_hold;       ///< of the whole stage, with a release as good as its base
  std::vector<Catch> catches;
  std::string blind;  ///< why it can never decide in this stage; empty if it can
};

/// The rule that counts carts. `failing` is the share of carts on which the release fails.
struct DevicesOdds {
  struct AtShare {
    double failing = 0;
    double held = 0;  ///< probability, all carts of all stages so far having an outcome
  };
  std::uint64_t targeted = 0;
  std::uint64_t threshold = 0;           ///< bad carts that hold
  double tolerated = 0, false_hold = 0;  ///< the latter at the tolerated share
  std::vector<AtShare> at;
};

struct StageOdds {
  std::string stage;
  std::uint64_t carts_on_new = 0, carts_on_old = 0;
  double soak_hours = 0;
  double window_minutes = 0;      ///< of the ratio rule, also for the next line
  double expected_in_window = 0;  ///< errors of as many carts with the old version
  std::vector<RuleOdds> rules;
  std::optional<DevicesOdds> devices;
  /// With as many errors as the old version would have made, 95 % sure that the true ratio is
  /// below.
  std::optional<double> proven_ratio;
  /// Without one failing cart in the stages so far, 95 % sure that fewer than this share would
  /// fail.
  double proven_failing = 1;
  std::uint64_t cells = 0;  ///< populated configurations of the fleet; 0 if nothing is known
  std::vector<std::string>
      unseen;                   ///< no cart of the stages so far is one: `hw 2/eu/retail/cold (40)`
  std::string rarest;           ///< configuration of the fewest carts; empty: there is only one
  bool is_random = false;       ///< carts are picked at random: `unseen` is what one seed misses
  double missed_at_random = 0;  ///< probability that as many carts picked at random have none of it
};

struct Odds {
  std::string plan;
  std::uint64_t carts = 0;
  double errors_per_hour = 0;  ///< of the old version, per hour that a cart is on
  double powered_share = 1;    ///< of the day, mean over the fleet
  std::uint64_t seed = 0, repetitions = 0;
  std::vector<StageOdds> stages;
  std::vector<std::string> left_out;  ///< stages of a newer rollout, of which nothing is said here
  Chance false_hold;                  ///< of the whole rollout by the plan's rules, a good release
};

/// The whole answer of `cartstorm odds`, at most 100 columns.
std::string to_text(const Odds&, bool with_color);
/// The block of a run's summary: the rules of the plan alone.
std::string summary_text(const Odds&);
std::string to_json(const Odds&);
/// All stages as one picture, a whole SVG file: chance of a hold and time until it, factor by
/// factor and rule by rule. `of` is what the answer is about, such as the scenario's name.
std::string to_svg(const Odds&, std::string_view of);

}  // namespace cartstorm::report

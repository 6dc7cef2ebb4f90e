#pragma once
#include <bitset>
#include <deque>
#include <vector>

#include "sim/explore/key_map.hpp"
#include "sim/explore/outcome.hpp"
#include "sim/explore/path_state.hpp"

namespace cartstorm::sim::explore {

/// Values by an exact key, each kept once.
template <typename Value>
class Interned {
 public:
  /// From 1.
  std::uint32_t number(const Key& exact, const Value& value) {
    if (const std::uint32_t* known = by_key_.find(exact)) {
      return *known;
    }
    values_.push_back(value);
    const auto number = static_cast<std::uint32_t>(values_.size());
    by_key_.add(exact, number);
    return number;
  }
  const Value& value(std::uint32_t number) const { return values_[number - 1]; }
  std::uint64_t memory() const { return values_.size() * sizeof(Value) + by_key_.memory(); }

 private:
  KeyMap<std::uint32_t> by_key_{256};
  std::deque<Value> values_;
};

/// What dies with the supply, and what the machine itself found wrong.
struct Ram {
  Running running;
  Violation rule_broken;
};

/// What steps of a machine did. A step (one boot or one event, with all that the cart, the cloud
/// and the checker do about it) is a function of where the path stands and of those sectors of the
/// slots that it looks at; millions of paths differ in nothing but sectors that their steps do not
/// look at.
///
/// Where a path stands is known by its parts, and each part by a key of all its fields as they are,
/// nothing left out or made relative: a remembered step is the very step. Steps that meet what is
/// not plain in a slot (dead sectors that are looked at, weak cells, bad sectors) are not
/// remembered, and none in which a cut or a fault was ordered.
class StepMemo {
 public:
  using CoreId = std::uint32_t;
  static constexpr CoreId none = 0xffffffffU;

  /// A path between two steps, but for its slots and its wear: numbers of its parts.
  struct Core {
    std::uint32_t lasting = 0, ram = 0, records = 0;
    std::uint32_t context = 0;  ///< that is lent; 0: none
  };
  struct Head {
    Core core;
    Key key;  ///< the core's share of the state's key
    std::uint32_t waits = 0;
    std::uint32_t first_step = none;
    std::uint16_t steps = 0;
    bool is_broken = false;  ///< by what is in the core
  };
  struct Step {
    CoreId next = none;
    std::uint32_t other = none;  ///< a step of the same core with other needs
    std::uint32_t needs = 0, changes = 0, wear = 0, premises = 0;  ///< first of each
    std::uint16_t need_count = 0, change_count = 0, wear_count = 0, premise_count = 0;
    std::uint16_t operations = 0, calls = 0;
    Outcome end = Outcome::unknown;  ///< unknown: the path goes on
  };

  StepMemo(const Part& part, const ContentPool& pool) : part_(part), pool_(pool) {}

  Interned<Lasting> lastings;
  Interned<Ram> rams;
  Interned<Records> records;
  Interned<ota::JobContext> contexts;

  CoreId find(const Core&) const;
  /// Of a core that is not known yet.
  CoreId add(const Head&);
  const Head& head(CoreId id) const { return heads_[id]; }

  /// The step that a path makes from here with these slots; null: not known.
  const Step* find(CoreId, const FlashState&) const;
  void apply(const Step&, FlashState&, Wear&, Premises&) const;

  // One step, while it is made.
  void begin(const FlashState&, const Premises&);
  bool is_recording() const { return is_recording_; }
  void note_look(const FlashState&, std::uint32_t first, std::uint32_t last);
  void note_change(std::uint32_t sector, bool is_erase);
  void note_wear(WearEvent event) { wear_now_.push_back(event); }
  /// Gives up: it does what cannot be made again.
  void spoil() { is_spoilt_ = true; }
  /// The step from `from` is over, and led here.
  void end(CoreId from, Step, const FlashState&, const Premises&);

  std::size_t cores() const { return heads_.size(); }
  /// Bytes, near enough for a bound.
  std::uint64_t memory() const;

 private:
  /// Sectors [first, last] are plain, and what stands there has this key. Of many sectors it is the
  /// key of the whole slot, which is kept anyway.
  struct Need {
    std::uint16_t first = 0, last = 0;
    Key content;
  };
  struct Change {
    std::uint16_t sector = 0;
    bool is_erase = false;
    ContentId content{};
  };
  struct Judged {
    std::uint32_t promise = 0, count = 0;
  };
  static constexpr std::uint32_t few = 4;          ///< sectors that are looked at one by one
  static constexpr std::uint16_t most_steps = 64;  ///< of one core

  static Key key_of(const Core&);
  bool holds(const Need&, const FlashState&) const;
  std::uint32_t slot_sectors() const { return part_.slot_sectors(); }

  const Part& part_;
  const ContentPool& pool_;
  KeyMap<CoreId> by_key_{256};
  std::vector<Head> heads_;
  std::vector<Step> steps_;
  std::vector<Need> needs_;
  std::vector<Change> changes_;
  std::vector<WearEvent> wear_;
  std::vector<Judged> premises_;
  // Of the step that is made now.
  bool is_recording_ = false, is_spoilt_ = false;
  std::bitset<FlashState::largest_part> looked_, changed_;
  std::vector<Need> needs_now_;
  std::vector<Change> changes_now_;
  std::vector<WearEvent> wear_now_;
  Key slots_before_[2];
  Premises premises_before_;
};

}  // namespace cartstorm::sim::explore

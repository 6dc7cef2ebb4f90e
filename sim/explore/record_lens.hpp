#pragma once
#include <array>
#include <cstdint>
#include <unordered_map>

#include "ota/boot_record.hpp"
#include "ota/journal.hpp"
#include "ota/trust.hpp"
#include "sim/explore/flash_state.hpp"

namespace cartstorm::sim::explore {

/// What a reader finds in a pair of copies, and how many of them are whole.
template <typename Record>
struct Found {
  bool is_found = false;
  int whole_copies = 0;
  Record record{};
  std::uint64_t sequence = 0;
  std::uint8_t winner = 0;
  bool is_sealed = false;  ///< the winner: it was committed, and may be relied on
};

/// Reads durable records out of a flash state from outside, and says what of them decides the
/// future. Two flashes whose records differ only in how high their sequences are have one key:
/// everything the device does with a sequence is to compare it and to add one.
class RecordLens {
 public:
  RecordLens(const Part& part, const ContentPool& pool) : part_(part), pool_(pool) {}

  const Found<ota::BootRecord>& boot(const FlashState&);
  const Found<ota::Journal>& journal(const FlashState&);
  const Found<ota::TrustStore>& trust(const FlashState&);
  /// Of all four pairs. Occurrences count from `newest_sequence`, the boot record's.
  Key key(const FlashState&);
  std::uint64_t newest_sequence(const FlashState& state) { return boot(state).sequence; }

 private:
  /// One copy by itself.
  struct Copy {
    bool is_whole = false, is_sealed = false;
    std::uint64_t sequence = 0;
    std::uint64_t occurrence = 0;  ///< named in it; 0: none
    Key rest;                      ///< everything else that it says
  };
  /// Both of one region, all but what counts from the newest sequence.
  struct TwoKeys {
    Key rest;
    std::uint64_t occurrences[2];
  };
  using Pair = std::uint64_t;
  /// Values by pair. One path asks for the same few pairs again and again: those are looked for in
  /// a small table first.
  template <typename Value>
  class Memo {
   public:
    const Value* find(Pair pair) {
      Recent& recent = recent_[slot_of(pair)];
      if (recent.value == nullptr || recent.pair != pair) {
        const auto known = all_.find(pair);
        if (known == all_.end()) {
          return nullptr;
        }
        recent = {pair, &known->second};
      }
      return recent.value;
    }
    const Value& add(Pair pair, const Value& value) {
      return all_.emplace(pair, value).first->second;
    }

   private:
    struct Recent {
      Pair pair = 0;
      const Value* value = nullptr;
    };
    static std::size_t slot_of(Pair pair) { return pair * 0x9e3779b97f4a7c15u >> 56; }

    std::array<Recent, 256> recent_;
    std::unordered_map<Pair, Value> all_;
  };

  Pair pair_of(const FlashState&, ota::Region) const;
  const Copy& copy(ota::Region, ContentId);
  Copy read_copy(ota::Region, ContentId) const;
  void read_body(ota::Region, ContentId, Copy&, KeyWriter&) const;
  const TwoKeys& two_keys(Pair, ota::Region);
  template <typename Record>
  const Found<Record>& found(const FlashState&, ota::Region, Memo<Found<Record>>&);

  const Part& part_;
  const ContentPool& pool_;
  std::unordered_map<std::uint64_t, Copy> copies_;  ///< by region and content
  Memo<Found<ota::BootRecord>> boots_;
  Memo<Found<ota::Journal>> journals_;
  Memo<Found<ota::TrustStore>> trusts_;
  std::array<Memo<TwoKeys>, ota::region_count> two_keys_;  ///< by region
};

}  // namespace cartstorm::sim::explore

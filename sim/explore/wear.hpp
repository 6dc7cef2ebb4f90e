#pragma once
#include <type_traits>

#include "sim/explore/promise.hpp"
#include "sim/explore/seen.hpp"

namespace cartstorm::sim::explore {

/// What of a step wears a slot, or begins a new account.
struct WearEvent {
  enum class Kind : std::uint8_t {
    erase,   ///< of `sector`, counted in its slot
    excuse,  ///< a try was cut or began again, and may erase once more
    anew,    ///< a manifest was accepted
  };
  Kind kind{};
  std::uint32_t sector = 0;
};

/// D24 of one cart: how often each sector of a slot was erased since a manifest was accepted. Two
/// states that differ in nothing but this have the same future, so it is no part of a state's key:
/// an exploration looks at the largest of each path. One update writes one slot, so both share the
/// counts. Sectors beyond the capacity are not counted.
class Wear {
 public:
  explicit Wear(const ota::FlashGeometry& geometry) : sector_size_(geometry.sector_size) {}

  void on(const WearEvent&, Premises&);
  void on(const seen::FlashChange&, Premises&);
  void on(const seen::Get&, Premises& premises) {
    on(WearEvent{WearEvent::Kind::excuse}, premises);
  }
  void on(const seen::Reset&, Premises& premises) {
    on(WearEvent{WearEvent::Kind::excuse}, premises);
  }
  void on(const ota::fact::ManifestJudged& f, Premises& premises) {
    if (f.accepted) {
      on(WearEvent{WearEvent::Kind::anew}, premises);
    }
  }

  /// The most erases of one sector for one accepted manifest, on the whole path.
  std::uint8_t most_erases() const { return most_erases_; }
  const Violation& violation() const { return violation_; }
  Violation take_violation();

 private:
  static constexpr std::size_t capacity = 256;

  Violation violation_{};
  std::uint32_t sector_size_;
  std::uint8_t erases_[capacity] = {};
  std::uint8_t excuses_ = 0;  ///< resets and GETs since the manifest was accepted
  std::uint8_t most_erases_ = 0;
};
static_assert(std::is_trivially_copyable_v<Wear> && sizeof(Wear) <= 320);

}  // namespace cartstorm::sim::explore

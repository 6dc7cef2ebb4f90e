#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "reports/trace/store.hpp"

namespace cartstorm::report {

/// Decides which rows are worth their bytes. A night's trace.db of 5,000 carts over ten days stays
/// below 30 MB because every kind of row below has a bound that does not grow with the run.
class Selection {
 public:
  /// Struck or violating carts whose details are stored; the first ones tell the story.
  static constexpr std::size_t most_struck = 40;
  static constexpr std::size_t most_violating = 40;
  static constexpr std::size_t most_sampled = 64;
  /// Detail rows of one such cart. Carts named by the user have no bound.
  static constexpr std::uint32_t most_details = 10'000;
  /// Notable rows of all carts, shared fairly.
  static constexpr std::uint32_t most_notable = 600'000;
  static constexpr std::uint32_t least_notable_per_cart = 60;

  explicit Selection(const StoreSelection&);
  /// Call for every record, in order.
  bool wants(const Record&);
  /// The cart broke a promise. True if its details are stored from now on and were not before.
  bool flag(CartId);
  /// A fault struck the cart. True as for flag().
  bool strike(CartId);
  std::size_t carts() const { return carts_.size(); }
  /// What is left out, in words, for the reader of the file.
  static std::string describe();

 private:
  enum class Why : std::uint8_t { none, sampled, struck, violating, named };
  struct CartRows {
    std::uint64_t draw = 0;
    std::uint32_t details = 0;
    std::uint32_t notable = 0;
  };

  std::size_t place_of(CartId);
  Why first_reason(CartId, std::uint64_t draw) const;
  void shrink_sample();
  bool choose(CartId, Why, std::size_t& used, std::size_t most);
  bool wants_detail(std::size_t place);
  bool wants_notable(std::size_t place);

  StoreSelection chosen_;
  std::uint64_t sample_below_;
  std::vector<CartRows> carts_;
  std::vector<Why> why_;  ///< of carts_; close together, because nearly every record asks for it
  std::size_t sampled_ = 0;
  std::size_t struck_ = 0;
  std::size_t violating_ = 0;
};

}  // namespace cartstorm::report

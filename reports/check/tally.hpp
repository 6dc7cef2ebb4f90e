#pragma once
#include <fmt/core.h>

#include <string_view>
#include <utility>

#include "reports/check/check.hpp"

namespace cartstorm::report {

/// Where in the trace something was seen.
struct Place {
  Place(const Record& record)
      : seq{record.seq}, time_us{record.time_us} {}  // NOLINT: a record is a place
  Place(std::uint64_t s, std::int64_t t) : seq{s}, time_us{t} {}
  std::uint64_t seq;
  std::int64_t time_us;
};

/// Counts premises and violations of one check and remembers the first violation.
class Tally {
 public:
  explicit Tally(std::string_view id) { result_.id = id; }

  void premise(std::uint64_t count = 1) { result_.premises += count; }
  /// The text is made for the first violation only: a broken fleet breaks thousands of times.
  template <class... Args>
  void violate(Place place, CartId cart, fmt::format_string<Args...> text, Args&&... args) {
    if (result_.violations++ == 0) {
      result_.first_seq = place.seq;
      result_.first_time_us = place.time_us;
      result_.first_cart = cart;
      result_.first_message = fmt::format(text, std::forward<Args>(args)...);
    }
    if (stream_ != nullptr && cart != no_cart) {
      stream_->flag(cart);
    }
  }
  void mark_not_evaluable() { is_evaluable_ = false; }
  void flag_carts_at(Stream& stream) { stream_ = &stream; }
  /// A violation counts even where the premise was never noted.
  CheckResult result() const;

 private:
  CheckResult result_;
  Stream* stream_ = nullptr;
  bool is_evaluable_ = true;
};

}  // namespace cartstorm::report

#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "reports/trace/record.hpp"

/// Kinds of records as numbers (their place in Payload), bits and words.
namespace cartstorm::report {

inline constexpr std::size_t kind_count = std::variant_size_v<Payload>;
static_assert(kind_count <= 64, "kinds are bits of one 64-bit mask");
inline constexpr std::uint64_t all_kinds = ~std::uint64_t{0};

/// Place of T in Payload.
template <class T, std::size_t i = 0>
constexpr std::size_t kind_of() {
  static_assert(i < kind_count, "not a kind of record");
  if constexpr (std::is_same_v<T, std::variant_alternative_t<i, Payload>>) {
    return i;
  } else {
    return kind_of<T, i + 1>();
  }
}

/// Mask of the given kinds.
template <class... Kinds>
constexpr std::uint64_t mask_of() {
  return ((std::uint64_t{1} << kind_of<Kinds>()) | ... | 0);
}

/// Words of the kinds in the order of Payload; the names of the tables in trace.db.
inline constexpr std::array<std::string_view, kind_count> kind_names{"run",
                                                                     "cart",
                                                                     "image",
                                                                     "power",
                                                                     "reset",
                                                                     "flash_op",
                                                                     "boot_verify",
                                                                     "boot_decide",
                                                                     "jump",
                                                                     "self_test",
                                                                     "confirm",
                                                                     "rollback",
                                                                     "slot_write",
                                                                     "manifest_verdict",
                                                                     "job_tx",
                                                                     "job_rx",
                                                                     "metric_tx",
                                                                     "metric_rx",
                                                                     "rollback_cleared",
                                                                     "http",
                                                                     "clock",
                                                                     "stage",
                                                                     "target",
                                                                     "anchor",
                                                                     "fault",
                                                                     "state",
                                                                     "error",
                                                                     "exposure",
                                                                     "halt_eval",
                                                                     "operator",
                                                                     "consent",
                                                                     "transport",
                                                                     "after_power_loss",
                                                                     "quarantine"};

/// As std::visit, for what is done to every record: that one calls through a table of functions,
/// one per kind, while this compiles to a jump, and to less where kinds are treated alike.
template <class Visit>
decltype(auto) visit_kind(const Payload& payload, Visit&& visit) {
  const auto look = [&]<std::size_t... i>(std::index_sequence<i...>) {
    using Result = std::invoke_result_t<Visit&, const std::variant_alternative_t<0, Payload>&>;
    if constexpr (std::is_void_v<Result>) {
      static_cast<void>(
          ((payload.index() == i && (visit(*std::get_if<i>(&payload)), true)) || ...));
    } else {
      Result result{};
      static_cast<void>(
          ((payload.index() == i && (result = visit(*std::get_if<i>(&payload)), true)) || ...));
      return result;
    }
  };
  return look(std::make_index_sequence<kind_count>{});
}

/// The cart a record is about, or `no_cart` for facts of the run, the cloud or the rollout.
CartId cart_of(const Payload&);

}  // namespace cartstorm::report

#include "reports/trace/kinds.hpp"

namespace cartstorm::report {

CartId cart_of(const Payload& payload) {
  return visit_kind(payload, [](const auto& row) {
    if constexpr (requires { row.cart; }) {
      return row.cart;
    } else {
      return no_cart;
    }
  });
}

}  // namespace cartstorm::report

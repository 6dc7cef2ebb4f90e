#include "reports/trace/kinds.hpp"

namespace cartstorm::report {

CartId cart_of(const Payload& payload) {
  return std::visit(
      [](const auto& record) {
        if constexpr (requires { record.cart; }) {
          return record.cart;
        } else {
          return no_cart;
        }
      },
      payload);
}

}  // namespace cartstorm::report

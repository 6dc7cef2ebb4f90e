#include "broker-mock/rollout/gate.hpp"

#include <fmt/format.h>

namespace cartstorm::broker::rollout {

std::string names_of(const Things& things, const std::vector<ThingId>& carts) {
  constexpr std::size_t named = 3;
  std::string text;
  for (std::size_t i = 0; i < carts.size() && i < named; ++i) {
    text += fmt::format("{}{}", i > 0 ? ", " : "", things.name(carts[i]));
  }
  if (carts.size() > named) text += fmt::format(" and {} more", carts.size() - named);
  return text;
}

}  // namespace cartstorm::broker::rollout

#include "sim/scenario/reader.hpp"

#include <fmt/format.h>

#include <utility>

namespace cartstorm::sim {

void Reader::complain(Place place, std::string message, std::string suggestion) {
  wrong_.push_back(path_);
  complaints_.add(place, std::move(message), std::move(suggestion));
}

void Reader::expected(std::string_view what, const Node& found) {
  complain(found.place, fmt::format("expected {} in {}, found {}", what, here(), describe(found)));
}

bool Reader::is_sound(std::string_view path) const {
  for (const std::string& wrong : wrong_) {
    if (wrong.starts_with(path)) return false;
  }
  return true;
}

Reader::Step Reader::into_key(std::string_view key) {
  return {path_, path_.empty() ? std::string(key) : "." + std::string(key)};
}

Reader::Step Reader::into_item(std::size_t index) { return {path_, fmt::format("[{}]", index)}; }

}  // namespace cartstorm::sim

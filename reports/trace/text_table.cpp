#include "reports/trace/stream.hpp"

namespace cartstorm::report {

TextTable::TextTable() { intern(""); }

TextId TextTable::intern(std::string_view text) {
  const auto known = ids_.find(text);
  if (known != ids_.end()) {
    return known->second;
  }
  const TextId id{static_cast<std::uint32_t>(texts_.size())};
  const auto added = ids_.emplace(std::string{text}, id).first;
  texts_.push_back(&added->first);
  return id;
}

std::string_view TextTable::text(TextId id) const {
  const auto place = static_cast<std::size_t>(id);
  return place < texts_.size() ? std::string_view{*texts_[place]} : std::string_view{};
}

std::size_t TextTable::size() const { return texts_.size(); }

}  // namespace cartstorm::report

#include "sim/scenario/complaints.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace cartstorm::sim {

namespace {

/// A page of errors is enough; a file that is wrong in every line is better read from its top.
constexpr std::size_t max_complaints = 100;

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

/// Editors count characters, the parser counts bytes.
int column_in_characters(std::string_view line, int column_in_bytes) {
  int column = 1;
  for (int i = 0; i + 1 < column_in_bytes && i < static_cast<int>(line.size()); ++i) {
    if (!continues_character(line[static_cast<std::size_t>(i)])) ++column;
  }
  return column;
}

}  // namespace

Where Complaints::where(Place place) const {
  if (place.line == 0) return {sources_.name(place.file), 0, 0};
  const auto line = sources_.line(place.file, place.line);
  return {sources_.name(place.file), place.line, column_in_characters(line, place.column)};
}

void Complaints::add(Place place, std::string message, std::string suggestion) {
  std::string line;
  if (place.line > 0) line = sources_.line(place.file, place.line);
  found_.push_back(
      {place, {where(place), std::move(message), std::move(suggestion), std::move(line)}});
}

std::vector<Diagnostic> Complaints::take() {
  const auto key = [](const Complaint& c) {
    return std::tie(c.place.file, c.place.line, c.place.column);
  };
  std::stable_sort(found_.begin(), found_.end(),
                   [&](const auto& a, const auto& b) { return key(a) < key(b); });
  const auto last = std::unique(found_.begin(), found_.end(), [&](const auto& a, const auto& b) {
    return key(a) == key(b) && a.diagnostic.message == b.diagnostic.message;
  });
  found_.erase(last, found_.end());
  std::vector<Diagnostic> result;
  for (auto& complaint : found_) {
    if (result.size() == max_complaints) break;
    result.push_back(std::move(complaint.diagnostic));
  }
  found_.clear();
  return result;
}

}  // namespace cartstorm::sim

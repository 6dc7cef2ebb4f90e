#include "reports/trace/words.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace cartstorm::report {
namespace {

constexpr std::size_t count_words(std::string_view list) {
  std::size_t count = 1;
  for (const char c : list) {
    count += c == ',' ? 1 : 0;
  }
  return count;
}

/// Cuts the stringised enumerator list, so that a word is spelled once in this code base.
template <std::size_t count>
constexpr std::array<std::string_view, count> split(std::string_view list) {
  std::array<std::string_view, count> words;
  for (auto& word : words) {
    const std::size_t first = list.find_first_not_of(" \t\n\\");
    const std::size_t end = std::min(list.find(',', first), list.size());
    word = list.substr(first, list.find_first_of(", \t\n\\", first) - first);
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return words;
}

template <std::size_t count>
std::string_view pick(const std::array<std::string_view, count>& words, std::uint8_t value) {
  return value < count ? words[value] : std::string_view{"?"};
}

}  // namespace

#define CARTSTORM_DEFINE_WORD(Type, ...)                                               \
  static constexpr auto words_##Type = split<count_words(#__VA_ARGS__)>(#__VA_ARGS__); \
  std::string_view name(Type value) {                                                  \
    return pick(words_##Type, static_cast<std::uint8_t>(value));                       \
  }                                                                                    \
  std::span<const std::string_view> words_of(Type) { return words_##Type; }
CARTSTORM_WORDS(CARTSTORM_DEFINE_WORD)
#undef CARTSTORM_DEFINE_WORD

}  // namespace cartstorm::report

#include "words.hpp"

#include <cctype>

namespace cartstorm::lint {
namespace {

bool is_part(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool is_whole(std::string_view code, std::size_t at, std::size_t size) {
  const bool starts = at == 0 || !is_part(code[at - 1]);
  const bool ends = at + size == code.size() || !is_part(code[at + size]);
  return starts && ends;
}

/// What stands before a name decides whose it is. `double time(` declares; `return time(` calls.
bool belongs_elsewhere(std::string_view before) {
  if (before.ends_with(".") || before.ends_with("->")) return true;
  if (!before.ends_with("::")) {
    const bool follows_word =
        before.size() > 1 && before.back() == ' ' &&
        (is_part(before[before.size() - 2]) || before[before.size() - 2] == '>' ||
         before[before.size() - 2] == '&');
    return follows_word && !before.ends_with("return ");
  }
  before.remove_suffix(2);
  return !before.empty() && is_part(before.back()) && !before.ends_with("std");
}

}  // namespace

bool calls(std::string_view code, std::string_view name) {
  for (std::size_t at = code.find(name); at != std::string_view::npos;
       at = code.find(name, at + 1)) {
    if (!is_whole(code, at, name.size())) continue;
    const std::string_view after = code.substr(at + name.size());
    if (after.starts_with('(') && !belongs_elsewhere(code.substr(0, at))) return true;
  }
  return false;
}

bool has_word(std::string_view code, std::string_view word) {
  for (std::size_t at = code.find(word); at != std::string_view::npos;
       at = code.find(word, at + 1)) {
    if (is_whole(code, at, word.size())) return true;
  }
  return false;
}

}  // namespace cartstorm::lint

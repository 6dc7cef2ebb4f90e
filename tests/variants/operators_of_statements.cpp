#include <algorithm>
#include <array>
#include <optional>

#include "operators.hpp"

namespace cartstorm::variants {
namespace {

/// Whole lines, line breaks included.
struct Lines {
  std::size_t first = 0, last = 0;

  std::size_t begin(const Source& source) const { return source.lines()[first].begin; }
  std::size_t end(const Source& source) const {
    return std::min(source.lines()[last].end + 1, source.text().size());
  }
  std::string text(const Source& source) const {
    return source.text().substr(begin(source), end(source) - begin(source));
  }
};

/// `a = b`, `a->b |= c`: what stands before the sign is one word long, or it is a declaration.
bool is_assignment(std::string_view outside) {
  constexpr std::array signs = {" = ", " += ", " -= ", " *= ", " |= ", " &= ", " ^= "};
  for (const std::string_view sign : signs) {
    const std::size_t at = outside.find(sign);
    if (at != std::string_view::npos) return outside.find(' ') == at;
  }
  return outside.starts_with("++") || outside.starts_with("--");
}

/// A call as a whole statement has no blank outside its parentheses.
bool is_call(std::string_view code, std::string_view outside) {
  return outside.find(' ') == std::string_view::npos && code.find('(') != std::string_view::npos &&
         !code.starts_with('(') && !code.starts_with("static_assert");
}

bool is_removable(const Statement& statement) {
  const std::string outside = outside_brackets(statement.code);
  return is_assignment(outside) || is_call(statement.code, outside);
}

bool is_step(const Statement& statement) {
  return is_removable(statement) && statement.code.find('(') != std::string::npos;
}

/// `if (...) {`, its lines and `}`; nothing if an `else` follows.
std::optional<Lines> block_at(const Source& source, std::size_t first) {
  const std::vector<Line>& lines = source.lines();
  if (!lines[first].code.starts_with("if (") || lines[first].function.empty()) return {};
  for (std::size_t at = first + 1; at < lines.size(); ++at) {
    const Line& line = lines[at];
    if (!line.code.starts_with('}') || line.indent != lines[first].indent) continue;
    if (line.code != "}") return {};
    return Lines{first, at};
  }
  return {};
}

std::string condition_of(const Source& source, const Lines& block) {
  std::string code;
  for (std::size_t at = block.first; at <= block.last; ++at) {
    code += std::string(source.lines()[at].code) + " ";
    if (source.lines()[at].code.ends_with('{')) break;
  }
  return code;
}

void swap(const Source& source, const Lines& one, const Lines& other, Edits& out) {
  const std::string middle =
      source.text().substr(one.end(source), other.begin(source) - one.end(source));
  out.push_back({"swap", one.begin(source), other.end(source),
                 other.text(source) + middle + one.text(source)});
}

}  // namespace

void drop_guards(const Source& source, Edits& out) {
  for (const Statement& statement : source.statements()) {
    const bool leaves = statement.code.starts_with("return") || statement.code == "continue;" ||
                        statement.code == "break;";
    const std::size_t close = source.next_code(statement.last);
    if (!leaves || close >= source.lines().size() || source.lines()[close].code != "}") continue;
    // The `if` is the nearest line above that is indented as the brace; its body is this statement.
    std::size_t first = statement.first;
    while (first > 0 && (source.lines()[first].code.empty() ||
                         source.lines()[first].indent > source.lines()[close].indent)) {
      --first;
    }
    const std::optional<Lines> block = block_at(source, first);
    if (!block || block->last != close) continue;
    std::size_t body = first;
    while (!source.lines()[body].code.ends_with('{')) ++body;
    if (source.next_code(body) != statement.first) continue;
    out.push_back({"drop_guard", block->begin(source), block->end(source), ""});
  }
}

void remove_statements(const Source& source, Edits& out) {
  for (const Statement& statement : source.statements()) {
    if (!is_removable(statement)) continue;
    // What stands behind `if (...)` without braces needs something in its place; formatted code of
    // ours has none on a line of its own.
    const Lines lines{statement.first, statement.last};
    out.push_back({"remove", lines.begin(source), lines.end(source), ""});
  }
}

void swap_steps(const Source& source, Edits& out) {
  const std::vector<Statement>& all = source.statements();
  for (std::size_t n = 0; n + 1 < all.size(); ++n) {
    const bool follows =
        source.next_code(all[n].last) == all[n + 1].first &&
        source.lines()[all[n].first].indent == source.lines()[all[n + 1].first].indent;
    if (follows && is_step(all[n]) && is_step(all[n + 1])) {
      swap(source, {all[n].first, all[n].last}, {all[n + 1].first, all[n + 1].last}, out);
    }
  }
  for (std::size_t first = 0; first < source.lines().size(); ++first) {
    const std::optional<Lines> one = block_at(source, first);
    if (!one) continue;
    const std::size_t next = source.next_code(one->last);
    const std::optional<Lines> other =
        next < source.lines().size() ? block_at(source, next) : std::nullopt;
    if (other && condition_of(source, *one) == condition_of(source, *other)) {
      swap(source, *one, *other, out);
    }
  }
}

void swap_returns(const Source& source, Edits& out) {
  struct Return {
    std::string_view from, to;
  };
  constexpr std::array returns = {
      Return{"return Status::ok;", "return Status::io_error;"},
      Return{"return Status::corrupt;", "return Status::ok;"},
      Return{"return Status::rejected;", "return Status::ok;"},
      Return{"return Status::not_found;", "return Status::ok;"},
      Return{"return Status::io_error;", "return Status::ok;"},
      Return{"return Status::power_lost;", "return Status::ok;"},
      Return{"return true;", "return false;"},
      Return{"return false;", "return true;"},
  };
  for (const Statement& statement : source.statements()) {
    const auto found = std::ranges::find(returns, statement.code, &Return::from);
    if (found == returns.end()) continue;
    const Line& line = source.lines()[statement.first];
    const std::size_t begin = line.begin + line.indent;
    out.push_back({"return", begin, begin + found->from.size(), std::string(found->to)});
  }
}

Edits edits_of(const Source& source) {
  Edits edits;
  for (const auto add : {swap_relations, shift_boundaries, negate_conditions, drop_guards,
                         remove_statements, swap_steps, swap_returns}) {
    add(source, edits);
  }
  return edits;
}

}  // namespace cartstorm::variants

#include <algorithm>
#include <array>
#include <cctype>

#include "operators.hpp"

namespace cartstorm::variants {
namespace {

struct Relation {
  std::string_view from, to;
  const char* name;
  bool compares;
};
// The longer ones first: `<=` begins with `<`.
constexpr std::array relations = {
    Relation{"<=", "<", "le_to_lt", true},    Relation{">=", ">", "ge_to_gt", true},
    Relation{"==", "!=", "eq_to_ne", true},   Relation{"!=", "==", "ne_to_eq", true},
    Relation{"<", "<=", "lt_to_le", true},    Relation{">", ">=", "gt_to_ge", true},
    Relation{"&&", "||", "and_to_or", false}, Relation{"||", "&&", "or_to_and", false},
};

/// Formatted code has blanks around operators and none around the brackets of templates.
const Relation* relation_at(std::string_view code, std::size_t at) {
  if (at == 0 || code[at - 1] != ' ') return nullptr;
  const auto found = std::ranges::find_if(relations, [&](const Relation& relation) {
    const std::size_t end = at + relation.from.size();
    return code.substr(at).starts_with(relation.from) && end < code.size() &&
           (code[end] == ' ' || code[end] == '\n');
  });
  return found == relations.end() ? nullptr : &*found;
}

/// The compiler judges what is known to it: a mutant there is no program.
bool is_code_that_runs(const Source& source, std::size_t offset) {
  const Line& line = source.lines()[source.line_of(offset)];
  return !line.function.empty() && !line.code.starts_with("static_assert") &&
         !line.code.starts_with("template");
}

template <typename Take>
void for_each_relation(const Source& source, Take take) {
  for (std::size_t at = 0; at < source.code().size(); ++at) {
    const Relation* relation = relation_at(source.code(), at);
    if (relation != nullptr && is_code_that_runs(source, at)) take(*relation, at);
  }
}

bool has_relation(std::string_view code) {
  for (std::size_t at = 0; at < code.size(); ++at) {
    if (relation_at(code, at) != nullptr) return true;
  }
  return false;
}

/// End of the number or word at `begin`; `begin` if there is none. A call or a member is no
/// constant.
std::size_t end_of_operand(std::string_view code, std::size_t begin) {
  std::size_t end = begin;
  while (end < code.size() && (is_word(code[end]) || code[end] == '\'')) ++end;
  const std::string_view behind = code.substr(end);
  const bool goes_on = behind.starts_with("(") || behind.starts_with("::") ||
                       behind.starts_with("->") || behind.starts_with("[") ||
                       behind.starts_with("{") ||
                       (behind.starts_with(".") && behind.size() > 1 && is_word(behind[1]));
  return goes_on ? begin : end;
}

bool is_constant(const Source& source, std::string_view operand) {
  return !operand.empty() &&
         (std::isdigit(static_cast<unsigned char>(operand[0])) != 0 ||
          std::ranges::find(source.constants(), operand) != source.constants().end());
}

/// Offset behind the parenthesis that closes the one at `open`.
std::size_t behind_closing(std::string_view code, std::size_t open) {
  int depth = 0;
  for (std::size_t at = open; at < code.size(); ++at) {
    depth += code[at] == '(' ? 1 : 0;
    depth -= code[at] == ')' ? 1 : 0;
    if (depth == 0) return at + 1;
  }
  return code.size();
}

}  // namespace

void swap_relations(const Source& source, Edits& out) {
  for_each_relation(source, [&](const Relation& relation, std::size_t at) {
    out.push_back({relation.name, at, at + relation.from.size(), std::string(relation.to)});
  });
}

void shift_boundaries(const Source& source, Edits& out) {
  for_each_relation(source, [&](const Relation& relation, std::size_t at) {
    const std::size_t begin = at + relation.from.size() + 1;
    const std::size_t end = end_of_operand(source.code(), begin);
    const std::string operand = source.text().substr(begin, end - begin);
    if (!relation.compares || !is_constant(source, operand)) return;
    out.push_back({"plus_1", begin, end, "(" + operand + " + 1)"});
    if (operand != "0") out.push_back({"minus_1", begin, end, "(" + operand + " - 1)"});
  });
}

void negate_conditions(const Source& source, Edits& out) {
  for (const Line& line : source.lines()) {
    const bool is_if = line.code.starts_with("if (");
    if (!is_if || line.function.empty()) continue;
    const std::size_t open = line.begin + line.indent + 3;
    const std::size_t end = behind_closing(source.code(), open);
    const std::string_view code = std::string_view{source.code()}.substr(open, end - open);
    // A declaration in a condition cannot be negated in place.
    if (has_relation(code) || outside_brackets(code.substr(1)).find(" = ") != std::string::npos) {
      continue;
    }
    out.push_back({"negate", open, end, "(!" + source.text().substr(open, end - open) + ")"});
  }
}

}  // namespace cartstorm::variants

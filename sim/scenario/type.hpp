#pragma once
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/scenario/json_text.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/scenario/suggest.hpp"

/// How a value of type M is written in a scenario file. Parsing, messages, schema, defaults and the
/// canonical form all come from the same object, so they cannot disagree.
namespace cartstorm::sim {

/// The `$defs` of a schema, by name.
using SchemaDefs = boost::json::object;

template <class M>
struct Type {
  /// Leaves the target as it was if it has to complain.
  std::function<void(const Node&, M&, Reader&)> read;
  /// Canonical form; null: not set. Reading it gives the value again.
  std::function<Json(const M&)> show;
  std::function<Json(SchemaDefs&)> schema;
};

/// A scalar with a text form. `expected` completes "expected ..., found ...".
template <class M>
Type<M> scalar(std::string expected, std::function<std::optional<M>(std::string_view)> parse,
               std::function<Json(const M&)> show, Json schema) {
  Type<M> type;
  type.read = [expected = std::move(expected), parse = std::move(parse)](
                  const Node& node, M& target, Reader& reader) {
    const auto value = node.kind == Node::Kind::scalar ? parse(node.text) : std::nullopt;
    if (value) {
      target = *value;
    } else {
      reader.expected(expected, node);
    }
  };
  type.show = std::move(show);
  type.schema = [schema = std::move(schema)](SchemaDefs&) { return schema; };
  return type;
}

template <class M>
struct Choice {
  std::string word;
  M value;
};

/// One of a few words. `noun` completes "unknown <noun>".
template <class M>
Type<M> one_of(const std::string& noun, std::vector<Choice<M>> choices) {
  std::vector<std::string> words;
  words.reserve(choices.size());
  for (const auto& choice : choices) words.push_back(choice.word);
  Type<M> type;
  type.read = [noun, choices, words](const Node& node, M& target, Reader& reader) {
    if (node.kind != Node::Kind::scalar) return reader.expected("one of " + listed(words), node);
    for (const auto& choice : choices) {
      if (choice.word == node.text) {
        target = choice.value;
        return;
      }
    }
    const auto near = closest(node.text, words);
    const auto known = near.empty() ? ", expected one of " + listed(words) : "";
    reader.complain(node.place,
                    "unknown " + noun + " " + describe(node) + " in " + reader.here() + known,
                    near);
  };
  type.show = [choices](const M& value) -> Json {
    for (const auto& choice : choices) {
      if (choice.value == value) return choice.word.c_str();
    }
    return nullptr;
  };
  type.schema = [words](SchemaDefs&) -> Json {
    boost::json::array names;
    for (const auto& word : words) names.emplace_back(word);
    return {{"enum", names}};
  };
  return type;
}

template <class M>
Type<std::optional<M>> optional_of(Type<M> inner) {
  Type<std::optional<M>> type;
  type.read = [inner](const Node& node, std::optional<M>& target, Reader& reader) {
    M value{};
    inner.read(node, value, reader);
    target = std::move(value);
  };
  type.show = [inner](const std::optional<M>& value) -> Json {
    return value ? inner.show(*value) : Json(nullptr);
  };
  type.schema = inner.schema;
  return type;
}

/// Not part of the canonical form while it has the usual value: files that never heard of the key
/// keep their digest, and with it their trace.
template <class M>
Type<M> shown_unless(M usual, Type<M> type) {
  type.show = [usual = std::move(usual), show = type.show](const M& value) -> Json {
    return value == usual ? Json(nullptr) : show(value);
  };
  return type;
}

/// `noun` completes "expected a list of ...".
template <class M>
Type<std::vector<M>> list_of(const std::string& noun, Type<M> inner) {
  Type<std::vector<M>> type;
  type.read = [noun, inner](const Node& node, std::vector<M>& target, Reader& reader) {
    if (node.kind != Node::Kind::sequence) return reader.expected("a list of " + noun, node);
    target.clear();
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      const auto step = reader.into_item(i);
      M value{};
      inner.read(node.items[i], value, reader);
      // A wrong item keeps its position, so that paths of later complaints stay right.
      target.push_back(std::move(value));
    }
  };
  type.show = [inner](const std::vector<M>& values) -> Json {
    boost::json::array items;
    for (const M& value : values) items.push_back(inner.show(value));
    return items;
  };
  type.schema = [inner](SchemaDefs& defs) -> Json {
    return {{"type", "array"}, {"items", inner.schema(defs)}};
  };
  return type;
}

/// Texts and numbers. Durations are microseconds.
Type<std::int64_t> duration();           ///< 0 or more
Type<std::int64_t> positive_duration();  ///< more than 0
Type<std::int64_t> duration_between(std::int64_t least_us, std::int64_t most_us);
Type<std::int64_t> offset();          ///< with an optional sign
Type<std::uint32_t> size_in_bytes();  ///< more than 0
Type<std::uint64_t> rate();           ///< bytes per second, more than 0
Type<double> share();                 ///< 0..1, written 0% to 100%
Type<double> positive_share();
/// Above 0 (or 0 too) and below 1.
Type<double> partial_share(bool is_zero_allowed);
Type<double> share_up_to_half();  ///< above 0
Type<double> percent();           ///< 0..100, written 0% to 100%
Type<double> number_between(double least, double most);
Type<double> positive_number();
Type<double> ratio_above_one();  ///< at most 1000
Type<std::uint32_t> count_between(std::uint32_t least, std::uint32_t most);
Type<std::uint64_t> operation_number();
Type<bool> truth();  ///< true or false
Type<Version> version();
Type<std::int64_t> date();
Type<std::string> word();
Type<std::string> stage_name();  ///< becomes part of a job id
/// A name of a trust anchor: a word that may contain dashes.
Type<std::string> anchor_name();
Type<std::string> sentence();
Type<std::string> file_name();
/// The word `off` for a rule that is not used.
bool is_off(const Node&);

}  // namespace cartstorm::sim

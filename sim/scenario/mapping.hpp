#pragma once
#include <algorithm>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/scenario/type.hpp"

namespace cartstorm::sim {

/// What a table of keys shows about one of them.
struct KeyRow {
  std::string key, doc, default_text;
  bool is_required = false;
};

/// The keys of one kind of mapping, each defined once. Keys are read in the order of their
/// definition, so that a later one may refine what an earlier one set (`plan`, then `stages`).
template <class T>
class Mapping {
 public:
  /// `name` is the mapping's `$defs` entry in the schema.
  Mapping(std::string name, std::string doc) : name_(std::move(name)), doc_(std::move(doc)) {}

  /// An optional key. `access` is a member pointer or a callable that gives a reference into a T;
  /// its default is what a fresh T holds there.
  template <class M, class Access>
  Mapping& key(std::string word, Type<M> type, Access access, std::string doc) {
    return add(std::move(word), std::move(type), access, std::move(doc), false);
  }
  template <class M, class Access>
  Mapping& required(std::string word, Type<M> type, Access access, std::string doc) {
    return add(std::move(word), std::move(type), access, std::move(doc), true);
  }
  /// A key whose value says which mapping this is; whoever chose the mapping has read it.
  Mapping& discriminator(std::string word, std::string value) {
    Key key{std::move(word), "", "", true, {}, {}, {}};
    key.read = [](const Node&, T&, Reader&) {};
    key.show = [value](const T&) { return Json(value); };
    key.schema = [value](SchemaDefs&) -> Json { return {{"const", value}}; };
    keys_.push_back(std::move(key));
    return *this;
  }
  /// In a file that extends another one, any key of this mapping may stand in the other file; an
  /// editor sees one file only, so that the schema must not require them.
  Mapping& inherited() {
    is_inherited_ = true;
    return *this;
  }
  /// Judges the whole after its keys were read without a complaint.
  Mapping& rule(std::function<void(const Node&, const T&, Reader&)> check) {
    rules_.push_back(std::move(check));
    return *this;
  }

  void read(const Node& node, T& target, Reader& reader) const {
    if (node.kind != Node::Kind::mapping) {
      return reader.expected("a mapping with " + listed(words()), node);
    }
    const auto mistyped = refuse_unknown(node, reader);
    for (const Key& key : keys_) {
      const Node* value = node.find(key.word);
      if (value == nullptr) {
        const bool is_mistyped =
            std::find(mistyped.begin(), mistyped.end(), key.word) != mistyped.end();
        if (key.is_required && !is_mistyped) complain_missing(node, key.word, reader);
        continue;
      }
      const auto step = reader.into_key(key.word);
      key.read(*value, target, reader);
    }
    if (!reader.is_sound_here()) return;
    for (const auto& check : rules_) check(node, target, reader);
  }

  Json show(const T& value) const {
    boost::json::object object;
    for (const Key& key : keys_) {
      Json shown = key.show(value);
      if (!shown.is_null()) object[key.word] = std::move(shown);
    }
    return object;
  }

  /// A reference into `defs`, which gets the definition unless it has it.
  Json schema(SchemaDefs& defs) const {
    if (!defs.contains(name_)) {
      defs[name_] = nullptr;
      Json whole = own_schema(defs);
      defs[name_] = std::move(whole);
    }
    return {{"$ref", "#/$defs/" + name_}};
  }

  /// Without the indirection: for the top of a document.
  Json own_schema(SchemaDefs& defs) const {
    boost::json::object properties;
    boost::json::array needed;
    for (const Key& key : keys_) {
      properties[key.word] = key_schema(key, defs);
      if (key.is_required) needed.emplace_back(key.word);
    }
    boost::json::object schema{{"description", doc_},
                               {"type", "object"},
                               {"properties", std::move(properties)},
                               {"additionalProperties", false}};
    if (!needed.empty() && !is_inherited_) schema["required"] = std::move(needed);
    return schema;
  }

  Type<T> type() const {
    Type<T> type;
    type.read = [this](const Node& node, T& target, Reader& reader) { read(node, target, reader); };
    type.show = [this](const T& value) { return show(value); };
    type.schema = [this](SchemaDefs& defs) { return schema(defs); };
    return type;
  }

  std::vector<std::string> words() const {
    std::vector<std::string> result;
    for (const Key& key : keys_) result.push_back(key.word);
    return result;
  }

  std::vector<std::string> required_words() const {
    std::vector<std::string> result;
    for (const Key& key : keys_) {
      if (key.is_required) result.push_back(key.word);
    }
    return result;
  }

  const std::string& name() const { return name_; }
  const std::string& doc() const { return doc_; }

  /// For printed tables, in the order of definition.
  std::vector<KeyRow> rows() const {
    std::vector<KeyRow> result;
    for (const Key& key : keys_) {
      result.push_back({key.word, key.doc, key.default_text, key.is_required});
    }
    return result;
  }

 private:
  struct Key {
    std::string word, doc, default_text;
    bool is_required;
    std::function<void(const Node&, T&, Reader&)> read;
    std::function<Json(const T&)> show;
    std::function<Json(SchemaDefs&)> schema;
  };

  template <class M, class Access>
  Mapping& add(std::string word, Type<M> type, Access access, std::string doc, bool is_required) {
    Key key{std::move(word), std::move(doc), "", is_required, {}, {}, {}};
    key.read = [type, access](const Node& node, T& target, Reader& reader) {
      type.read(node, std::invoke(access, target), reader);
    };
    key.show = [type, access](const T& value) { return type.show(std::invoke(access, value)); };
    key.schema = type.schema;
    if (!is_required) key.default_text = default_text(key.show(T{}));
    keys_.push_back(std::move(key));
    return *this;
  }

  static std::string default_text(const Json& shown) {
    if (shown.is_object() || shown.is_array() || shown.is_null()) return "";
    if (shown.is_string()) return std::string(shown.get_string().c_str());
    const std::string text = json_text(shown);
    return text.substr(0, text.size() - 1);
  }

  static Json key_schema(const Key& key, SchemaDefs& defs) {
    boost::json::object schema = key.schema(defs).as_object();
    std::string text = key.doc;
    if (!key.default_text.empty()) text += " Default: " + key.default_text + ".";
    if (!text.empty()) schema["description"] = text;
    return schema;
  }

  /// The words that were probably meant: they are not missing as well.
  std::vector<std::string> refuse_unknown(const Node& node, Reader& reader) const {
    std::vector<std::string> meant;
    for (const Member& member : node.members) {
      bool is_known = false;
      for (const Key& key : keys_) is_known |= key.word == member.key;
      if (is_known) continue;
      const auto known = words();
      const auto near = closest(member.key, known);
      const auto others = near.empty() ? ", expected one of " + listed(known) : "";
      reader.complain(member.place,
                      "unknown key \"" + member.key + "\" in " + reader.here() + others, near);
      meant.push_back(near);
    }
    return meant;
  }

  static void complain_missing(const Node& node, const std::string& word, Reader& reader) {
    reader.complain(node.place, "missing key \"" + word + "\" in " + reader.here());
  }

  std::string name_, doc_;
  std::vector<Key> keys_;
  bool is_inherited_ = false;
  std::vector<std::function<void(const Node&, const T&, Reader&)>> rules_;
};

}  // namespace cartstorm::sim

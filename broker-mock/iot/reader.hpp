#pragma once
#include <boost/json/object.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cartstorm::broker::iot {

using Attributes = std::map<std::string, std::string, std::less<>>;
struct Tag {
  std::string key, value;
};

/// The object in a request body; an empty body is `{}`. Empty if it is no JSON object, is deeper
/// than 32 or larger than 512 KiB.
std::optional<boost::json::object> parse_body(std::string_view body);

/// Takes members out of one JSON object and keeps the first thing that is wrong with any of them:
/// whoever reads asks once, at the end. A null is an absent member.
class Reader {
 public:
  /// `where` names the object in errors; empty for the body itself.
  Reader(const boost::json::object& object, std::string& error, std::string where = {})
      : object_{object}, error_{error}, where_{std::move(where)} {}

  bool has(std::string_view key) const { return find(key) != nullptr; }
  void require(std::string_view key);
  /// Says what is wrong, unless something was before.
  void fail(std::string_view key, std::string_view what);

  /// A text of so many characters, none of them a control.
  std::optional<std::string> text(std::string_view key, std::size_t min, std::size_t max);
  /// Any text of at most so many bytes.
  std::optional<std::string> raw(std::string_view key, std::size_t max_bytes);
  std::optional<std::int64_t> whole(std::string_view key, std::int64_t min, std::int64_t max);
  /// A number times `scale`, which must be whole: two decimals are a scale of 100.
  std::optional<std::uint32_t> decimal(std::string_view key, std::uint32_t scale, std::uint32_t min,
                                       std::uint32_t max);
  bool flag(std::string_view key);
  /// Null if absent or wrong.
  const boost::json::object* object(std::string_view key);
  const boost::json::array* array(std::string_view key, std::size_t min, std::size_t max);
  /// Objects of an array, each with a reader of its own.
  std::vector<Reader> objects(std::string_view key, std::size_t min, std::size_t max);
  std::vector<std::string> texts(std::string_view key, std::size_t min, std::size_t max);
  /// The place in `words`; `words` are what the service model lists.
  template <class Enum>
  std::optional<Enum> choice(std::string_view key, std::initializer_list<std::string_view> words) {
    const auto index = choice_index(key, words);
    return index ? std::optional{static_cast<Enum>(*index)} : std::nullopt;
  }
  /// String members of a string map.
  std::optional<Attributes> map(std::string_view key);
  std::vector<Tag> tags(std::string_view key);
  std::string path(std::string_view key) const;
  std::string& error() { return error_; }

 private:
  const boost::json::value* find(std::string_view key) const;
  std::optional<std::size_t> choice_index(std::string_view key,
                                          std::initializer_list<std::string_view> words);

  const boost::json::object& object_;
  std::string& error_;
  std::string where_;
};

/// Empty, or why it is no tag: key of 1..128 characters, not beginning with `aws:`, value of at
/// most 256.
std::string tag_error(const Tag& tag);

}  // namespace cartstorm::broker::iot

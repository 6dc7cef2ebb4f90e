#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace ota {

/// Like substr, but without its exception: the caller knows that the part is inside.
constexpr std::string_view slice(std::string_view text, std::size_t from, std::size_t size) {
  return {text.data() + from, size};
}

/// Where the first of these stands, or npos. As find, which is inlined at every use of it.
std::size_t place_of(std::string_view text, char c);
std::size_t place_of(std::string_view text, std::string_view part);

/// A token of the parsed text. Strings exclude their quotes.
struct JsonToken {
  enum class Kind : std::uint8_t { object, array, string, primitive };
  Kind kind;
  std::uint16_t size;  ///< members of an object, elements of an array
  std::uint16_t start;
  std::uint16_t end;
};

/// A strict, bounded reader of one JSON object. Untrusted bytes in, views into them out. The
/// memory is the caller's; what does not fit is refused, never half read.
class JsonReader {
 public:
  static constexpr std::size_t token_capacity = 112;
  static constexpr std::size_t text_capacity = 16 * 1024;
  static constexpr int absent = -1;
  static constexpr int root = 0;

  enum class Verdict : std::uint8_t { ok, malformed, too_large };

  /// ok         the whole text is one well-formed JSON object in UTF-8
  /// malformed  it is not
  /// too_large  more text or tokens than fit; may or may not be well-formed
  Verdict parse(std::string_view text);

  /// The value of a member, or `absent`, also when `object` is absent itself. A duplicate or a
  /// wrong type of a member that is asked for marks the message as damaged.
  int object(int object, std::string_view key);
  bool string(int object, std::string_view key, std::string_view& out);
  bool number(int object, std::string_view key, std::uint64_t& out);
  /// True of an object without members.
  bool is_empty(int object) const { return tokens_[object].size == 0; }

  /// False once a member that was asked for had a duplicate or a wrong type.
  bool is_sound() const { return is_sound_; }

 private:
  int find(int object, std::string_view key);
  int next_sibling(int token) const;
  bool is_well_formed() const;
  bool is_container_well_formed(int token) const;
  bool is_only_separator(std::size_t from, std::size_t to, char separator) const;
  std::size_t outer_start(int token) const;
  std::size_t outer_end(int token) const;
  bool wrong(int token, JsonToken::Kind kind);
  std::string_view text_of(int token) const;

  std::string_view text_;
  JsonToken tokens_[token_capacity];
  int count_ = 0;
  bool is_sound_ = true;
};

/// Splits a text into tokens without judging what stands between them: the one place that knows
/// the tokenizer library. Returns the number of tokens, -1 if malformed, -2 if they do not fit.
int tokenize_json(std::string_view text, std::span<JsonToken> out);

/// Replaces the escapes of a JSON string. Returns the size, or 0 when it is more than `capacity` or
/// an escape stands for something that is not ASCII. `out` may be null: then it only measures.
std::size_t unescape_json(std::string_view text, char* out, std::size_t capacity);

bool is_utf8(std::string_view text);

}  // namespace ota

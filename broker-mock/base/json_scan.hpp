#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace cartstorm::broker {

enum class JsonKind : std::uint8_t { string, integer, real, boolean, null, array, object };

/// One value in its source text. `raw` of a string is what stands between the quotes.
struct JsonValue {
  JsonKind kind = JsonKind::null;
  bool has_escapes = false;  ///< strings only
  bool boolean = false;
  std::int64_t integer = 0;  ///< |value| <= 2^53 - 1; anything else is `real`
  std::string_view raw;
};

/// The text of a string value, with escapes resolved into `scratch` if there are any.
std::string_view text_of(const JsonValue& value, std::string& scratch);

/// Walks the members of one JSON object without building anything: our uplinks are flat, tiny and
/// many. Validates everything it passes (RFC 8259, strict UTF-8, nesting up to 32).
class ObjectScan {
 public:
  explicit ObjectScan(std::string_view text) : rest_{text} {}

  /// Goes to the next member; false at the end and at the first error.
  bool next();
  /// Meaningful once next() said false: the whole text was exactly one object.
  bool is_valid() const { return is_complete_; }

  std::string_view key() const { return key_; }
  const JsonValue& value() const { return value_; }
  /// Text of a string member; valid until the next call of next() or text().
  std::string_view text() { return text_of(value_, value_scratch_); }

 private:
  std::string_view rest_;
  bool is_open_ = false, is_complete_ = false, is_over_ = false;
  std::string_view key_;
  JsonValue value_;
  std::string key_scratch_, value_scratch_;
};

/// Walks the elements of one JSON array, as ObjectScan does for objects.
class ArrayScan {
 public:
  explicit ArrayScan(std::string_view text) : rest_{text} {}
  bool next();
  bool is_valid() const { return is_complete_; }
  const JsonValue& value() const { return value_; }
  std::string_view text() { return text_of(value_, scratch_); }

 private:
  std::string_view rest_;
  bool is_open_ = false, is_complete_ = false, is_over_ = false;
  JsonValue value_;
  std::string scratch_;
};

/// True if `text` is exactly one JSON object.
bool is_json_object(std::string_view text);

}  // namespace cartstorm::broker

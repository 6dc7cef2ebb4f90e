#pragma once
#include <bit>
#include <charconv>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "broker-mock/base/things.hpp"
#include "broker-mock/cloud/facts.hpp"

namespace cartstorm::broker {

template <class Archive>
void fields(Archive& archive, ServerTime& time) {
  archive(time.unix_ms);
}
template <class Archive>
void fields(Archive& archive, Version& version) {
  archive(version.value);
}

}  // namespace cartstorm::broker

/// Durable records as text. A type names its members once, in `fields(archive, value)`, and both
/// directions go through that: writing and reading cannot disagree.
namespace cartstorm::broker::rollout {

/// First word of every record: whoever changes a record's members counts it up.
inline constexpr std::uint32_t record_format = 2;

template <class T>
concept Number = std::integral<T> || std::is_enum_v<T>;

/// Numbers are decimal, texts `length:bytes`, lists their length and their items, optional values 0
/// or 1 and the value, all with a space behind: a person with an SQL prompt can read what the
/// controller knows.
class RecordWriter {
 public:
  template <class... Members>
  void operator()(Members&... members) {
    (write(members), ...);
  }
  std::string take() { return std::move(text_); }

 private:
  template <class T>
  void write(T& value) {
    if constexpr (Number<T>) {
      text_.append(std::to_string(static_cast<std::int64_t>(value))).push_back(' ');
    } else if constexpr (std::same_as<T, double>) {
      // Exactly these bits come back, whatever a printer of numbers thinks of them.
      write_number(std::bit_cast<std::int64_t>(value));
    } else {
      fields(*this, value);
    }
  }
  void write(std::string& value) {
    text_.append(std::to_string(value.size())).append(":").append(value).push_back(' ');
  }
  template <class T>
  void write(std::vector<T>& values) {
    write_number(static_cast<std::int64_t>(values.size()));
    for (T& value : values) write(value);
  }
  template <class T>
  void write(std::optional<T>& value) {
    write_number(value ? 1 : 0);
    if (value) write(*value);
  }
  void write_number(std::int64_t value) { text_.append(std::to_string(value)).push_back(' '); }

  std::string text_;
};

/// Reads what RecordWriter wrote. The first thing that is not as expected latches: everything after
/// it stays untouched, and the reader is not sound.
class RecordReader {
 public:
  explicit RecordReader(std::string_view text) : rest_{text} {}

  template <class... Members>
  void operator()(Members&... members) {
    (read(members), ...);
  }
  /// Everything was there, and nothing else.
  bool is_complete() const { return is_sound_ && rest_.empty(); }
  bool is_sound() const { return is_sound_; }
  void refuse() { is_sound_ = false; }

 private:
  template <class T>
  void read(T& value) {
    if constexpr (Number<T>) {
      const std::int64_t number = read_number();
      if (is_sound_) value = static_cast<T>(number);
    } else if constexpr (std::same_as<T, double>) {
      const std::int64_t bits = read_number();
      if (is_sound_) value = std::bit_cast<double>(bits);
    } else {
      fields(*this, value);
    }
  }
  void read(std::string& value) {
    const auto size = static_cast<std::uint64_t>(read_number(':'));
    is_sound_ = is_sound_ && size < rest_.size() && rest_[size] == ' ';
    if (!is_sound_) return;
    value = rest_.substr(0, size);
    rest_.remove_prefix(size + 1);
  }
  template <class T>
  void read(std::vector<T>& values) {
    const auto size = static_cast<std::uint64_t>(read_number());
    // Every item takes two bytes at least: a damaged length must not take all memory.
    is_sound_ = is_sound_ && size <= rest_.size() / 2;
    if (!is_sound_) return;
    values.assign(size, T{});
    for (T& value : values) read(value);
  }
  template <class T>
  void read(std::optional<T>& value) {
    const std::int64_t has_value = read_number();
    is_sound_ = is_sound_ && (has_value == 0 || has_value == 1);
    if (!is_sound_) return;
    value.reset();
    if (has_value == 1) read(value.emplace());
  }
  std::int64_t read_number(char end = ' ') {
    std::int64_t number = 0;
    const auto [at, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
    const auto used = static_cast<std::size_t>(at - rest_.data());
    is_sound_ = is_sound_ && error == std::errc{} && used < rest_.size() && rest_[used] == end;
    if (is_sound_) rest_.remove_prefix(used + 1);
    return is_sound_ ? number : 0;
  }

  std::string_view rest_;
  bool is_sound_ = true;
};

template <class Value>
std::string record_of(Value& value) {
  RecordWriter writer;
  std::uint32_t format = record_format;
  writer(format, value);
  return writer.take();
}

/// False if `text` is not a whole record of this kind and format.
template <class Value>
bool read_record(std::string_view text, Value& value) {
  RecordReader reader{text};
  std::uint32_t format = 0;
  reader(format);
  if (format != record_format) return false;
  reader(value);
  return reader.is_complete();
}

}  // namespace cartstorm::broker::rollout

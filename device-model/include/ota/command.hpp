#pragma once
#include <string_view>
#include <variant>

#include "ota/types.hpp"

namespace ota::command {

struct Publish {
  std::string_view topic;
  Bytes payload;
  std::uint8_t qos;
};
/// GET JobContext::url from byte `first` to the end. `if_match` empty: unconditional.
struct HttpGet {
  std::string_view url;
  std::uint32_t first;
  std::string_view if_match;
};
/// Hand over the next piece of the body, at most `max_bytes` (1..4096), as event::HttpBody, or
/// event::HttpEnded. Nothing of a body comes unasked, so the agent sets the pace.
struct HttpNext {
  std::uint32_t max_bytes;
};
/// Close the HTTP connection; no further Http events of it may arrive.
struct HttpStop {};
struct RunSelfTest {};
/// Call step with event::Continue when the hardware is ready again.
struct Continue {};
struct Reboot {};

}  // namespace ota::command

namespace ota {

using Command =
    std::variant<command::Publish, command::HttpGet, command::HttpNext, command::HttpStop,
                 command::RunSelfTest, command::Continue, command::Reboot>;

/// What one step asks of the world. Owned by the caller and used again for every step: views in
/// the commands point into it and live until the next clear(). Bounded, never grown; a step that
/// needs more than it holds is a defect of the agent and shows as has_overflowed().
class Commands {
 public:
  static constexpr std::size_t capacity = 6;
  static constexpr std::size_t text_capacity = 1536;

  Commands() = default;
  Commands(const Commands&) = delete;
  Commands& operator=(const Commands&) = delete;

  void clear() {
    size_ = 0;
    text_size_ = 0;
    has_overflowed_ = false;
  }
  void push(const Command& command) {
    if (size_ < capacity) {
      items_[size_++] = command;
    } else {
      has_overflowed_ = true;
    }
  }
  /// Memory for a topic or payload of this step; commit what was used.
  std::span<char> free_text() { return std::span{text_}.subspan(text_size_); }
  std::string_view commit_text(std::size_t size) {
    const std::string_view used{text_ + text_size_, size};
    text_size_ += size;
    return used;
  }
  void mark_overflow() { has_overflowed_ = true; }

  const Command* begin() const { return items_; }
  const Command* end() const { return items_ + size_; }
  std::size_t size() const { return size_; }
  bool has_overflowed() const { return has_overflowed_; }

 private:
  Command items_[capacity];
  char text_[text_capacity];
  std::size_t size_ = 0;
  std::size_t text_size_ = 0;
  bool has_overflowed_ = false;
};

}  // namespace ota

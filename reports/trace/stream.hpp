#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "reports/trace/kinds.hpp"
#include "reports/trace/record.hpp"

namespace cartstorm::report {

/// Texts of one trace, numbered in order of first use.
class TextTable {
 public:
  TextTable();
  TextTable(const TextTable&) = delete;  // texts_ points into ids_
  TextTable& operator=(const TextTable&) = delete;
  TextTable(TextTable&&) = default;
  TextTable& operator=(TextTable&&) = default;
  TextId intern(std::string_view);
  std::string_view text(TextId) const;
  std::size_t size() const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
  };
  std::unordered_map<std::string, TextId, Hash, std::equal_to<>> ids_;
  std::vector<const std::string*> texts_;
};

/// Something that reads the full trace while it happens: a check, the store, the summary.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void on(const Record&) = 0;
  /// The kinds it wants to see, one bit per alternative of Payload (kinds.hpp). Asked once, when it
  /// is attached: most records interest few sinks, and flash rows are the bulk of a trace.
  virtual std::uint64_t kinds() const { return all_kinds; }
  /// A check found a broken promise on this cart: its story is worth keeping.
  virtual void flagged(CartId) {}
};

/// The one place where a run's facts become the trace: numbers them, hashes all of them, and hands
/// each to every sink. Nothing is filtered before a sink has seen it.
class Stream {
 public:
  TextTable& texts() { return texts_; }
  const TextTable& texts() const { return texts_; }
  /// `sink` must outlive the stream's use.
  void attach(Sink& sink);
  /// Records must come in ascending time; the sequence number is given here.
  void emit(std::int64_t time_us, const Payload& payload);
  /// Tells every sink that a promise was broken on `cart`.
  void flag(CartId cart);
  std::uint64_t count() const { return next_seq_; }
  /// Time of the last record; an interrupted run came that far.
  std::int64_t last_us() const { return last_us_; }
  /// 128-bit rolling hash over every field of every record and the text behind every TextId,
  /// 32 hex digits.
  std::string hash() const;

 private:
  void mix(std::int64_t time_us, const Payload&);

  TextTable texts_;
  std::vector<Sink*> sinks_;
  std::array<std::vector<Sink*>, kind_count> sinks_of_kind_;
  std::vector<std::uint64_t> text_hashes_;  ///< by TextId, filled as texts appear
  std::uint64_t next_seq_ = 0;
  std::int64_t last_us_ = 0;
  std::uint64_t hash_a_ = 0x6a09e667f3bcc908ULL;
  std::uint64_t hash_b_ = 0xbb67ae8584caa73bULL;
};

}  // namespace cartstorm::report

#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "reports/trace/record.hpp"

namespace cartstorm::report {

/// Texts of one trace, numbered in order of first use.
class TextTable {
 public:
  TextTable();
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
  std::uint64_t count() const { return next_seq_; }
  /// 128-bit rolling hash over every field of every record and the text behind every TextId,
  /// 32 hex digits.
  std::string hash() const;

 private:
  TextTable texts_;
  std::vector<Sink*> sinks_;
  std::uint64_t next_seq_ = 0;
  std::uint64_t hash_a_ = 0x6a09e667f3bcc908ULL;
  std::uint64_t hash_b_ = 0xbb67ae8584caa73bULL;
};

}  // namespace cartstorm::report

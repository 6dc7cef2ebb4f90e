#include "reports/trace/stream.hpp"

#include <fmt/core.h>

#include <bit>
#include <concepts>

namespace cartstorm::report {
namespace {

constexpr std::uint64_t odd_a = 0x9e3779b97f4a7c15ULL;
constexpr std::uint64_t odd_b = 0xc2b2ae3d27d4eb4fULL;

constexpr std::uint64_t spread(std::uint64_t h) {
  h *= odd_a;
  return h ^ (h >> 32U);
}

std::uint64_t hash_text(std::string_view text) {
  std::uint64_t h = text.size();
  for (const char c : text) {
    h = spread(h ^ static_cast<unsigned char>(c));
  }
  return h;
}

/// Two lanes over the fields of one record. They start fresh for each record, so that the processor
/// overlaps records; every step is a bijection of its lane, so no single changed field is lost.
class FieldHash {
 public:
  explicit FieldHash(const std::vector<std::uint64_t>& text_hashes) : texts_{text_hashes} {}

  void add(std::uint64_t value) {
    const std::uint64_t even = spread(even_ ^ value);
    even_ = odd_;
    odd_ = even;
  }
  void operator()(std::string_view, TextId id) {
    const auto place = static_cast<std::size_t>(id);
    add(place < texts_.size() ? texts_[place] : 0);
  }
  template <class T>
  requires std::integral<T> || std::is_enum_v<T>
  void operator()(std::string_view, T value) {
    if constexpr (std::is_enum_v<T>) {
      add(static_cast<std::uint64_t>(static_cast<std::underlying_type_t<T>>(value)));
    } else {
      add(static_cast<std::uint64_t>(value));
    }
  }

  std::uint64_t even() const { return even_; }
  std::uint64_t odd() const { return odd_; }

 private:
  const std::vector<std::uint64_t>& texts_;
  std::uint64_t even_ = 0x3c6ef372fe94f82bULL;
  std::uint64_t odd_ = 0xa54ff53a5f1d36f1ULL;
};

}  // namespace

void Stream::attach(Sink& sink) {
  sinks_.push_back(&sink);
  const std::uint64_t wanted = sink.kinds();
  for (std::size_t kind = 0; kind < kind_count; ++kind) {
    if ((wanted >> kind & 1U) != 0) {
      sinks_of_kind_[kind].push_back(&sink);
    }
  }
}

void Stream::emit(std::int64_t time_us, const Payload& payload) {
  // Hashed before it is copied: the caller has just written the fields one by one, and a copy that
  // reads them in wide pieces at once would wait for all of those writes.
  mix(time_us, payload);
  last_us_ = time_us;
  const Record record{time_us, next_seq_++, payload};
  for (Sink* const sink : sinks_of_kind_[payload.index()]) {
    sink->on(record);
  }
}

void Stream::flag(CartId cart) {
  for (Sink* const sink : sinks_) {
    sink->flagged(cart);
  }
}

void Stream::mix(std::int64_t time_us, const Payload& payload) {
  while (text_hashes_.size() < texts_.size()) {
    text_hashes_.push_back(
        hash_text(texts_.text(TextId{static_cast<std::uint32_t>(text_hashes_.size())})));
  }
  FieldHash fields{text_hashes_};
  fields.add(static_cast<std::uint64_t>(time_us));
  fields.add(next_seq_);
  fields.add(payload.index());
  visit_kind(payload, [&fields](const auto& row) { row.fields(fields); });
  hash_a_ = spread(std::rotl(hash_a_, 23) ^ (fields.even() * odd_b + fields.odd()));
  hash_b_ = (std::rotl(hash_b_, 29) ^ (fields.odd() * odd_a + fields.even())) * odd_b;
}

std::string Stream::hash() const { return fmt::format("{:016x}{:016x}", hash_a_, hash_b_); }

}  // namespace cartstorm::report

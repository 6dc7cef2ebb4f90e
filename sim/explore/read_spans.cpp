#include "sim/explore/read_spans.hpp"

#include <algorithm>

namespace cartstorm::sim::explore {

void ReadSpans::erase(std::uint8_t at) {
  std::copy(spans_ + at + 1, spans_ + count_, spans_ + at);
  spans_[--count_] = {};
}

void ReadSpans::insert(std::uint8_t at, Span span) {
  if (count_ == capacity) {
    is_complete_ = false;
    const auto size = [](const Span& s) { return s.to - s.from; };
    const Span* shortest = std::min_element(
        spans_, spans_ + count_, [&](const Span& x, const Span& y) { return size(x) < size(y); });
    if (size(span) <= size(*shortest)) {
      return;
    }
    const auto victim = static_cast<std::uint8_t>(shortest - spans_);
    erase(victim);
    at = victim < at ? static_cast<std::uint8_t>(at - 1) : at;
  }
  std::copy_backward(spans_ + at, spans_ + count_, spans_ + count_ + 1);
  spans_[at] = span;
  ++count_;
}

void ReadSpans::add(std::uint32_t from, std::uint32_t to) {
  if (from >= to) {
    return;
  }
  std::uint8_t at = 0;
  while (at < count_ && spans_[at].to < from) {
    ++at;
  }
  while (at < count_ && spans_[at].from <= to) {
    from = std::min(from, spans_[at].from);
    to = std::max(to, spans_[at].to);
    erase(at);
  }
  insert(at, {from, to});
}

void ReadSpans::remove(std::uint32_t from, std::uint32_t to) {
  for (std::uint8_t at = 0; at < count_ && from < to;) {
    const Span span = spans_[at];
    if (span.to <= from || span.from >= to) {
      ++at;
      continue;
    }
    erase(at);
    if (span.from < from) {
      insert(at++, {span.from, from});
    }
    if (span.to > to) {
      insert(at, {to, span.to});
      return;  // what follows begins behind it
    }
  }
}

bool ReadSpans::has(std::uint32_t from, std::uint32_t to) const {
  return from >= to || std::any_of(spans_, spans_ + count_, [&](const Span& span) {
           return span.from <= from && to <= span.to;
         });
}

void ReadSpans::encode(KeyWriter& out) const {
  out.number(std::uint64_t{count_} << 1 | std::uint64_t{is_complete_});
  for (std::uint8_t i = 0; i < count_; ++i) {
    out.number(std::uint64_t{spans_[i].from} << 32 | spans_[i].to);
  }
}

}  // namespace cartstorm::sim::explore

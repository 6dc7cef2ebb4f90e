#include "mutator.hpp"

#include <algorithm>

namespace ota::fuzz {
namespace {

constexpr char odd_bytes[] = {'\0', '\x01', '\x7f', '\x80', '\xff', '\xfe', '\xc3', '"', '\\', '{'};

}  // namespace

std::uint64_t Mutator::draw() {
  std::uint64_t x = state_ += 0x9e3779b97f4a7c15u;
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
  x = (x ^ x >> 27) * 0x94d049bb133111ebu;
  return x ^ x >> 31;
}

std::string Mutator::next(const std::vector<std::string>& corpus, std::size_t largest) {
  std::string text = corpus.empty() ? "" : corpus[below(corpus.size())];
  for (std::size_t times = 1 + below(6); times > 0; --times) {
    change(text, corpus);
  }
  text.resize(std::min(text.size(), largest));
  return text;
}

void Mutator::change(std::string& text, const std::vector<std::string>& corpus) {
  const std::size_t at = below(text.size());
  const std::size_t size = std::min(text.size() - at, 1 + below(1 + below(64)));
  switch (below(9)) {
    case 0:
      if (!text.empty()) {
        text[at] = static_cast<char>(text[at] ^ 1 << below(8));
      }
      return;
    case 1:
      text.replace(at, size, size, static_cast<char>(draw()));
      return;
    case 2:
      text.insert(at, 1 + below(8), odd_bytes[below(std::size(odd_bytes))]);
      return;
    case 3:
      text.erase(at, size);
      return;
    case 4:
      text.insert(below(text.size() + 1), text.substr(at, size));
      return;
    case 5:
      text.resize(at);
      return;
    case 6:
      for (std::size_t i = at; i < at + size; ++i) {
        text[i] = static_cast<char>(draw());
      }
      return;
    case 7:
      text.replace(at, below(2) * size, words_.empty() ? "" : words_[below(words_.size())]);
      return;
    default: {
      const std::string& other = corpus[below(corpus.size())];
      const std::size_t from = below(other.size());
      text.replace(at, below(2) * size, other.substr(from, 1 + below(other.size())));
      return;
    }
  }
}

}  // namespace ota::fuzz

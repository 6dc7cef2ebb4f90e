#include "sim/explore/content_pool.hpp"

#include <algorithm>
#include <cstring>

namespace cartstorm::sim::explore {
namespace {

constexpr std::byte erased{0xff};
constexpr std::size_t block_bytes = std::size_t{1} << 20;

ota::Bytes trimmed(ota::Bytes bytes) {
  std::size_t size = bytes.size();
  for (std::uint64_t word = ~std::uint64_t{0}; size >= sizeof word; size -= sizeof word) {
    std::memcpy(&word, bytes.data() + size - sizeof word, sizeof word);
    if (word != ~std::uint64_t{0}) {
      break;
    }
  }
  while (size != 0 && bytes[size - 1] == erased) {
    --size;
  }
  return bytes.first(size);
}

}  // namespace

ContentPool::ContentPool(std::uint32_t sector_size)
    : sector_size_(sector_size), scratch_(sector_size) {
  intern({});
}

const std::byte* ContentPool::keep(ota::Bytes bytes) {
  if (bytes.size() > block_left_) {
    const std::size_t size = std::max(block_bytes, bytes.size());
    blocks_.push_back(std::make_unique_for_overwrite<std::byte[]>(size));
    block_at_ = blocks_.back().get();
    block_left_ = size;
    held_ += size;
  }
  std::byte* place = block_at_;
  std::copy(bytes.begin(), bytes.end(), place);
  block_at_ += bytes.size();
  block_left_ -= bytes.size();
  return place;
}

ContentId ContentPool::intern(ota::Bytes content) {
  const ota::Bytes bytes = trimmed(content);
  KeyWriter writer;
  writer.bytes(bytes);
  const Key key = writer.finish();
  if (const ContentId* known = by_key_.find(key)) {
    return *known;
  }
  const auto id = static_cast<ContentId>(entries_.size());
  by_key_.add(key, id);
  entries_.push_back({keep(bytes), static_cast<std::uint32_t>(bytes.size()), key});
  return id;
}

bool ContentPool::is_immutable(ota::Bytes bytes) const {
  return std::ranges::any_of(immutable_, [&](ota::Bytes whole) {
    return bytes.data() >= whole.data() &&
           bytes.data() + bytes.size() <= whole.data() + whole.size();
  });
}

ContentId ContentPool::program(ContentId id, std::uint32_t offset, ota::Bytes page) {
  return tear_program(id, offset, page, Tear::after);
}

ContentId ContentPool::tear_program(ContentId id, std::uint32_t offset, ota::Bytes page,
                                    Tear tear) {
  KeyWriter writer{static_cast<std::uint64_t>(tear)};
  writer.number(static_cast<std::uint64_t>(id) << 32 | offset);
  if (is_immutable(page)) {
    writer.number(reinterpret_cast<std::uintptr_t>(page.data()));
    writer.number(page.size());
  } else {
    writer.bytes(page);
  }
  const Key memo = writer.finish();
  if (const ContentId* known = changes_.find(memo)) {
    return *known;
  }
  read(id, 0, scratch_);
  sim::tear_program(tear, scratch_, offset, page);
  const ContentId result = intern(scratch_);
  changes_.add(memo, result);
  return result;
}

ContentId ContentPool::tear_erase(ContentId id, std::uint32_t page, Tear tear) {
  KeyWriter writer{tear_count + static_cast<std::uint64_t>(tear)};
  writer.number(static_cast<std::uint64_t>(id) << 32 | page);
  const Key memo = writer.finish();
  if (const ContentId* known = changes_.find(memo)) {
    return *known;
  }
  read(id, 0, scratch_);
  sim::tear_erase(tear, scratch_, page);
  const ContentId result = intern(scratch_);
  changes_.add(memo, result);
  return result;
}

ContentId ContentPool::merged(ContentId id, ContentId other, std::uint32_t first,
                              std::uint32_t last) {
  read(id, 0, scratch_);
  read(other, first, ota::MutableBytes{scratch_}.subspan(first, last - first));
  return intern(scratch_);
}

void ContentPool::read(ContentId id, std::uint32_t offset, ota::MutableBytes out) const {
  const ota::Bytes known = bytes(id);
  const std::size_t from = std::min<std::size_t>(offset, known.size());
  const std::size_t size = std::min(out.size(), known.size() - from);
  if (size != 0) {
    std::memcpy(out.data(), known.data() + from, size);
  }
  std::memset(out.data() + size, 0xff, out.size() - size);
}

bool ContentPool::is_erased(ContentId id, std::uint32_t offset, std::uint32_t length) const {
  const ota::Bytes known = bytes(id);
  if (offset >= known.size()) {
    return true;
  }
  const auto part = known.subspan(offset, std::min<std::size_t>(length, known.size() - offset));
  return std::ranges::all_of(part, [](std::byte b) { return b == erased; });
}

}  // namespace cartstorm::sim::explore

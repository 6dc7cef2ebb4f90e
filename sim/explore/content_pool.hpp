#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "ota/types.hpp"
#include "sim/explore/key_map.hpp"
#include "sim/hardware/tear.hpp"

namespace cartstorm::sim::explore {

/// Content of one sector, by number. Equal contents have equal numbers; 0 is an erased sector.
enum class ContentId : std::uint32_t {};
inline constexpr ContentId erased_content{0};

/// Every sector content that was ever met, each kept once. A path through millions of states holds
/// 136 numbers, and the effect of a program on a content is computed once.
class ContentPool {
 public:
  /// `sector_size` in bytes.
  explicit ContentPool(std::uint32_t sector_size);

  std::uint32_t sector_size() const { return sector_size_; }
  /// At most a sector; bytes that are left out are erased.
  ContentId intern(ota::Bytes);
  /// Content with `page` programmed at `offset`: bits only fall.
  ContentId program(ContentId, std::uint32_t offset, ota::Bytes page);
  /// The first content with the bytes [first, last) of the second one.
  ContentId merged(ContentId, ContentId, std::uint32_t first, std::uint32_t last);
  /// The same, cut in this way; `before` and `watchdog` leave the content as it is.
  ContentId tear_program(ContentId, std::uint32_t offset, ota::Bytes page, Tear);
  /// An erase of the content that was cut; `page` in bytes.
  ContentId tear_erase(ContentId, std::uint32_t page, Tear);
  /// `content` stays unchanged as long as the pool lives: programs from within it are known by
  /// their address.
  void add_immutable(ota::Bytes content) { immutable_.push_back(content); }

  /// Up to the last byte that is not erased.
  ota::Bytes bytes(ContentId id) const {
    const Entry& entry = entries_[static_cast<std::size_t>(id)];
    return {entry.bytes, entry.size};
  }
  const Key& key(ContentId id) const { return entries_[static_cast<std::size_t>(id)].key; }
  void read(ContentId, std::uint32_t offset, ota::MutableBytes out) const;
  bool is_erased(ContentId, std::uint32_t offset, std::uint32_t length) const;

  std::size_t contents() const { return entries_.size(); }
  /// Bytes of memory, near enough for a bound.
  std::uint64_t memory() const {
    return held_ + sizeof(Entry) * entries_.size() + by_key_.memory() + changes_.memory();
  }

 private:
  struct Entry {
    const std::byte* bytes;
    std::uint32_t size;
    Key key;
  };

  bool is_immutable(ota::Bytes) const;
  const std::byte* keep(ota::Bytes);

  std::uint32_t sector_size_;
  std::vector<ota::Bytes> immutable_;
  std::vector<Entry> entries_;
  KeyMap<ContentId> by_key_;
  KeyMap<ContentId> changes_;  ///< by content, operation and how it was cut
  std::vector<std::unique_ptr<std::byte[]>> blocks_;
  std::size_t block_left_ = 0;
  std::byte* block_at_ = nullptr;
  std::uint64_t held_ = 0;
  std::vector<std::byte> scratch_;
};

}  // namespace cartstorm::sim::explore

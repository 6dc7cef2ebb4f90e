#pragma once
#include <initializer_list>
#include <vector>

#include "ota/patch.hpp"

namespace ota::test {

using Octets = std::vector<std::byte>;

Octets octets(std::initializer_list<unsigned> values);
Octets joined(std::initializer_list<Octets> parts);
/// `size` bytes 0, 1, 2, ... 255, 0, ...
Octets counting(std::size_t size);

/// A slot of which only the base image may be read: anything else is counted and refused.
class BaseSlot final : public Flash {
 public:
  explicit BaseSlot(Octets image) : image_(std::move(image)) {}

  FlashGeometry geometry() const override { return {8, 1024, 64 * 1024}; }
  Status read(Region, std::uint32_t offset, MutableBytes out) override;
  Status program(Region, std::uint32_t, Bytes) override { return refuse(); }
  Status erase(Region, std::uint32_t) override { return refuse(); }

  /// The read with this number, counted from 0, returns `status` once.
  void fail_at(std::uint32_t read, Status status);
  std::uint32_t reads() const { return reads_; }
  /// Calls that no decoder may make.
  std::uint32_t trespasses() const { return trespasses_; }

 private:
  Status refuse();

  Octets image_;
  std::uint32_t reads_ = 0;
  std::uint32_t trespasses_ = 0;
  std::uint32_t failing_read_ = ~0u;
  Status failure_ = Status::ok;
};

/// Operations and the CRC of record `index`, whose sector is `output`.
Octets record(std::uint32_t index, const Octets& operations, const Octets& output);

/// A patch of sectors of 256 bytes as it follows its header, and where decoding begins.
struct Feeding {
  PatchPlan plan;
  PatchPlace place = patch_first_place;
  Octets base;
  Octets records;  ///< from `place` on
  std::size_t in_piece = 4096;
  std::size_t out_piece = 64;
};
PatchPlan plan_for(const Octets& base, std::size_t target_size, std::size_t record_bytes);

struct Fed {
  Status status = Status::ok;
  bool is_complete = false;
  bool is_within_output = true;    ///< nothing was written behind the lent span
  std::uint32_t trespasses = 0;    ///< of BaseSlot
  Octets output;                   ///< everything produced
  std::vector<PatchPlace> places;  ///< after each record
};
/// Feeds everything in pieces until it is complete, refused, or used up.
Fed feed(const Feeding&);

}  // namespace ota::test

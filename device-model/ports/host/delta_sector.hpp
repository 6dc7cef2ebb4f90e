#pragma once
#include <vector>

#include "delta_index.hpp"

namespace ota::host {

/// One step of making a sector; together they cover it.
struct DeltaStep {
  enum class Kind : std::uint8_t {
    copy,     ///< `size` bytes from the base at the output's position + shift
    fix,      ///< one halfword from there, plus `difference`
    literal,  ///< `size` bytes that stand in the target
    borrow,   ///< as copy, from `shift`, which is not kept for what follows
  };
  Kind kind;
  std::uint32_t size;
  std::int32_t shift = 0;
  std::uint16_t difference = 0;
};

/// What one sector is made from.
struct DeltaSector {
  Bytes base;    ///< the whole image
  Bytes target;  ///< the whole image
  std::uint32_t begin;
  std::uint32_t size;

  Bytes content() const { return target.subspan(begin, size); }
};

/// The shifts (base position minus target position) under which most of the sector is found, best
/// first; zero is always among them.
std::vector<std::int32_t> find_shifts(const DeltaSector&, const SuffixIndex&);

/// The steps that are cheapest to write down, each byte under one of the shifts or as a literal.
std::vector<DeltaStep> cheapest_steps(const DeltaSector&, const std::vector<std::int32_t>& shifts);

/// Replaces parts of literals by short stretches of the base.
std::vector<DeltaStep> borrow_literals(const DeltaSector&, const SuffixIndex&,
                                       const std::vector<DeltaStep>&);

/// Appends the record of the sector: operations and CRC.
void append_record(std::vector<std::byte>& out, const DeltaSector&, std::uint32_t index,
                   const std::vector<DeltaStep>&);

/// Bytes of a number in a record (DELTA.md), and the numbers' order of small differences.
std::uint32_t number_size(std::uint32_t value);
std::uint32_t zigzag(std::int32_t value);

}  // namespace ota::host

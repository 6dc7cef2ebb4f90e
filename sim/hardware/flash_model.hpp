#pragma once
#include <cstdint>

#include "ota/hardware.hpp"
#include "sim/hardware/flash_image.hpp"
#include "sim/hardware/supply.hpp"

namespace cartstorm::sim {

/// How long one device operation takes; typical SPI NOR (invariants.md 4.1).
struct FlashTiming {
  std::int64_t program_unit_us = 700;
  std::int64_t erase_sector_us = 60'000;
  std::int64_t read_4kib_us = 200;
};

enum class FlashOpKind : std::uint8_t { read, program, erase };
enum class FlashOutcome : std::uint8_t { full, none, torn, error };

/// What one driver call did, for the trace.
struct FlashCall {
  std::uint64_t first_op;
  std::uint32_t ops;
  FlashOpKind op;
  ota::Region region;
  std::uint32_t offset, length, done;
  FlashOutcome outcome;
};

class FlashListener {
 public:
  virtual void on(const FlashCall&) = 0;

 protected:
  ~FlashListener() = default;
};

/// The durable side of one cart's flash and its operation counter.
struct CartFlash {
  static constexpr std::uint64_t no_cut = ~std::uint64_t{0};

  explicit CartFlash(const ota::FlashGeometry& geometry) : image(geometry) {}
  FlashImage image;
  std::uint64_t operations = 0;      ///< device operations since the factory, never reset
  std::uint64_t cut_at_op = no_cut;  ///< the supply fails inside this operation
};

/// ota::Flash as hardware behaves: every program unit and every sector erase is one operation with
/// a duration; the supply can fail before, inside or after it. One object serves every cart:
/// bind() it before a step.
class FlashModel final : public ota::Flash {
 public:
  FlashModel(const Arena& arena, const FlashTiming& timing, std::uint64_t seed)
      : arena_(arena), timing_(timing), seed_(seed) {}

  void bind(std::uint32_t cart, CartFlash& flash, Supply& supply, FlashListener& listener);

  ota::FlashGeometry geometry() const override { return flash_->image.geometry(); }
  ota::Status read(ota::Region, std::uint32_t offset, ota::MutableBytes out) override;
  ota::Status program(ota::Region, std::uint32_t offset, ota::Bytes content) override;
  ota::Status erase(ota::Region, std::uint32_t offset) override;

  const FlashImage& image() const { return flash_->image; }
  const Arena& arena() const { return arena_; }
  /// Charges the time of reading `length` bytes; false when power is lost.
  bool charge_read(std::uint32_t length);

 private:
  enum class Cut : std::uint8_t { none, before, inside };

  Cut next_operation(std::int64_t duration_us);
  void tear_program(ota::Region, std::uint32_t offset, ota::Bytes unit);
  void tear_erase(ota::Region, std::uint32_t offset);
  bool is_inside(ota::Region, std::uint32_t offset, std::size_t length) const;

  const Arena& arena_;
  FlashTiming timing_;
  std::uint64_t seed_;
  std::uint32_t cart_ = 0;
  CartFlash* flash_ = nullptr;
  Supply* supply_ = nullptr;
  FlashListener* listener_ = nullptr;
};

}  // namespace cartstorm::sim

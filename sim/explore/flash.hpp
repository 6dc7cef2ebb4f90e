#pragma once
#include <cstdint>
#include <functional>
#include <string_view>

#include "sim/explore/flash_state.hpp"

namespace cartstorm::sim::explore {

enum class FlashOp : std::uint8_t { program, erase };
const char* name(FlashOp);

/// One operation of the part, before it happens.
struct Operation {
  std::uint32_t number = 0;  ///< since the supply came, from 0
  FlashOp kind{};
  ota::Region region{};
  std::uint32_t offset = 0;  ///< in the region
  ota::Bytes content;        ///< of a program: one page or less; empty: an erase
};

/// What else an operation may do than what was asked, with the supply on.
enum class OpFault : std::uint8_t {
  none,
  write_lost,   ///< acknowledged, never done
  misdirected,  ///< done to the sector behind it in the region
  disturb,      ///< done, and a bit of the neighbouring page fell
  error,        ///< reported as failed, the page half done
};
inline constexpr std::size_t op_fault_count = 5;
const char* name(OpFault);
bool op_fault_named(std::string_view, OpFault& out);

/// Hears of everything that happens to the flash of the path that runs.
class FlashListener {
 public:
  /// A call begins that will change something, if the supply lasts.
  virtual void on_change(ota::Region, std::uint32_t offset, std::uint32_t size, FlashOp) = 0;
  /// The supply is there and the operation has not begun: where a cut may fall.
  virtual void before_operation(const Operation&) = 0;
  virtual void after_operation(const Operation&) = 0;
  virtual void on_read(ota::Region, std::uint32_t offset, std::uint32_t size) = 0;
  /// Marginal cells read differently from now on; `offset` of the first of them.
  virtual void on_flip(ota::Region, std::uint32_t offset) = 0;
  /// The content of a sector that was taken for dead matters after all.
  virtual void read_dead(std::uint32_t sector) = 0;
  /// A rule of the part was broken: out of bounds, unaligned, or programmed without an erase.
  virtual void broke_rule(const char* rule) = 0;
  /// The part did something else than it was asked.
  virtual void misbehaved(const Operation&, OpFault) = 0;
  /// The supply failed in, before or after this operation.
  virtual void lost_power(const Operation&) = 0;

 protected:
  ~FlashListener() = default;
};

/// ota::Flash over the state of one path: cuts and misbehaves at the operation it is told to.
class ExploredFlash final : public ota::Flash {
 public:
  ExploredFlash(const Part& part, ContentPool& pool, FlashListener& listener)
      : part_(part), pool_(pool), listener_(listener) {}

  /// The supply comes: `state` is worked on until the next call.
  void power_on(FlashState& state);
  /// What was counted since then; goes with a copy of the state.
  struct Counted {
    std::uint32_t operations = 0, calls = 0;
  };
  Counted counted() const { return {operations_, calls_}; }
  /// Back to a state of this power cycle.
  void resume(FlashState& state, Counted);
  /// The supply fails at this operation of this power cycle.
  void cut_at(std::uint32_t operation, Tear tear) {
    cut_at_ = operation;
    tear_ = tear;
  }
  void fault_at(std::uint32_t operation, OpFault fault) {
    fault_at_ = operation;
    fault_ = fault;
  }
  /// Of the cut that was ordered last.
  Tear tear() const { return tear_; }
  bool has_orders() const { return cut_at_ != no_operation || fault_at_ != no_operation; }
  /// As if so much had been done.
  void skip(const Counted& done) {
    operations_ += done.operations;
    calls_ += done.calls;
  }
  /// What a cut would leave. Does nothing to the state that runs.
  void tear(FlashState& state, const Operation&, Tear) const;

  ota::FlashGeometry geometry() const override { return part_.geometry; }
  ota::Status read(ota::Region, std::uint32_t offset, ota::MutableBytes out) override;
  ota::Status program(ota::Region, std::uint32_t offset, ota::Bytes content) override;
  ota::Status erase(ota::Region, std::uint32_t offset) override;

  /// Whether the bytes can be taken from the state as they stand: supply, bounds, and no cell that
  /// reads in a way of its own.
  bool is_plain(ota::Region, std::uint32_t offset, std::uint32_t size) const;
  /// Somebody took such bytes.
  void note_read(ota::Region, std::uint32_t offset, std::uint32_t size);

  bool is_powered() const { return is_powered_; }
  std::uint32_t operations() const { return operations_; }
  std::uint32_t calls_after_loss() const { return calls_after_loss_; }
  std::uint32_t calls() const { return calls_; }
  const Part& part() const { return part_; }
  const ContentPool& pool() const { return pool_; }
  const FlashState& state() const { return *state_; }

  static constexpr std::uint32_t no_operation = 0xffffffffU;

 private:
  bool is_lost();
  bool is_inside(ota::Region, std::uint32_t offset, std::size_t size) const;
  ota::Status refuse(const char* rule);
  ota::Status program_page(const Operation&);
  ota::Status perform(const Operation&, BadSector refuses, BadSector ignores);
  ota::Status fail_at(const Operation&);
  ota::Status misbehave(const Operation&);
  void apply(FlashState&, std::uint32_t sector, const Operation&) const;

  const Part& part_;
  ContentPool& pool_;
  FlashListener& listener_;
  FlashState* state_ = nullptr;
  bool is_powered_ = false;
  std::uint32_t operations_ = 0, calls_ = 0, calls_after_loss_ = 0;
  std::uint32_t cut_at_ = no_operation, fault_at_ = no_operation;
  Tear tear_ = Tear::before;
  OpFault fault_ = OpFault::none;
};

}  // namespace cartstorm::sim::explore

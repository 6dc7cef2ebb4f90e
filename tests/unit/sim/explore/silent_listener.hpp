#pragma once
#include "sim/explore/flash.hpp"

namespace cartstorm::sim::explore::test {

/// Counts what breaks a rule, and has nothing to say.
class SilentListener : public FlashListener {
 public:
  int rules_broken = 0;

  virtual ~SilentListener() = default;

  void on_change(ota::Region, std::uint32_t, std::uint32_t, FlashOp) override {}
  void before_operation(const Operation&) override {}
  void after_operation(const Operation&) override {}
  void on_read(ota::Region, std::uint32_t, std::uint32_t) override {}
  void on_flip(ota::Region, std::uint32_t) override {}
  void read_dead(std::uint32_t) override {}
  void broke_rule(const char*) override { ++rules_broken; }
  void misbehaved(const Operation&, OpFault) override {}
  void lost_power(const Operation&) override {}
};

}  // namespace cartstorm::sim::explore::test

#pragma once
#include <algorithm>
#include <array>
#include <string_view>
#include <variant>

#include "ota/boot_record.hpp"
#include "sim/explore/device_code.hpp"

/// The product with one thing wrong, each as a table of entry points: what an exploration must
/// find, and what it must survive.
namespace cartstorm::sim::explore::test {

inline DeviceCode device_with(decltype(DeviceCode::step) step) {
  DeviceCode code = linked_device_code();
  code.step = step;
  return code;
}

/// Steps with another policy than the cart's.
template <void (*change)(ota::Tuning&)>
DeviceCode device_with_policy() {
  return device_with([](ota::Agent& agent, ota::Uptime now, const ota::Event& event,
                        ota::Hardware& hardware, const ota::Tuning& tuning, ota::Commands& out) {
    ota::Tuning changed = tuning;
    change(changed);
    linked_device_code().step(agent, now, event, hardware, changed, out);
  });
}

inline void need_no_check_in(ota::Tuning& tuning) { tuning.confirm_needs_check_in = false; }
inline void allow_nine_attempts(ota::Tuning& tuning) { tuning.trial_attempts = 9; }

inline void end_probation_at_once(ota::Tuning& tuning) { tuning.probation_resets = 0; }

inline void allow_ninety_rollbacks(ota::Tuning& tuning) { tuning.rollbacks_to_quarantine = 90; }
inline void allow_no_second_try(ota::Tuning& tuning) { tuning.rollbacks_to_quarantine = 1; }
inline void pause_for_a_second(ota::Tuning& tuning) {
  tuning.start_jitter_ms = 0;
  tuning.backoff_base_ms = tuning.backoff_cap_ms = 1000;
}

inline DeviceCode never_quarantines() { return device_with_policy<allow_ninety_rollbacks>(); }
inline DeviceCode quarantines_at_once() { return device_with_policy<allow_no_second_try>(); }
inline DeviceCode pauses_for_a_moment() { return device_with_policy<pause_for_a_second>(); }
inline DeviceCode has_no_probation() { return device_with_policy<end_probation_at_once>(); }
inline DeviceCode confirms_without_check_in() { return device_with_policy<need_no_check_in>(); }
inline DeviceCode tries_too_often() { return device_with_policy<allow_nine_attempts>(); }

/// Takes every reset for a crash.
inline DeviceCode sees_crashes_everywhere() {
  DeviceCode code = linked_device_code();
  code.select_slot = [](ota::Hardware& hardware, ota::ResetCause, ota::BootDecision& out) {
    return linked_device_code().select_slot(hardware, ota::ResetCause::watchdog, out);
  };
  return code;
}

/// Hears that the self-test passed, whatever it said.
inline DeviceCode believes_every_self_test() {
  return device_with([](ota::Agent& agent, ota::Uptime now, const ota::Event& event,
                        ota::Hardware& hardware, const ota::Tuning& tuning, ota::Commands& out) {
    const bool is_verdict = std::holds_alternative<ota::event::SelfTestFinished>(event);
    const ota::Event heard =
        is_verdict ? ota::Event{ota::event::SelfTestFinished{true}} : ota::Event{event};
    linked_device_code().step(agent, now, heard, hardware, tuning, out);
  });
}

/// Flash whose sectors are not erased when they look as if they were.
class ErasesWhatIsWritten final : public ota::Flash {
 public:
  explicit ErasesWhatIsWritten(ota::Flash& flash) : flash_(flash) {}
  ota::FlashGeometry geometry() const override { return flash_.geometry(); }
  ota::Status read(ota::Region region, std::uint32_t offset, ota::MutableBytes out) override {
    return flash_.read(region, offset, out);
  }
  ota::Status program(ota::Region region, std::uint32_t offset, ota::Bytes content) override {
    return flash_.program(region, offset, content);
  }
  ota::Status erase(ota::Region region, std::uint32_t offset) override {
    std::array<std::byte, 1024> sector;
    const ota::Status status = flash_.read(region, offset, sector);
    const bool is_erased =
        std::ranges::all_of(sector, [](std::byte b) { return b == std::byte{0xff}; });
    return status == ota::Status::ok && is_erased ? status : flash_.erase(region, offset);
  }

 private:
  ota::Flash& flash_;
};

inline DeviceCode trusts_what_looks_erased() {
  return device_with([](ota::Agent& agent, ota::Uptime now, const ota::Event& event,
                        ota::Hardware& h, const ota::Tuning& tuning, ota::Commands& out) {
    ErasesWhatIsWritten flash{h.flash};
    ota::Hardware parts{flash,    h.crypto,   h.power,    h.watchdog,
                        h.random, h.identity, h.observer, h.job_memory};
    linked_device_code().step(agent, now, event, parts, tuning, out);
  });
}

/// Flash whose records are changed in memory only.
class RecordsInMemory final : public ota::Flash {
 public:
  explicit RecordsInMemory(ota::Flash& flash) : flash_(flash) {
    const ota::FlashGeometry g = flash.geometry();
    size_ = std::min<std::uint32_t>(2 * g.sector_size, static_cast<std::uint32_t>(bytes_.size()));
    is_whole_ = flash.read(ota::Region::boot_record, 0, ota::MutableBytes{bytes_}.first(size_)) ==
                ota::Status::ok;
  }
  ota::FlashGeometry geometry() const override { return flash_.geometry(); }
  ota::Status read(ota::Region region, std::uint32_t offset, ota::MutableBytes out) override {
    if (!is_here(region, offset, out.size())) return flash_.read(region, offset, out);
    std::copy_n(bytes_.begin() + offset, out.size(), out.begin());
    return ota::Status::ok;
  }
  ota::Status program(ota::Region region, std::uint32_t offset, ota::Bytes content) override {
    if (!is_here(region, offset, content.size())) return flash_.program(region, offset, content);
    std::ranges::copy(content, bytes_.begin() + offset);
    return ota::Status::ok;
  }
  ota::Status erase(ota::Region region, std::uint32_t offset) override {
    const std::uint32_t sector = flash_.geometry().sector_size;
    if (!is_here(region, offset, sector)) return flash_.erase(region, offset);
    std::fill_n(bytes_.begin() + offset, sector, std::byte{0xff});
    return ota::Status::ok;
  }

 private:
  bool is_here(ota::Region region, std::uint32_t offset, std::size_t size) const {
    return is_whole_ && region == ota::Region::boot_record && offset + size <= size_;
  }

  ota::Flash& flash_;
  std::array<std::byte, 2048> bytes_{};
  std::uint32_t size_ = 0;
  bool is_whole_ = false;
};

/// The bootloader believes that it spent an attempt.
inline DeviceCode spends_attempts_in_memory() {
  DeviceCode code = linked_device_code();
  code.select_slot = [](ota::Hardware& h, ota::ResetCause cause, ota::BootDecision& out) {
    RecordsInMemory flash{h.flash};
    ota::Hardware parts{flash,    h.crypto,   h.power,    h.watchdog,
                        h.random, h.identity, h.observer, h.job_memory};
    return linked_device_code().select_slot(parts, cause, out);
  };
  return code;
}

/// Never lets go of a flash that no longer answers.
inline DeviceCode reads_after_the_loss() {
  return device_with([](ota::Agent& agent, ota::Uptime now, const ota::Event& event,
                        ota::Hardware& hardware, const ota::Tuning& tuning, ota::Commands& out) {
    linked_device_code().step(agent, now, event, hardware, tuning, out);
    std::byte one{};
    for (int time = 0; time < 100; ++time) {
      if (hardware.flash.read(ota::Region::journal, 0, {&one, 1}) == ota::Status::ok) break;
    }
  });
}

/// Looks, at every start, into the part of the other slot that will be written anew. Nothing is
/// wrong with that, but nobody may say then that its content does not matter.
inline void look_into_slot_b(const ota::Event& event, ota::Hardware& hardware) {
  std::byte one{};
  if (std::holds_alternative<ota::event::Started>(event)) {
    static_cast<void>(
        hardware.flash.read(ota::Region::slot_b, hardware.flash.geometry().sector_size, {&one, 1}));
  }
}
inline DeviceCode reads_dead_sectors() {
  return device_with([](ota::Agent& agent, ota::Uptime now, const ota::Event& event,
                        ota::Hardware& hardware, const ota::Tuning& tuning, ota::Commands& out) {
    look_into_slot_b(event, hardware);
    linked_device_code().step(agent, now, event, hardware, tuning, out);
  });
}
/// The same, and something is wrong with it.
inline DeviceCode reads_dead_sectors_and_confirms_without_check_in() {
  return device_with([](ota::Agent& agent, ota::Uptime now, const ota::Event& event,
                        ota::Hardware& hardware, const ota::Tuning& tuning, ota::Commands& out) {
    look_into_slot_b(event, hardware);
    ota::Tuning changed = tuning;
    need_no_check_in(changed);
    linked_device_code().step(agent, now, event, hardware, changed, out);
  });
}

/// Always has something to go on with.
inline DeviceCode never_rests() {
  return device_with([](ota::Agent& agent, ota::Uptime now, const ota::Event& event,
                        ota::Hardware& hardware, const ota::Tuning& tuning, ota::Commands& out) {
    linked_device_code().step(agent, now, event, hardware, tuning, out);
    if (out.begin() == out.end() && hardware.flash.geometry().sector_size != 0) {
      out.push(ota::command::Continue{});
    }
  });
}

/// Never does anything.
inline DeviceCode never_begins() {
  DeviceCode code = device_with([](ota::Agent&, ota::Uptime, const ota::Event&, ota::Hardware&,
                                   const ota::Tuning&, ota::Commands& out) { out.clear(); });
  code.deadline = [](const ota::Agent&) { return ota::never; };
  return code;
}

/// What the bootloader decided is changed on its way to the application.
template <void (*change)(ota::Hardware&, ota::BootDecision&)>
DeviceCode device_that_decides() {
  DeviceCode code = linked_device_code();
  code.select_slot = [](ota::Hardware& hardware, ota::ResetCause cause, ota::BootDecision& out) {
    const ota::Status status = linked_device_code().select_slot(hardware, cause, out);
    if (status == ota::Status::ok) change(hardware, out);
    return status;
  };
  return code;
}

/// Starts slot A, whatever was confirmed, and tells nobody.
inline void start_slot_a(ota::Hardware& hardware, ota::BootDecision& decision) {
  ota::BootRecord record;
  ota::RecordPlace place;
  const bool is_confirmed = decision.reason == ota::BootReason::confirmed;
  if (is_confirmed && ota::load(hardware.flash, record, place) == ota::Status::ok) {
    decision.slot = ota::Slot::a;
    decision.version = record.pin(ota::Slot::a).version;
    decision.image_digest = record.pin(ota::Slot::a).image;
  }
}
inline void start_something_else(ota::Hardware&, ota::BootDecision& decision) {
  decision.image_digest[0] ^= std::byte{1};
}
inline DeviceCode goes_back_in_silence() { return device_that_decides<start_slot_a>(); }
inline DeviceCode runs_something_else() { return device_that_decides<start_something_else>(); }

/// Gives up at the first confirmed boot of the second slot.
inline DeviceCode gives_no_decision() {
  DeviceCode code = linked_device_code();
  code.select_slot = [](ota::Hardware& hardware, ota::ResetCause cause, ota::BootDecision& out) {
    const ota::Status status = linked_device_code().select_slot(hardware, cause, out);
    const bool is_second = out.slot == ota::Slot::b && out.reason == ota::BootReason::confirmed;
    return is_second ? ota::Status::io_error : status;
  };
  return code;
}

/// Says FAILED where the agent says SUCCEEDED: the agent itself believes in what it said.
inline DeviceCode says_failed() {
  return device_with([](ota::Agent& agent, ota::Uptime now, const ota::Event& event,
                        ota::Hardware& hardware, const ota::Tuning& tuning, ota::Commands& out) {
    linked_device_code().step(agent, now, event, hardware, tuning, out);
    for (const ota::Command& command : out) {
      const auto* message = std::get_if<ota::command::Publish>(&command);
      if (message == nullptr) continue;
      const std::string_view text{reinterpret_cast<const char*>(message->payload.data()),
                                  message->payload.size()};
      constexpr std::string_view success = "\"SUCCEEDED\"";
      constexpr std::string_view failure = "\"FAILED\"   ";
      if (const std::size_t at = text.find(success); at != std::string_view::npos) {
        std::ranges::copy(failure, const_cast<char*>(text.data()) + at);
      }
    }
  });
}

}  // namespace cartstorm::sim::explore::test

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <string_view>

#include "sim/scenario/durations.hpp"
#include "sim/virtual_fleet/bound_hardware.hpp"
#include "sim/virtual_fleet/trace_words.hpp"

/// What an image does besides updating: it makes errors, tests itself, and sometimes crashes.
namespace cartstorm::sim {
namespace {

constexpr std::uint64_t error_codes = 40;
constexpr std::int64_t self_test_clock_tolerance_us = hour_us;

// Writes one line into memory that is known to be large enough. Error episodes are most of the
// messages of a run, and a general formatter was a tenth of it.
class LineWriter {
 public:
  explicit LineWriter(std::span<char> space) : space_(space) {}

  LineWriter& text(std::string_view piece) {
    size_ += piece.copy(space_.data() + size_, space_.size() - size_);
    return *this;
  }
  LineWriter& number(std::uint64_t value) {
    size_ = static_cast<std::size_t>(
        std::to_chars(space_.data() + size_, space_.data() + space_.size(), value).ptr -
        space_.data());
    return *this;
  }
  LineWriter& hex16(std::uint64_t value) {
    for (int shift = 60; shift >= 0 && size_ < space_.size(); shift -= 4) {
      space_[size_++] = "0123456789abcdef"[(value >> shift) & 15];
    }
    return *this;
  }
  std::string_view written() const { return {space_.data(), size_}; }

 private:
  std::span<char> space_;
  std::size_t size_ = 0;
};

}  // namespace

// Error episodes of a powered cart are a Poisson process. Its rate may change with time
// (`regression`), so it is thinned from the greatest rate it will ever have.
void VirtualFleet::schedule_error(std::uint32_t number) {
  Cart& cart = *carts_[number];
  const auto& image = images_.all()[static_cast<std::size_t>(cart.image)];
  const double rate = image.spec->errors_per_hour * faults_.greatest_error_factor(image.name);
  const auto mean_us = static_cast<std::int64_t>(static_cast<double>(hour_us) / rate);
  const std::uint64_t bits = draw(options_.seed, number, Purpose::error_gap, cart.error_draws++);
  at(now_us_ + exponential(bits, mean_us), Due::error_episode, number, cart.incarnation);
}

void VirtualFleet::error_episode(std::uint32_t number) {
  Cart& cart = *carts_[number];
  if (cart.image < 0) {
    return;
  }
  const auto& image = images_.all()[static_cast<std::size_t>(cart.image)];
  const std::uint64_t bits = draw(options_.seed, number, Purpose::error_code, cart.error_draws);
  schedule_error(number);
  const double accepted =
      faults_.error_factor(image.name, now_us_) / faults_.greatest_error_factor(image.name);
  if (!happens(bits, accepted)) {
    return;
  }
  const auto code =
      static_cast<std::uint32_t>(1 + below(bits * 0x9e3779b97f4a7c15ULL, error_codes));
  const std::uint64_t episode = ++cart.episodes;
  const std::uint32_t version = image.spec->version.value;
  const auto id = static_cast<report::CartId>(number);
  emit(report::Error{id, static_cast<report::Version>(version), code, episode});
  if (!cart.is_linked) {
    return;  // The application keeps no queue: an episode without a link is never heard of.
  }
  emit(report::MetricTx{id, report::MetricName::error, static_cast<report::Version>(version),
                        episode});
  std::array<char, 192> space;
  LineWriter payload{space};
  payload.text("{\"version\":\"").number(version >> 16).text(".");
  payload.number((version >> 8) & 0xff).text(".").number(version & 0xff);
  payload.text("\",\"code\":").number(code).text(",\"episode\":\"").hex16(episode).text("\"}");
  std::array<char, 128> topic_space;
  LineWriter topic{topic_space};
  topic.text("carts/").text(cart.spec.thing).text("/error");
  publish(number, topic.written(), payload.written());
}

void VirtualFleet::self_test_done(std::uint32_t number) {
  Cart& cart = *carts_[number];
  if (cart.image < 0) {
    return;
  }
  const Image& image = *images_.all()[static_cast<std::size_t>(cart.image)].spec;
  const std::int64_t offset_us = cart.clock_offset_us;
  const bool is_clock_wrong = std::max(offset_us, -offset_us) > self_test_clock_tolerance_us;
  const bool passed = !(image.has(ImageQuirk::local_clock_self_test) && is_clock_wrong);
  emit(report::SelfTest{static_cast<report::CartId>(number), passed, 5000});
  step(number, ota::event::SelfTestFinished{passed});
}

void VirtualFleet::panic_at(std::uint32_t number, std::int64_t time_us, std::size_t fault) {
  Cart& cart = *carts_[number];
  if (time_us >= cart.panics_at_us) {
    return;
  }
  cart.panics_at_us = time_us;
  cart.panic_fault = fault;
  at(time_us, Due::panic, number, cart.incarnation);
}

void VirtualFleet::schedule_boot_crash(std::uint32_t number) {
  Cart& cart = *carts_[number];
  const auto& image = images_.all()[static_cast<std::size_t>(cart.image)];
  if (const auto crash = faults_.boot_crash(number, image.name)) {
    panic_at(number, now_us_ + crash->time_us, crash->fault);
  }
  if (cart.version == image.spec->version.value) {
    schedule_late_crash(number);
  }
}

// Of an image that is confirmed: the first panic comes some time after the confirm, the next ones
// soon after each boot.
void VirtualFleet::schedule_late_crash(std::uint32_t number) {
  Cart& cart = *carts_[number];
  if (cart.image < 0) {
    return;
  }
  const auto& image = images_.all()[static_cast<std::size_t>(cart.image)];
  const auto crash = faults_.late_crash(number, image.name);
  if (!crash || now_us_ >= faults_.quiet_from_us()) {
    return;
  }
  const std::int64_t first_us = cart.confirmed_us + crash->after_us;
  const bool is_first = first_us > now_us_;
  panic_at(number, is_first ? first_us : now_us_ + crash->again_us, crash->fault);
}

void VirtualFleet::panic(std::uint32_t number) {
  Cart& cart = *carts_[number];
  if (cart.image < 0 || now_us_ < cart.panics_at_us) {
    return;
  }
  emit_fault(number, cart.panic_fault, report::FaultEvent::fire, 0);
  const auto& image = images_.all()[static_cast<std::size_t>(cart.image)];
  const bool is_new = is_released(image.spec->version);
  reset(number, ota::ResetCause::panic, now_us_);
  if (is_new) {
    fall_silent_after(number, SilenceAfter::boot_crash);
  }
}

}  // namespace cartstorm::sim

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "ota/host/delta.hpp"
#include "storm.hpp"

namespace ota::test {
namespace {

constexpr Version v4{0x00020200};  // 2.2.0, signed below the new CA
constexpr const char* expired_body =
    "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>";

/// 2.0.0 as a change of 1.8.0, so that a patch leads there.
const Image& related_image() {
  static const Image image = [] {
    std::vector<std::byte> bytes = good_image(v1).bytes;
    bytes.insert(bytes.begin() + 700, 40, std::byte{0x5a});
    return signed_image(fields_for(v2, bytes), bytes);
  }();
  return image;
}

const std::vector<std::byte>& patch() {
  static const auto made =
      host::make_patch(good_image(v1).bytes, related_image().bytes, {1024, v1, v2});
  return *made;
}

const Image& image_number(std::size_t number) {
  static const Image new_ca =
      signed_image(fields_for(v4, image_bytes(v4, 6000)), image_bytes(v4, 6000), new_key());
  static const Image images[] = {related_image(), good_image(v3), new_ca, good_image(v1)};
  return images[number % 4];
}

}  // namespace

void Storm::offer(const std::string& job, std::size_t image) {
  const Image& chosen = image_number(image);
  Manifest manifest;
  if (decode(chosen.manifest(), manifest) != Status::ok) {
    return;
  }
  const bool has_patch = manifest.version == v2;
  world.cloud.patch_base = has_patch ? hex(host::sha256(good_image(v1).bytes)) : "";
  Execution& execution = world.cloud.offer(job, chosen);
  std::string& document = execution.document;
  document.replace(document.find("x.bin"), 5, fmt::format("{}.bin", image % 4));
  world.store.patch = patch();
  judge.on(seen::Issued{job, execution.number, manifest.issued, manifest.expires});
}

void Storm::on_get(std::string_view url) {
  judge.on(seen::Get{});
  const std::size_t at = url.find(".bin");
  if (at != std::string_view::npos) {
    const auto number = static_cast<std::size_t>(url[at - 1] - '0');
    world.store.object = image_number(number).bytes;
    world.store.etag = fmt::format("\"etag-{}{}\"", number, etag_suffix_);
    if (is_bytes_wrong_) {
      world.store.object[100] ^= std::byte{1};
    }
  }
}

void Storm::end_pending(const char* status) {
  for (Execution& execution : world.cloud.executions) {
    if (execution.is_pending()) {
      execution.status = status;
      ++execution.version;
    }
  }
}

void Storm::say(const std::string& topic, const std::string& payload) {
  if (world.link) {
    world.send({topic, payload});
  }
}

void Storm::notify() { say("$aws/things/cart-00042/jobs/notify-next", world.cloud.notification()); }

void Storm::replay(std::size_t number) {
  if (!past_.empty()) {
    say(past_[number % past_.size()].topic, past_[number % past_.size()].payload);
  }
}

void Storm::strike(WireFault fault, std::uint8_t a, std::uint8_t) {
  switch (fault) {
    case WireFault::lose_link:
      if (world.link) {
        world.link = false;
        world.deliver(event::LinkDown{});
      }
      break;
    case WireFault::find_link:
      if (!world.link) {
        world.link = true;
        world.deliver(event::LinkUp{});
      }
      break;
    case WireFault::lose_reply:
      lose_ = 1 + a % 3;
      break;
    case WireFault::double_reply:
      double_ = 1 + a % 3;
      break;
    case WireFault::hold_reply:
      hold_ = 1 + a % 2;
      break;
    case WireFault::replay:
      replay(a);
      break;
    case WireFault::notify_storm:
      for (std::size_t i = 0; i < 10 && !past_.empty(); ++i) {
        notify();
        replay(a + 7 * i);
      }
      break;
    case WireFault::throttle:
      throttle_ = 1 + a % 3;
      break;
    case WireFault::acknowledgements:
      world.cloud.acknowledges_rollbacks = a % 2 == 0;
      break;
    case WireFault::notify:
      notify();
  }
}

/// The next execution of the first job that may have one.
void Storm::redeliver(bool only_pending) {
  for (Execution& execution : world.cloud.executions) {
    if (!execution.is_pending() && execution.status != "SUCCEEDED" && only_pending) {
      continue;
    }
    execution.number += 1;
    execution.version = 1;
    execution.status = "QUEUED";
    const Manifest manifest = issued_manifest(execution.document);
    judge.on(seen::Issued{execution.job, execution.number, manifest.issued, manifest.expires});
    return;
  }
}

void Storm::strike(CloudFault fault, std::uint8_t a, std::uint8_t b) {
  switch (fault) {
    case CloudFault::cancel:
      end_pending("CANCELED");
      break;
    case CloudFault::supersede:
      end_pending("CANCELED");
      offer(fmt::format("fw-{}", ++jobs_), a);
      break;
    case CloudFault::queue_job:
      offer(fmt::format("fw-{}", ++jobs_), a);
      break;
    case CloudFault::redeliver:
      redeliver(a % 2 == 0);
      break;
    case CloudFault::reuse_id:
      if (!world.cloud.executions.empty()) {
        const std::string job = world.cloud.executions.back().job;
        std::erase_if(world.cloud.executions, [&](const Execution& e) { return e.job == job; });
        offer(job, a);
      }
      break;
    case CloudFault::time_jump: {
      constexpr std::int64_t jumps[] = {-43'200, 43'200, 60'000'000, -60'000'000};
      world.cloud.now_s += jumps[a % 4];
    }
  }
  if (b % 3 != 0) {
    notify();
  }
}

Manifest Storm::issued_manifest(const std::string& document) {
  const std::size_t at = document.find(".bin");
  Manifest manifest;
  const auto number = static_cast<std::size_t>(document[at - 1] - '0');
  EXPECT_EQ(decode(image_number(number).manifest(), manifest), Status::ok);
  return manifest;
}

void Storm::strike(StoreFault fault, std::uint8_t a, std::uint8_t b) {
  constexpr std::uint16_t statuses[] = {503, 404, 0, 416, 412, 500};
  switch (fault) {
    case StoreFault::expired_url:
      world.store.statuses.push_back(403);
      world.store.error_body = expired_body;
      break;
    case StoreFault::http_status:
      world.store.statuses.push_back(statuses[a % 6]);
      break;
    case StoreFault::wrong_bytes:
      is_bytes_wrong_ = a % 3 == 0;
      break;
    case StoreFault::cut_body:
      world.store.cut_body_after = a % 2 == 0 ? 40u * b : 0xffffffff;
      break;
    case StoreFault::swap_object:
      etag_suffix_ = std::to_string(a % 3);
      break;
    case StoreFault::ignore_range:
      world.store.ignores_range = a % 2 == 0;
      break;
    case StoreFault::silence:
      world.store.goes_silent = a % 4 == 0;
  }
}

/// A slot that may be booted without a trial holds it.
bool Storm::is_kept(Version version) {
  const BootRecord record = world.boot_record();
  return std::ranges::any_of(std::array{Slot::a, Slot::b}, [&](Slot slot) {
    return record.is_bootable(slot) && record.pin(slot).version == version;
  });
}

void Storm::crash_at_start(Version version, bool crashes) {
  if (!crashes) {
    world.crashes.erase(version.value);
  } else if (!is_kept(version)) {
    world.crashes.insert(version.value);
  }
}

void Storm::change_ca(const host::PrivateKey& key, bool removes) {
  const std::string id = fmt::format(R"({{"anchor":"{:016x}"}})", anchor_of(key).id.value);
  removes ? say("carts/cart-00042/ca/remove", id)
          : say("carts/cart-00042/ca/install", install_of(key));
}

/// A bit of the active slot flips. Once: two lost slots are beyond all promises but recovery.
void Storm::rot(std::uint32_t offset, unsigned bit) {
  const BootRecord record = world.boot_record();
  if (!is_damaged_ && record.trial == Trial::none) {
    is_damaged_ = true;
    judge.on(seen::Damage{});
    world.board.flash.flip_bit(region_of(record.active), offset, bit);
  }
}

void Storm::strike(CartFault fault, std::uint8_t a, std::uint8_t b) {
  constexpr ResetCause causes[] = {ResetCause::power_on,  ResetCause::brownout,
                                   ResetCause::watchdog,  ResetCause::panic,
                                   ResetCause::commanded, ResetCause::unknown};
  const Version version = a % 2 == 0 ? v2 : v3;
  switch (fault) {
    case CartFault::cut:
      world.board.flash.cut_at(world.board.flash.operations() + a % 40, host::cut_shapes[b % 5]);
      break;
    case CartFault::self_test:
      b % 2 == 0 ? (void)world.self_test_fails.insert(version.value)
                 : (void)world.self_test_fails.erase(version.value);
      break;
    case CartFault::crash:
      crash_at_start(version, b % 3 == 0);
      break;
    case CartFault::crash_confirmed:
      for (int i = 0; i < 3; ++i) {
        world.boot(causes[2 + a % 2]);
      }
      break;
    case CartFault::low_supply:
      world.board.has_power = false;
      break;
    case CartFault::supply_back:
      world.board.has_power = true;
      world.deliver(event::PowerChanged{});
      break;
    case CartFault::consent:
      world.deliver(event::ConsentChanged{a % 3 != 0, true});
      break;
    case CartFault::in_use:
      world.deliver(event::ConsentChanged{true, a % 2 != 0});
      break;
    case CartFault::change_ca:
      change_ca(a % 2 == 0 ? factory_key() : new_key(), b % 2 == 0);
      break;
    case CartFault::rot:
      if (a % 4 == 0) {
        rot(10u * b, b % 8u);
      }
      break;
    case CartFault::wait:
      world.run_for(std::uint64_t{a} * b * 1000);
      break;
    case CartFault::reset:
      world.boot(causes[a % 6]);
  }
}

void Storm::run(const std::vector<Strike>& script) {
  offer(fmt::format("fw-{}", ++jobs_), script.empty() ? 0u : script.front().b);
  world.boot();
  for (const Strike& s : script) {
    for (int i = 0; i < s.gap && world.advance(); ++i) {
    }
    while (!held_.empty()) {
      say(held_.front().topic, held_.front().payload);
      held_.pop_front();
    }
    std::visit([&](auto fault) { strike(fault, s.a, s.b); }, s.fault);
  }
  rest();
}

/// No fault from here on, and time enough.
void Storm::rest() {
  lose_ = double_ = hold_ = throttle_ = 0;
  held_.clear();
  world.cloud.reject_next_with.clear();
  world.cloud.acknowledges_rollbacks = true;
  world.store.statuses.clear();
  world.store.cut_body_after = 0xffffffff;
  world.store.ignores_range = world.store.goes_silent = is_bytes_wrong_ = false;
  world.board.flash.cut_at(~std::uint64_t{0}, host::CutShape::before);
  world.board.has_power = true;
  world.cloud.now_s = std::clamp<std::int64_t>(world.cloud.now_s, 1'600'000'000, 4'000'000'000);
  installs_on_request_ = true;
  world.deliver(event::PowerChanged{});
  world.deliver(event::ConsentChanged{true, true});
  world.link = true;
  world.boot();
  if (is_damaged_) {
    offer("fw-repair", 1);
  }
  world.run(6000);
  world.run_for(40ull * 3'600'000);  // check-ins end the probation
  world.run(3000);
  const BootRecord record = world.boot_record();
  const bool is_resting =
      world.agent.state() == State::idle || (is_damaged_ && world.agent.state() == State::recovery);
  judge.on(seen::Rest{
      std::ranges::none_of(world.cloud.executions, &Execution::is_pending), is_resting,
      is_damaged_ || world.agent.running_version() == record.pin(record.active).version,
      world.journal().phase == JobPhase::none && !record.rollback.is_pending, lacked_a_ca_});
}

}  // namespace ota::test

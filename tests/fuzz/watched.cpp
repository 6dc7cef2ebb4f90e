#include "watched.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>

#include "json_grammar.hpp"
#include "ota/host/delta.hpp"

namespace ota::fuzz {
namespace {

using test::good_image;
using test::Image;

constexpr std::uint64_t longest_wait_ms = std::uint64_t{31} * 24 * 3'600'000;
constexpr int deepest = 8;

/// What stands in a slot according to its own manifest, if that describes it.
bool holds_a_signed_image(Bytes slot) {
  static const std::vector<Digest> ours = {host::sha256(good_image(test::v1).bytes),
                                           host::sha256(new_image().bytes),
                                           host::sha256(good_image(test::v3).bytes)};
  Manifest manifest;
  const Bytes trailer = slot.subspan(trailer_offset(test::small_part));
  if (decode(manifest_of(trailer), manifest) != Status::ok || manifest.image_size > slot.size()) {
    return false;
  }
  const Digest found = host::sha256(slot.first(manifest.image_size));
  return found == manifest.image_digest && std::ranges::find(ours, found) != ours.end();
}

bool is_well_formed(const std::string& payload) { return is_json_object(payload, deepest); }

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

}  // namespace

const Image& new_image() {
  static const Image image = [] {
    std::vector<std::byte> bytes = good_image(test::v1).bytes;
    bytes.insert(bytes.begin() + 700, 40, std::byte{0x5a});
    for (std::size_t at = 1500; at < bytes.size(); at += 900) {
      bytes[at] ^= std::byte{0x11};
    }
    return test::signed_image(test::fields_for(test::v2, bytes), bytes);
  }();
  return image;
}

const std::vector<std::byte>& new_patch() {
  static const std::vector<std::byte> patch =
      *host::make_patch(good_image(test::v1).bytes, new_image().bytes, {1024, test::v1, test::v2});
  return patch;
}

Watched::Watched() {
  world.store.object = new_image().bytes;
  world.store.patch = new_patch();
  world.tuning.journal_every_bytes = 1024;
}

void Watched::after(const std::function<void()>& event) {
  const Slot running = world.decision.slot;
  const bool is_trial = world.agent.state() == State::trial;
  const host::RamFlash& flash = world.board.flash;
  const std::uint64_t changes[2] = {flash.changes(Region::slot_a), flash.changes(Region::slot_b)};
  event();
  if (std::getenv("CARTSTORM_FUZZ_TRACE") != nullptr) {
    for (const std::string& line : world.board.witness.lines) {
      fmt::print(stderr, "{}\n", line);
    }
    world.board.witness.lines.clear();
  }
  judge_slots(running, is_trial, changes);
  require(flash.defects() == 0, "the rules of the flash are kept");
  require(world.overflows == 0, "a step's commands fit");
  if (judged_boots_ != world.boots) {
    judged_boots_ = world.boots;
    judge_boot();
  }
  judge_deadline();
  judge_messages();
}

void Watched::judge_slots(Slot running, bool is_trial, const std::uint64_t (&changes)[2]) const {
  for (const Slot slot : {Slot::a, Slot::b}) {
    const bool has_changed =
        world.board.flash.changes(region_of(slot)) != changes[static_cast<std::size_t>(slot)];
    require(!has_changed || (slot != running && !is_trial),
            "neither the running slot nor, in a trial, the confirmed one is written");
  }
}

void Watched::judge_boot() const {
  if (world.decision.reason == BootReason::recovery) {
    require(may_end_in_recovery, "a reboot finds a slot that boots");
    return;
  }
  require(holds_a_signed_image(world.board.flash.content(region_of(world.decision.slot))),
          "nothing boots but a whole image that we signed");
}

void Watched::judge_deadline() const {
  const Uptime deadline = world.agent.deadline();
  require(deadline == never || deadline.ms <= world.now.ms + longest_wait_ms,
          "the next deadline is near enough to be meant");
}

void Watched::judge_messages() {
  test::MiniCloud& cloud = world.cloud;
  for (const test::Message& message : cloud.other_uplinks) {
    if (message.topic.ends_with("/update")) {
      final_report = message.payload;
    }
  }
  for (std::vector<test::Message>* messages : {&cloud.updates, &cloud.other_uplinks}) {
    require(std::ranges::all_of(*messages, is_well_formed, &test::Message::payload),
            "what the cart publishes is JSON");
    messages->clear();
  }
  for (std::vector<std::string>* payloads : {&cloud.heartbeats, &cloud.rollback_payloads}) {
    require(std::ranges::all_of(*payloads, is_well_formed), "what the cart publishes is JSON");
    payloads->clear();
  }
  require(world.store.urls.empty() || is_printable(world.store.urls.back()),
          "a URL cannot smuggle lines into an HTTP request");
}

void Watched::boot(ResetCause cause) {
  after([&] { world.boot(cause); });
}

void Watched::deliver(const Event& event) {
  after([&] { world.deliver(event); });
}

bool Watched::advance() {
  bool is_busy = false;
  after([&] { is_busy = world.advance(); });
  return is_busy;
}

void Watched::advance(int times) {
  while (times-- > 0 && advance()) {
  }
}

void Watched::reach_deadlines() {
  constexpr int timers = 6;
  world.now =
      std::max(world.now, world.agent.deadline() == never ? world.now : world.agent.deadline());
  for (int i = 0; i < 2 * timers && world.agent.deadline() <= world.now; ++i) {
    deliver(event::DeadlineReached{});
  }
  require(world.agent.deadline() > world.now, "a deadline that was handled is over");
}

}  // namespace ota::fuzz

#include <array>
#include <memory>
#include <string>

#include "broker-mock/mqtt/broker.hpp"
#include "broker-mock/mqtt/packets.hpp"
#include "kit.hpp"

// A list of happenings at a whole broker: links, any bytes on them, time, full pipes, kills.
namespace ota::fuzz {
namespace {

namespace mqtt = cartstorm::broker::mqtt;
using cartstorm::broker::ServerTime;

constexpr std::size_t links = 4;
constexpr std::size_t high_mark = 2'000, hard_mark = 6'000, largest = 3'000;

/// Judges what the broker asks of its listener.
class JudgingWire final : public mqtt::Wire {
 public:
  void send(mqtt::LinkId id, std::string_view bytes) override {
    Line& line = of(id);
    require(line.is_open, "nothing is sent on a closed link");
    while (!bytes.empty()) {
      mqtt::Frame frame;
      require(mqtt::take_frame(bytes, SIZE_MAX, frame) == mqtt::Framing::whole,
              "only whole packets are sent");
      const bool is_connack = frame.type() == mqtt::PacketType::connack;
      require(is_connack != line.is_greeted, "CONNACK comes first and once");
      line.is_greeted = true;
      line.unsent += frame.body.size();
    }
    require(line.unsent <= hard_mark + 2 * largest, "what a slow reader holds is bounded");
  }
  void close(mqtt::LinkId id, std::string_view why) override {
    require(of(id).is_open, "a link is closed once");
    require(!why.empty(), "a link is closed for a reason");
    of(id) = {};
  }
  void stop_reading(mqtt::LinkId id) override {
    require(of(id).is_open && !of(id).is_stopped, "a link is stopped once");
    of(id).is_stopped = true;
  }
  void resume_reading(mqtt::LinkId id) override {
    require(of(id).is_stopped, "only a stopped link is resumed");
    of(id).is_stopped = false;
  }
  struct Line {
    bool is_open = false, is_greeted = false, is_stopped = false;
    std::size_t unsent = 0;
  };
  Line& of(mqtt::LinkId id) { return lines_[static_cast<std::size_t>(id) % links]; }

 private:
  std::array<Line, links> lines_;
};

class World {
 public:
  World() {
    settings_.high_mark_bytes = high_mark;
    settings_.hard_mark_bytes = hard_mark;
    settings_.max_queued_messages = 20;
    settings_.max_retained = 20;
    settings_.max_sessions = 8;
    settings_.limits.max_packet_bytes = largest;
    settings_.limits.receive_maximum = 5;
    settings_.limits.send_maximum = 5;
    start();
  }

  void happen(Input& input) {
    const std::uint8_t what = input.u8();
    const mqtt::LinkId link{what / 16U % static_cast<std::uint32_t>(links)};
    switch (what % 16) {
      case 0:
        return close(link);
      case 1:
        return pass(input.u16());
      case 2:
        return drain(link, input.u8());
      case 3:
        return kill();
      case 4:
        broker_->publish({"t/a", "from within", {}, 1, (what & 128) != 0, cartstorm::broker::never},
                         now_);
        return;
      case 5:
        (void)broker_->deliver("a", "t/a", "for you", now_);
        return;
      case 6:
        (void)broker_->disconnect("a", mqtt::Reason::administrative_action, now_);
        return;
      case 7:
        return receive(link, {"\x10\x0d\0\x04MQTT\x04\x00\0\x0a\0\x01", 14}, "a");
      case 8:
        return receive(link, {"\x10\x13\0\x04MQTT\x05\x00\0\x0a\x05\x11\0\0\0\x09\0\x01", 20}, "b");
      default:
        return receive(link, text_of(input.bytes(input.u8())), "");
    }
  }

  void end() {
    for (std::uint32_t i = 0; i < links; ++i) {
      close(mqtt::LinkId{i});
    }
    require(broker_->counters().links == 0 && broker_->counters().clients == 0,
            "no link is left behind");
    kill();
    for (int i = 0; broker_->deadline() != cartstorm::broker::never; ++i) {
      require(i < 100, "waiting comes to an end");
      now_ = std::max(now_, broker_->deadline());
      broker_->advance(now_);
      require(broker_->deadline() > now_, "what was due is done");
    }
  }

 private:
  void start() {
    broker_ = std::make_unique<mqtt::Broker>(settings_, store_, wire_, application_);
    broker_->restore(now_);
  }
  void receive(mqtt::LinkId link, std::string_view bytes, std::string_view more) {
    if (!wire_.of(link).is_open) {
      wire_.of(link) = {};
      wire_.of(link).is_open = true;
      broker_->opened(link, {}, now_);
    }
    broker_->received(link, std::string{bytes} + std::string{more}, now_);
  }
  void close(mqtt::LinkId link) {
    if (!wire_.of(link).is_open) {
      return;
    }
    wire_.of(link) = {};
    broker_->closed(link, now_);
  }
  void drain(mqtt::LinkId link, std::size_t left) {
    wire_.of(link).unsent = std::min(wire_.of(link).unsent, left * 16);
    broker_->drained(link, wire_.of(link).unsent, now_);
  }
  void pass(std::uint16_t seconds) {
    now_ = now_ + std::int64_t{seconds} * 100;
    broker_->advance(now_);
    require(broker_->deadline() > now_, "what was due is done");
  }
  void kill() {
    broker_.reset();
    for (std::uint32_t i = 0; i < links; ++i) {
      wire_.of(mqtt::LinkId{i}) = {};
    }
    start();
  }

  mqtt::Settings settings_;
  mqtt::MemoryStore store_;
  JudgingWire wire_;
  mqtt::Application application_;
  std::unique_ptr<mqtt::Broker> broker_;
  ServerTime now_{1'710'072'000'000};
};

}  // namespace

void run(Bytes bytes) {
  Input input{bytes};
  World world;
  while (!input.is_empty()) {
    world.happen(input);
  }
  world.end();
}

}  // namespace ota::fuzz

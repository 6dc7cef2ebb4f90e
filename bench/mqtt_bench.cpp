#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <malloc.h>

#include <vector>

#include "broker-mock/mqtt/broker.hpp"
#include "broker-mock/mqtt/bytes.hpp"
#include "broker-mock/mqtt/packets.hpp"

/// The MQTT core without a listener: what a message costs before the first system call.
namespace cartstorm::broker::mqtt {
namespace {

constexpr ServerTime now{1'710'072'000'000};

/// Copies, as a listener does, and forgets.
struct CopyingWire final : Wire {
  void send(LinkId, std::string_view bytes) override {
    if (out.size() > std::size_t{1} << 20) out.clear();
    out.append(bytes);
  }
  void close(LinkId, std::string_view) override {}
  void stop_reading(LinkId) override {}
  void resume_reading(LinkId) override {}
  std::string out;
};

std::string packet(std::uint8_t first, const std::string& body) {
  std::string bytes(1, static_cast<char>(first));
  put_varint(bytes, static_cast<std::uint32_t>(body.size()));
  return bytes + body;
}

std::string connect_as(const std::string& id) {
  std::string body;
  put_binary(body, "MQTT");
  body += std::string{"\x04\x02\x00\x3c", 4};
  put_binary(body, id);
  return packet(0x10, body);
}

std::string subscribe_to(const std::string& filter, char qos) {
  std::string body{"\x00\x01", 2};
  put_binary(body, filter);
  body.push_back(qos);
  return packet(0x82, body);
}

struct Bench {
  explicit Bench(std::uint32_t clients) {
    for (std::uint32_t i = 0; i < clients; ++i) {
      broker.opened(LinkId{i}, {fmt::format("cart-{:05}", i), true}, now);
      broker.received(LinkId{i}, connect_as(fmt::format("cart-{:05}", i)), now);
    }
  }
  void drain(std::uint32_t link) { broker.drained(LinkId{link}, 0, now); }
  MemoryStore store;
  CopyingWire wire;
  Application application;
  Broker broker{{}, store, wire, application};
};

void fan_in(benchmark::State& state) {
  constexpr std::uint32_t publishers = 1000;
  Bench bench{publishers + 1};
  bench.broker.received(LinkId{0}, subscribe_to("up/#", 1), now);
  std::vector<std::string> messages;
  const std::string payload(256, 'a');
  for (std::uint32_t i = 1; i <= publishers; ++i) {
    PublishShape shape;
    shape.qos = 1;
    shape.id = 1;
    put_publish(messages.emplace_back(), shape, fmt::format("up/{}/x", i), {}, payload);
  }
  std::uint64_t count = 0;
  for ([[maybe_unused]] const auto tick : state) {
    const auto from = static_cast<std::uint32_t>(count % publishers);
    bench.broker.received(LinkId{from + 1}, messages[from], now);
    const auto id = static_cast<std::uint16_t>(count++ % 65535 + 1);
    std::string ack{"\x40\x02", 2};
    put_u16(ack, id);
    bench.broker.received(LinkId{0}, ack, now);
    bench.drain(0);
    bench.drain(from + 1);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(count));
}
BENCHMARK(fan_in)->Name("mqtt/fan_in");

void fan_out(benchmark::State& state) {
  constexpr std::uint32_t readers = 10'000;
  Bench bench{readers};
  for (std::uint32_t i = 0; i < readers; ++i) {
    bench.broker.received(LinkId{i}, subscribe_to("all", 0), now);
  }
  const std::string payload(256, 'a');
  for ([[maybe_unused]] const auto tick : state) {
    bench.broker.publish({"all", payload, {}, 0, false, never}, now);
    for (std::uint32_t i = 0; i < readers; ++i) bench.drain(i);
  }
  state.SetItemsProcessed(state.iterations() * readers);
}
BENCHMARK(fan_out)->Name("mqtt/fan_out");

void idle(benchmark::State& state) {
  constexpr std::uint32_t clients = 10'000;
  double bytes = 0;
  for ([[maybe_unused]] const auto tick : state) {
    const auto before = mallinfo2().uordblks;
    const Bench bench{clients};
    bytes = static_cast<double>(mallinfo2().uordblks - before) / clients;
  }
  state.counters["bytes_per_client"] = bytes;
  state.SetItemsProcessed(state.iterations() * clients);
}
BENCHMARK(idle)->Name("mqtt/idle");

}  // namespace
}  // namespace cartstorm::broker::mqtt

#include "bench/endpoint/loads.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "bench/endpoint/generator.hpp"

namespace cartstorm::endpoint_bench {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Who = Generator::Who;

/// Connections in progress where the load is not a storm, as the reference's generator had.
constexpr std::uint32_t calm = 32;
constexpr std::uint32_t no_limit = UINT32_MAX;
constexpr std::uint32_t most_outstanding = 400;
constexpr std::size_t payload_bytes = 256;
/// A guard against a hang, not a measure.
constexpr auto patience = 180s;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// CPU of both sides since it was made.
class Meter {
 public:
  explicit Meter(const Broker& broker) : broker_{broker} {}
  double broker_s() const { return broker_.process().cpu_s() - broker_began_; }
  double generator_s() const { return own_cpu_s() - generator_began_; }

 private:
  const Broker& broker_;
  double broker_began_ = broker_.process().cpu_s(), generator_began_ = own_cpu_s();
};

std::string failure(const Stage& stage, std::string_view load, const Generator& generator) {
  const auto& tally = generator.tally();
  return fmt::format("{} of {}: {} of {} connected, {} failed{}{}", load,
                     name_of(stage.broker.kind()), tally.connected, generator.clients(),
                     tally.failed, tally.first_failure.empty() ? "" : ": ", tally.first_failure);
}

/// Everybody publishes as soon as there is room for another message under way, in turn; the
/// listener is the last client.
class FanIn {
 public:
  FanIn(Generator& generator, std::uint32_t publishers, std::uint32_t messages)
      : generator_{generator}, publishers_{publishers}, messages_{messages} {
    generator_.listen({[this](Who, const Publish& publish) {
                         is_damaged_ = is_damaged_ || publish.payload != payload_;
                         ++delivered_;
                         fill();
                       },
                       [this](Who, std::uint16_t) { ++acknowledged_; }});
  }
  bool begin() {
    if (!generator_.connect(0, publishers_ + 1, calm)) return false;
    generator_.subscribe(publishers_, "load/#");
    return generator_.run([this] { return generator_.tally().subscribed == 1; }, patience);
  }
  bool flood() {
    fill();
    const auto is_done = [this] { return delivered_ >= messages_ && acknowledged_ >= messages_; };
    return generator_.run(is_done, patience) && delivered_ == messages_ && !is_damaged_;
  }
  std::uint32_t delivered() const { return delivered_; }
  std::uint32_t acknowledged() const { return acknowledged_; }

 private:
  void fill() {
    for (; sent_ < messages_ && sent_ - delivered_ < most_outstanding; ++sent_) {
      const Who who = sent_ % publishers_;
      generator_.publish(who, fmt::format("load/{}", who), payload_);
    }
  }

  Generator& generator_;
  std::uint32_t publishers_, messages_;
  const std::string payload_ = std::string(payload_bytes, 'x');
  std::uint32_t sent_ = 0, delivered_ = 0, acknowledged_ = 0;
  bool is_damaged_ = false;
};

std::string fan_in(const Stage& stage, bool is_tls, Samples& samples) {
  const Sizes& sizes = stage.sizes;
  Generator generator{is_tls ? stage.broker.tls_port() : stage.broker.plain_port(),
                      is_tls ? stage.tls : nullptr, sizes.publishers + 1};
  FanIn load{generator, sizes.publishers, sizes.messages};
  if (!load.begin()) return failure(stage, "fan-in", generator);
  const Meter meter{stage.broker};
  const auto begin = Clock::now();
  if (!load.flood()) {
    return fmt::format("{}; {} delivered and {} acknowledged of {}",
                       failure(stage, "fan-in", generator), load.delivered(), load.acknowledged(),
                       sizes.messages);
  }
  const double count = sizes.messages;
  const std::string name = is_tls ? "fan_in_tls" : "fan_in_plain";
  samples[name] = {count / meter.broker_s(), meter.generator_s() / count};
  samples[name + "_wall"] = {count / seconds_since(begin), 0};
  return {};
}

}  // namespace

std::string load_connects(const Stage& stage, Samples& samples) {
  const Who count = stage.sizes.connects;
  Generator generator{stage.broker.tls_port(), stage.tls, count};
  for (const bool resumes : {false, true}) {
    generator.drop_all();
    generator.run_for(300ms);  // the broker is done with the last round
    const std::uint32_t resumed_before = generator.tally().resumed;
    const Meter meter{stage.broker};
    if (!generator.connect(0, count, calm, resumes)) return failure(stage, "connects", generator);
    generator.run_for(50ms);
    if (generator.tally().resumed - resumed_before != (resumes ? count : 0)) {
      return fmt::format("connects of {}: {} resumed", name_of(stage.broker.kind()),
                         generator.tally().resumed);
    }
    samples[resumes ? "connect_resumed" : "connect_full"] = {1e3 * meter.broker_s() / count,
                                                             meter.generator_s() / count};
  }
  return {};
}

std::string load_idle(const Stage& stage, Samples& samples) {
  const Who count = stage.sizes.idle;
  // The first ones also fault in code and what is allocated once.
  const Who first = std::max<Who>(count / 10, 1);
  Generator generator{stage.broker.tls_port(), stage.tls, count + first};
  if (!generator.connect(0, first, calm)) return failure(stage, "idle", generator);
  generator.run_for(200ms);
  const double before = stage.broker.process().resident_kib();
  if (!generator.connect(first, count + first, calm)) return failure(stage, "idle", generator);
  generator.run_for(200ms);
  const double after = stage.broker.process().resident_kib();
  samples["idle_memory"] = {(after - before) / count, 0};
  const Meter meter{stage.broker};
  generator.run_for(std::chrono::milliseconds{stage.sizes.idle_ms});
  samples["idle_cpu"] = {1e5 * meter.broker_s() / stage.sizes.idle_ms, 0};
  return generator.tally().failed == 0 ? std::string{} : failure(stage, "idle", generator);
}

std::string load_fan_in(const Stage& stage, Samples& samples) {
  std::string problem = fan_in(stage, false, samples);
  return problem.empty() ? fan_in(stage, true, samples) : problem;
}

std::string load_storm(const Stage& stage, Samples& samples) {
  const Who count = stage.sizes.storm;
  Generator generator{stage.broker.tls_port(), stage.tls, count};
  if (!generator.connect(0, count, calm)) return failure(stage, "storm", generator);
  const double overflows = listen_overflows();
  for (const bool resumes : {false, true}) {
    generator.run_for(300ms);
    const Meter meter{stage.broker};
    const auto begin = Clock::now();
    generator.drop_all();
    if (!generator.connect(0, count, no_limit, resumes)) return failure(stage, "storm", generator);
    const std::string name = resumes ? "storm_resumed" : "storm_full";
    samples[name] = {seconds_since(begin), meter.generator_s() / count};
    samples[name + "_cpu"] = {1e3 * meter.broker_s() / count, meter.generator_s() / count};
  }
  samples["storm_overflows"] = {listen_overflows() - overflows, 0};
  return {};
}

std::string load_crowd(const Stage& stage, Samples& samples) {
  const Who count = stage.sizes.crowd;
  Generator generator{stage.broker.tls_port(), stage.tls, count};
  std::uint32_t acknowledged = 0;
  generator.listen({{}, [&](Who, std::uint16_t) { ++acknowledged; }});
  if (!generator.connect(0, count, calm)) return failure(stage, "crowd", generator);
  const std::string payload(payload_bytes, 'x');
  for (Who who = 0; who < count; ++who) generator.publish(who, "crowd", payload);
  const bool is_done = generator.run([&] { return acknowledged == count; }, patience);
  generator.run_for(1s);
  samples["crowd_connected"] = {static_cast<double>(generator.tally().connected), 0};
  samples["crowd_memory"] = {stage.broker.process().resident_kib() / 1024, 0};
  const bool is_whole = is_done && generator.tally().failed == 0;
  return is_whole ? std::string{} : failure(stage, "crowd", generator);
}

}  // namespace cartstorm::endpoint_bench

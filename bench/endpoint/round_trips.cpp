#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>

#include "bench/endpoint/generator.hpp"
#include "bench/endpoint/loads.hpp"

namespace cartstorm::endpoint_bench {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Who = Generator::Who;

constexpr Who requesters = 100;
constexpr std::uint32_t round_size = 20;
constexpr auto patience = 60s;

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// 100 idle requesters, and a responder who answers `ask/N` with `tell/N`.
class Trips {
 public:
  Trips(const Stage& stage, bool is_tls)
      : generator_{is_tls ? stage.broker.tls_port() : stage.broker.plain_port(),
                   is_tls ? stage.tls : nullptr, requesters + 1} {
    generator_.listen({[this](Who who, const Publish& publish) { on_publish(who, publish); },
                       [this](Who who, std::uint16_t) {
                         if (who != requesters) ++acknowledged_;
                       }});
  }

  bool begin() {
    if (!generator_.connect(0, requesters + 1, 32)) return false;
    for (Who who = 0; who < requesters; ++who) generator_.subscribe(who, topic("tell", who));
    generator_.subscribe(requesters, "ask/#");
    return generator_.run([this] { return generator_.tally().subscribed == requesters + 1; },
                          patience);
  }
  bool acknowledgements(std::uint32_t count) {
    return repeat(count, "nobody", acknowledged_, acknowledgement_us_);
  }
  bool responses(std::uint32_t count) { return repeat(count, "ask", answered_, response_us_); }

  double acknowledgement_us() const { return median(acknowledgement_us_); }
  double response_us() const { return median(response_us_); }
  const Generator& generator() const { return generator_; }

 private:
  static std::string topic(std::string_view kind, Who who) {
    return fmt::format("{}/{}", kind, who);
  }

  void on_publish(Who who, const Publish& publish) {
    if (who != requesters) {
      ++answered_;
      return;
    }
    const std::size_t slash = publish.topic.find('/');
    generator_.publish(requesters, fmt::format("tell{}", publish.topic.substr(slash)),
                       publish.payload);
  }

  bool repeat(std::uint32_t count, std::string_view kind, const std::uint32_t& counted,
              std::vector<double>& times_us) {
    for (std::uint32_t i = 0; i < count; ++i) {
      const Who who = next_++ % requesters;
      const std::uint32_t wanted = counted + 1;
      const std::string about = topic(kind, who);
      const auto begin = Clock::now();
      generator_.publish(who, about, payload_);
      if (!generator_.run([&] { return counted >= wanted; }, patience)) return false;
      times_us.push_back(std::chrono::duration<double, std::micro>(Clock::now() - begin).count());
      // Acknowledgements that are still on their way belong to this trip, not to the next.
      const std::uint32_t sent = next_;
      if (!generator_.run([&] { return acknowledged_ >= sent; }, patience)) return false;
    }
    return true;
  }

  Generator generator_;
  const std::string payload_ = std::string(256, 'x');
  std::uint32_t acknowledged_ = 0, answered_ = 0, next_ = 0;
  std::vector<double> acknowledgement_us_, response_us_;
};

}  // namespace

std::string load_round_trips(const std::vector<Stage>& stages, std::vector<Samples>& samples) {
  for (const bool is_tls : {false, true}) {
    std::vector<std::unique_ptr<Trips>> all;
    const auto failure = [&](std::size_t which) {
      return fmt::format("round trips of {}: {}", name_of(stages[which].broker.kind()),
                         all[which]->generator().tally().first_failure);
    };
    for (std::size_t i = 0; i < stages.size(); ++i) {
      all.push_back(std::make_unique<Trips>(stages[i], is_tls));
      if (!all[i]->begin()) return failure(i);
    }
    const std::uint32_t wanted = stages.front().sizes.round_trips;
    for (std::uint32_t done = 0; done < wanted; done += round_size) {
      for (std::size_t i = 0; i < stages.size(); ++i) {
        if (!all[i]->acknowledgements(round_size) || !all[i]->responses(round_size)) {
          return failure(i);
        }
      }
    }
    const std::string link = is_tls ? "tls" : "plain";
    for (std::size_t i = 0; i < stages.size(); ++i) {
      samples[i]["puback_" + link] = {all[i]->acknowledgement_us(), 0};
      samples[i]["response_" + link] = {all[i]->response_us(), 0};
    }
  }
  return {};
}

}  // namespace cartstorm::endpoint_bench

#pragma once
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "broker-mock/base/outbox.hpp"
#include "broker-mock/jobs/engine.hpp"
#include "tests/unit/broker-mock/support/recorder.hpp"

namespace cartstorm::broker::test {

/// URLs that a reader can tell apart: `https://minted/<n>/<bucket>/<key>`.
class CountingMinter : public jobs::UrlMinter {
 public:
  void append_url(std::string& out, const jobs::ObjectPlace& place, std::uint32_t,
                  ServerTime) override {
    out += fmt::format("https://minted/{}/{}/{}", ++minted, place.bucket, place.key);
  }
  int minted = 0;
};

class ChangeLog : public jobs::Listener {
 public:
  void on(const jobs::ExecutionChange& c) override {
    lines.push_back(fmt::format(
        "{} {} #{} {} v{}{}{}", static_cast<std::uint32_t>(c.thing), c.job_id, c.execution,
        status_words[static_cast<std::size_t>(c.status)], c.version_no,
        c.accepted ? "" : " refused", c.reason.empty() ? "" : " " + std::string{c.reason}));
  }
  std::vector<std::string> lines;
};

/// Second `s` of the example day of the reference.
constexpr ServerTime at(std::int64_t s) { return {(1'710'072'000 + s) * 1000}; }

/// Two connected things that are subscribed to both notifications.
class JobsBench : public ::testing::Test {
 protected:
  explicit JobsBench(const jobs::Knobs& knobs = {}) : engine{things, outbox, minter, log, knobs} {
    cart = things.add({"cart-0001", 1, "eu", "retail", "standard", "a"});
    other = things.add({"cart-0002", 1, "eu", "retail", "standard", "a"});
    things.set_connected(cart, true);
    things.set_connected(other, true);
    engine.subscribe(cart, true, true);
    engine.subscribe(other, true, true);
  }

  std::string create(std::string id, std::vector<ThingId> targets, std::int64_t s = 0,
                     std::uint32_t timeout_min = 0,
                     std::vector<jobs::RetryCriterion> retries = {}) {
    jobs::JobSpec spec;
    spec.id = std::move(id);
    spec.document =
        R"({"v":"2",)"
        R"("url":"${aws:iot:s3-presigned-url-v2:https://s3.us-east-1.amazonaws.com/fw/2.bin}"})";
    spec.targets = std::move(targets);
    spec.in_progress_timeout_min = timeout_min;
    spec.retries = std::move(retries);
    jobs::JobNumber number{};
    return engine.create(spec, at(s), number).message;
  }

  /// Topics that went out since the last call, without the prefix, with their payloads.
  std::vector<std::string> sent() {
    std::vector<std::string> lines;
    for (const Delivery& d : outbox.take()) {
      const std::string topic{d.topic};
      lines.push_back(topic.substr(topic.find("/jobs/") + 6) + " " + std::string{d.payload});
    }
    return lines;
  }
  /// Only the topics.
  std::vector<std::string> topics() {
    std::vector<std::string> names;
    for (const std::string& line : sent()) names.push_back(line.substr(0, line.find(' ')));
    return names;
  }
  jobs::Handled ask(std::string_view suffix, std::string_view payload, std::int64_t s = 10) {
    return engine.handle(cart, suffix, payload, at(s));
  }
  /// Asks and returns the first message that came back.
  std::string reply(std::string_view suffix, std::string_view payload, std::int64_t s = 10) {
    outbox.take();
    engine.handle(cart, suffix, payload, at(s));
    const auto lines = sent();
    return lines.empty() ? std::string{"nothing"} : lines.front();
  }

  Things things;
  Outbox outbox{things};
  CountingMinter minter;
  ChangeLog log;
  jobs::Engine engine;
  ThingId cart{}, other{};
};

}  // namespace cartstorm::broker::test

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "broker-mock/net/cloud_service.hpp"
#include "tests/unit/broker-net/support/temporary_folder.hpp"

/// A cloud that lives through its journal again knows what the first one knew.
namespace cartstorm::broker::net {
namespace {

constexpr ServerTime epoch{1'795'000'000'000};

struct Life {
  Database database;
  Journal journal{database};
  CloudService cloud;

  explicit Life(const std::filesystem::path& folder)
      : database{folder / "x.db", Durability::process_kill, Journal::schema()},
        cloud{config(), journal} {}

  static CloudConfig config() {
    CloudConfig config;
    config.seed = 7;
    config.delivers_to_absent = true;
    return config;
  }
};

/// One thing that happens, and how much later (or earlier: somebody sets the clock).
struct Step {
  int what = 0, which = 0;
  std::int64_t later_ms = 0;
};

rc::Gen<Step> any_step() {
  return rc::gen::build<Step>(
      rc::gen::set(&Step::what, rc::gen::inRange(0, 12)),
      rc::gen::set(&Step::which, rc::gen::inRange(0, 3)),
      rc::gen::set(&Step::later_ms, rc::gen::weightedOneOf<std::int64_t>(
                                        {{8, rc::gen::inRange<std::int64_t>(0, 90'000)},
                                         {1, rc::gen::inRange<std::int64_t>(-7'200'000, 0)},
                                         {1, rc::gen::inRange<std::int64_t>(0, 7'200'000)}})));
}

http::Response call(CloudService& cloud, std::string method, std::string target, std::string body,
                    ServerTime now) {
  const bool changes = method != "GET";
  return cloud.iot("iot", {std::move(method), std::move(target), {}, std::move(body)}, changes,
                   now);
}

std::string job_for(const std::string& cart, const std::string& more) {
  return fmt::format(
      R"({{"targets":["arn:aws:iot:us-east-1:123456789012:thing/{}"],"document":"{{}}"{}}})", cart,
      more);
}

void take(CloudService& cloud, const Step& step, std::size_t number, ServerTime now) {
  const std::string cart = fmt::format("cart-{}", step.which);
  const std::string topic = "$aws/things/" + cart + "/jobs/";
  switch (step.what) {
    case 0:
      return cloud.add_thing(cart, now);
    case 1:
      return cloud.connected(cart, now);
    case 2:
      return cloud.disconnected(cart, now);
    case 3:
      return cloud.message(cart, "carts/" + cart + "/heartbeat",
                           R"({"version":"1.8.0","slot":"a","state":"idle","secver":3,)"
                           R"("anchors":[]})",
                           now);
    case 4:
      return cloud.message(
          cart, "carts/" + cart + "/error",
          fmt::format(R"({{"version":"1.8.0","code":1,"episode":"{:016x}"}})", number), now);
    case 5:
      return cloud.message(cart, topic + "start-next", R"({"stepTimeoutInMinutes":1})", now);
    case 6:
      return cloud.message(cart, topic + "$next/get", "{}", now);
    case 7:
      call(cloud, "POST", "/things/" + cart, "{}", now);
      return;
    case 8:
      call(cloud, "PUT", fmt::format("/jobs/j{}", number),
           job_for(cart, R"(,"timeoutConfig":{"inProgressTimeoutInMinutes":1})"), now);
      return;
    case 9:
      call(cloud, "GET", "/jobs", "", now);
      return;
    case 10:
      cloud.operate("job/cancel",
                    fmt::format(R"({{"job":"j{}","person":"ann","reason":"test"}})", step.which),
                    now);
      return;
    default:
      cloud.advance(now);
  }
}

std::vector<std::string> told(const CloudService& cloud) {
  std::vector<std::string> lines;
  for (const EventFeed::Event& event : cloud.feed().events()) lines.push_back(event.json);
  return lines;
}

std::string jobs_of(CloudService& cloud, ServerTime now) {
  return call(cloud, "GET", "/jobs?maxResults=250", "", now).body +
         call(cloud, "GET", "/things/cart-0/jobs", "", now).body +
         call(cloud, "GET", "/things", "", now).body;
}

RC_GTEST_PROP(CloudService, AnotherLifeThroughTheJournalIsTheSame, ()) {
  const auto steps = *rc::gen::resize(120, rc::gen::container<std::vector<Step>>(any_step()));
  const TemporaryFolder folder;
  ServerTime now = epoch;
  ServerTime last = epoch;
  std::vector<std::string> first;
  std::string jobs;
  {
    Life life{folder.path()};
    for (std::size_t i = 0; i < steps.size(); ++i) {
      now = now + steps[i].later_ms;
      last = std::max(last, now);
      take(life.cloud, steps[i], i, now);
      life.cloud.take_deliveries();
    }
    jobs = jobs_of(life.cloud, last);
    first = told(life.cloud);
    RC_ASSERT(life.database.commit());
  }
  Life again{folder.path()};
  again.cloud.replay();
  RC_ASSERT(told(again.cloud) == first);
  RC_ASSERT(jobs_of(again.cloud, last) == jobs);
}

/// An anchor that an older build took, as no check asked what its certificate is.
TEST(CloudService, WhatWasTakenYesterdayIsNotJudgedByTheChecksOfToday) {
  const std::string body =
      R"({"anchor":"00000000000000aa","certificate":"AAAA","not_before_s":1,"not_after_s":2})";
  EXPECT_THAT(problem_of_operation("anchor/add", body), testing::HasSubstr("no X.509"));
  const TemporaryFolder folder;
  Life life{folder.path()};
  EXPECT_EQ(life.cloud.operate("anchor/add", body, epoch).status, 200);
}

}  // namespace
}  // namespace cartstorm::broker::net

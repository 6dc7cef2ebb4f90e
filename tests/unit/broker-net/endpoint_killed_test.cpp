#include <fmt/format.h>
#include <gmock/gmock.h>

#include <atomic>
#include <set>
#include <thread>

#include "broker-mock/base/draw.hpp"
#include "tests/unit/broker-net/support/aws_request.hpp"
#include "tests/unit/broker-net/support/mqtt_client.hpp"
#include "tests/unit/broker-net/support/running_endpoint.hpp"
#include "tests/unit/broker-net/support/secrets_of.hpp"
#include "tests/unit/broker-net/support/temporary_folder.hpp"

/// The endpoint is killed at random moments under load. What it had acknowledged by then is what a
/// model of plain sets says; a new process has to know all of it.
namespace cartstorm::broker::net {
namespace {

using testing::HasSubstr;

constexpr int rounds = 6;

/// Everything that a client was told is safe.
struct Acknowledged {
  std::set<std::string> rollbacks;  ///< occurrence ids
  std::set<std::string> queued;     ///< payloads for the absent reader
  std::set<std::string> objects;    ///< keys
  std::set<std::string> jobs;
};

std::string rollback_of(const std::string& occurrence) {
  return fmt::format(
      R"({{"occurrence":"{}","target":"2.0.0","running":"1.8.0","reason":"attempts_spent",)"
      R"("attempt":"0000000000000007"}})",
      occurrence);
}

class Storm {
 public:
  Storm(const std::filesystem::path& data, std::uint64_t seed) : data_{data}, seed_{seed} {}

  /// Load from three sides until the process dies under it.
  void rage(int round) {
    EndpointProcess endpoint{test_options(data_)};
    const Addresses at = endpoint.addresses();
    raging_ = 3;
    std::thread carts{[&] { report_rollbacks(at.mqtt, round), --raging_; }};
    std::thread writer{[&] { fill_queue(at.mqtt, round), --raging_; }};
    std::thread tool{[&] { put_and_create(at.http, round), --raging_; }};
    // A number of acknowledgements instead of a time: the same test on a slow machine.
    const int patience = 5 + static_cast<int>(draw(seed_, 0, static_cast<unsigned>(round)) % 120);
    while (acknowledgements_ < patience && raging_ > 0) std::this_thread::yield();
    EXPECT_GT(raging_, 0) << "it ended before it was killed";
    endpoint.kill();
    carts.join();
    writer.join();
    tool.join();
    acknowledgements_ = 0;
  }

  const Acknowledged& known() const { return known_; }

 private:
  void report_rollbacks(const std::string& mqtt, int round) {
    MqttClient cart{mqtt};
    if (cart.connect("cart-1") != 0) return;
    for (int i = 0;; ++i) {
      const std::string occurrence = fmt::format("{:08x}{:08x}", round + 1, i);
      if (!cart.publish_safely("carts/cart-1/rollback", rollback_of(occurrence))) return;
      known_.rollbacks.insert(occurrence);
      ++acknowledgements_;
    }
  }
  void fill_queue(const std::string& mqtt, int round) {
    MqttClient writer{mqtt};
    if (writer.connect("writer") != 0) return;
    for (int i = 0;; ++i) {
      const std::string payload = fmt::format("{}-{}", round, i);
      if (!writer.publish_safely("lab/queue", payload)) return;
      known_.queued.insert(payload);
      ++acknowledgements_;
    }
  }
  void put_and_create(const std::string& http, int round) {
    for (int i = 0;; ++i) {
      const std::string key = fmt::format("{}-{}", round, i);
      const HttpReply put =
          call_aws(http, data_, {"PUT", "/firmware/" + key, std::string(1000, 'x'), "s3"});
      if (put.status != 200) return;
      known_.objects.insert(key);
      ++acknowledgements_;
      const std::string job =
          fmt::format(R"({{"targets":["arn:aws:iot:us-east-1:123456789012:thing/cart-1"],)"
                      R"("document":"{{\"n\":{}}}"}})",
                      i);
      const HttpReply created = call_aws(http, data_, {"PUT", "/jobs/job-" + key, job, "iot"});
      if (created.status != 200) return;
      known_.jobs.insert("job-" + key);
      ++acknowledgements_;
    }
  }

  std::filesystem::path data_;
  std::uint64_t seed_;
  std::atomic<int> acknowledgements_ = 0;
  std::atomic<int> raging_ = 0;
  Acknowledged known_;
};

/// What the absent reader finds.
std::multiset<std::string> collect(const std::string& mqtt) {
  MqttClient reader{mqtt};
  EXPECT_EQ(reader.connect("reader", false), 0);
  EXPECT_TRUE(reader.had_session());
  MqttClient writer{mqtt};
  EXPECT_EQ(writer.connect("closer"), 0);
  EXPECT_TRUE(writer.publish_safely("lab/queue", "end"));
  std::multiset<std::string> found;
  for (Packet message = reader.next_message(); message.type == 3; message = reader.next_message()) {
    reader.acknowledge(message.id());
    if (message.payload() == "end") break;
    found.insert(message.payload());
  }
  return found;
}

std::uint64_t number_after(const std::string& text, const std::string& key) {
  const std::size_t at = text.find(key);
  return at == std::string::npos ? 0 : std::stoull(text.substr(at + key.size()));
}

TEST(EndpointKilled, NothingAcknowledgedIsLost) {
  const TemporaryFolder folder;
  // Its name is random, and that is all that we need.
  const std::uint64_t seed = hash_of(folder.path().native());
  SCOPED_TRACE(fmt::format("seed {}", seed));
  {
    const RunningEndpoint endpoint{test_options(folder.path())};
    MqttClient reader{endpoint.addresses().mqtt};
    ASSERT_EQ(reader.connect("reader", false), 0);
    reader.subscribe("lab/queue");
    reader.disconnect();
    const Addresses& at = endpoint.addresses();
    ASSERT_EQ(call_aws(at.http, folder.path(), {"PUT", "/firmware", "", "s3"}).status, 200);
    ASSERT_EQ(call_aws(at.http, folder.path(), {"POST", "/things/cart-1", "{}", "iot"}).status,
              200);
  }
  Storm storm{folder.path(), seed};
  for (int round = 0; round < rounds; ++round) storm.rage(round);

  const RunningEndpoint endpoint{test_options(folder.path())};
  const Addresses& at = endpoint.addresses();
  const Acknowledged& known = storm.known();
  ASSERT_GT(known.rollbacks.size() + known.queued.size() + known.objects.size(), 20U);
  const std::string status = ask(at.admin, "GET", "/status").body;
  // Each round may have had one more on its way that was kept and not acknowledged.
  const std::uint64_t counted = number_after(status, "\"occurrences\":");
  EXPECT_GE(counted, known.rollbacks.size());
  EXPECT_LE(counted, known.rollbacks.size() + rounds);
  const std::multiset<std::string> found = collect(at.mqtt);
  for (const std::string& payload : known.queued) EXPECT_GE(found.count(payload), 1U) << payload;
  EXPECT_LE(found.size(), known.queued.size() + rounds);
  for (const std::string& key : known.objects) {
    const HttpReply reply = call_aws(at.http, folder.path(), {"GET", "/firmware/" + key, "", "s3"});
    EXPECT_TRUE(reply.body == std::string(1000, 'x')) << key << ": " << reply.status;
  }
  for (const std::string& job : known.jobs) {
    EXPECT_EQ(call_aws(at.http, folder.path(), {"GET", "/jobs/" + job, "", "iot"}).status, 200)
        << job;
  }
}

TEST(EndpointKilled, AcknowledgesNothingThatTheDiskDoesNotTake) {
  const TemporaryFolder folder;
  std::uint64_t acknowledged = 0;
  {
    RunningEndpoint endpoint{test_options(folder.path())};
    MqttClient cart{endpoint.addresses().mqtt};
    ASSERT_EQ(cart.connect("cart-1"), 0);
    const std::string bearer = bearer_of(folder.path());
    ASSERT_EQ(
        ask(endpoint.addresses().admin, "POST", "/chaos", R"({"disk_full":true})", bearer).status,
        200);
    // There is some room in pages that are begun.
    const auto send = [&] {
      const std::string occurrence = fmt::format("{:016x}", acknowledged + 1);
      return cart.publish_safely("carts/cart-1/rollback", rollback_of(occurrence));
    };
    while (acknowledged < 10'000 && send()) ++acknowledged;
    EXPECT_LT(acknowledged, 10'000U);
    EXPECT_THAT(endpoint.stop(), HasSubstr("database or disk is full"));
  }
  const RunningEndpoint endpoint{test_options(folder.path())};
  const std::string status = ask(endpoint.addresses().admin, "GET", "/status").body;
  EXPECT_EQ(number_after(status, "\"occurrences\":"), acknowledged);
}

}  // namespace
}  // namespace cartstorm::broker::net

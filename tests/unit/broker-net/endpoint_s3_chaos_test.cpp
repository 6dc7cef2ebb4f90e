#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <charconv>
#include <fstream>

#include "tests/unit/broker-net/support/chaos_bench.hpp"

namespace cartstorm::broker::net {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Of this process, in which the endpoint runs.
std::size_t resident_bytes() {
  std::ifstream statm{"/proc/self/statm"};
  std::size_t all = 0;
  std::size_t resident = 0;
  statm >> all >> resident;
  return resident * 4096;
}

/// Every fault of the object store, over a socket.
struct EndpointS3Chaos : ChaosBench {
  std::string page = numbered(1000);

  void SetUp() override {
    ASSERT_EQ(s3("PUT", "/bucket").status, 200);
    ASSERT_EQ(s3("PUT", "/bucket/key", page).status, 200);
  }
  /// No two stretches of it are alike.
  static std::string numbered(std::size_t size) {
    std::string text;
    for (int i = 0; text.size() < size; ++i) text += fmt::format("{:05},", i);
    text.resize(size);
    return text;
  }
  void begin_get(Client& client, std::string_view more = {}) {
    client.send(signed_request(at.http, folder.path(), {"GET", "/bucket/key", "", "s3"}, more));
  }
};

TEST_F(EndpointS3Chaos, RefusesRequestsAsAStoreInTrouble) {
  set(R"({"s3":{"slow_down":1000}})");
  const HttpReply slow = s3("GET", "/bucket/key");
  EXPECT_EQ(slow.status, 503);
  EXPECT_THAT(slow.body, HasSubstr("<Code>SlowDown</Code>"));
  set(R"({"s3":{"internal_error":1000}})");
  const HttpReply broken = s3("PUT", "/bucket/key", "other");
  EXPECT_EQ(broken.status, 500);
  EXPECT_THAT(broken.body, HasSubstr("<Code>InternalError</Code>"));
  set("{}");
  EXPECT_EQ(s3("GET", "/bucket/key").body, page) << "what was refused was not done";
}

TEST_F(EndpointS3Chaos, LetsPresignedUrlsExpire) {
  const std::string target = presigned_target(at.http, folder.path(), "/bucket/key");
  EXPECT_EQ(ask(at.http, "GET", target).body, page);
  set(R"({"s3":{"expired_url":1000}})");
  const HttpReply expired = ask(at.http, "GET", target);
  EXPECT_EQ(expired.status, 403);
  EXPECT_THAT(expired.body, HasSubstr("Request has expired"));
  EXPECT_EQ(s3("GET", "/bucket/key").status, 200) << "a signature in the header is none";
}

TEST_F(EndpointS3Chaos, IgnoresRanges) {
  constexpr std::string_view range = "Range: bytes=10-19\r\n";
  Client good{at.http};
  begin_get(good, range);
  EXPECT_EQ(read_reply(good).body, page.substr(10, 10));
  set(R"({"s3":{"ignored_range":1000}})");
  Client client{at.http};
  begin_get(client, range);
  const HttpReply whole = read_reply(client);
  EXPECT_EQ(whole.status, 200);
  EXPECT_EQ(whole.body, page);
}

TEST_F(EndpointS3Chaos, ReplacesTheObjectInBetween) {
  const auto etag_of = [](const HttpReply& reply) {
    const std::size_t from = reply.head.find("ETag: ") + 6;
    return reply.head.substr(from, reply.head.find("\r\n", from) - from);
  };
  const HttpReply before = s3("GET", "/bucket/key");
  set(R"({"s3":{"changed_object":1000}})");
  const HttpReply after = s3("GET", "/bucket/key");
  EXPECT_EQ(after.body.size(), page.size());
  EXPECT_NE(after.body, page);
  EXPECT_NE(etag_of(after), etag_of(before));
  Client careful{at.http};
  begin_get(careful, "If-Match: " + etag_of(before) + "\r\n");
  EXPECT_EQ(read_reply(careful).status, 412);
}

TEST_F(EndpointS3Chaos, CutsBodiesWhereItIsToldTo) {
  set(R"({"s3":{"truncated_body":1000}})");
  const HttpReply half = s3("GET", "/bucket/key");
  EXPECT_THAT(half.head, HasSubstr("Content-Length: 1000\r\n"));
  EXPECT_EQ(half.body, page.substr(0, 500));
  for (const int kept : {0, 1, 250, 999}) {
    set(fmt::format(R"({{"s3":{{"truncated_body":1000,"kept_per_mille":{}}}}})", kept));
    Client client{at.http};
    begin_get(client);
    EXPECT_THAT(client.read_until("\r\n\r\n"), HasSubstr("Content-Length: 1000\r\n"));
    EXPECT_EQ(client.read_all(), page.substr(0, static_cast<std::size_t>(kept)));
    EXPECT_FALSE(client.was_reset());
  }
}

TEST_F(EndpointS3Chaos, CutsBodiesWithAReset) {
  set(R"({"s3":{"reset_body":1000,"kept_per_mille":100}})");
  Client client{at.http};
  begin_get(client);
  EXPECT_LE(client.read_all().size(), 1000U);
  EXPECT_TRUE(client.was_reset());
}

TEST_F(EndpointS3Chaos, AnnouncesWrongLengths) {
  set(R"({"s3":{"wrong_length":1000}})");
  Client longer{at.http};
  begin_get(longer);
  EXPECT_THAT(longer.read_until("\r\n\r\n"), HasSubstr("Content-Length: 1001\r\n"));
  EXPECT_EQ(longer.read_all(), page);
  set(R"({"s3":{"wrong_length":1000,"length_error":-990}})");
  Client shorter{at.http};
  begin_get(shorter);
  EXPECT_THAT(shorter.read_until("\r\n\r\n"), HasSubstr("Content-Length: 10\r\n"));
  EXPECT_EQ(shorter.read_all(), page) << "more than was announced";
}

TEST_F(EndpointS3Chaos, SendsBodiesThatNeverEnd) {
  set(R"({"s3":{"endless_body":1000}})");
  Client client{at.http};
  begin_get(client);
  EXPECT_THAT(client.read_until("\r\n\r\n"), HasSubstr("Content-Length: 1000\r\n"));
  for (int i = 0; i < 20'000; ++i) ASSERT_EQ(client.read(1000), page) << i;
  // It ends for those who come after the fault, and for this one by an operator's hand.
  set("{}");
  EXPECT_EQ(s3("GET", "/bucket/key").body, page);
  EXPECT_EQ(client.read(1000), page);
  ASSERT_EQ(change("/connections/drop", R"({"of":"http"})").status, 200);
  client.read_all();
  EXPECT_TRUE(client.was_reset());
}

TEST_F(EndpointS3Chaos, SendsChunksThatNeverEnd) {
  set(R"({"s3":{"endless_chunks":1000}})");
  Client client{at.http};
  begin_get(client);
  const std::string head = client.read_until("\r\n\r\n");
  EXPECT_THAT(head, HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("Content-Length")));
  std::string body;
  while (body.size() < 3'000'000) {
    const std::string line = client.read_until("\r\n");
    std::size_t size = 0;
    std::from_chars(line.data(), line.data() + line.size(), size, 16);
    ASSERT_GT(size, 0U) << "0 would be the last";
    body += client.read(size);
    ASSERT_EQ(client.read(2), "\r\n");
  }
  for (std::size_t at_byte = 0; at_byte + 1000 <= body.size(); at_byte += 1000) {
    ASSERT_EQ(body.compare(at_byte, 1000, page), 0) << at_byte;
  }
}

/// Whoever does not read gets no more made for it: bodies without an end take no memory, and no
/// turn of the others.
TEST_F(EndpointS3Chaos, WaitsForTheReaderOfABodyWithoutAnEnd) {
  set(R"({"s3":{"endless_body":1000}})");
  Client stalled{at.http, 4096};
  begin_get(stalled);
  ASSERT_THAT(stalled.read_until("\r\n\r\n"), HasSubstr("200 OK"));
  EXPECT_EQ(stalled.read(1000), page);
  const std::size_t before = resident_bytes();
  for (int i = 0; i < 200; ++i) ASSERT_EQ(s3("HEAD", "/bucket/key").status, 200) << i;
  // Sanitizers keep what was freed for a while.
  constexpr std::size_t most = std::size_t{64} << 20;
  EXPECT_LT(resident_bytes(), before + most);
  for (int i = 0; i < 2000; ++i) ASSERT_EQ(stalled.read(1000), page) << i;
}

TEST_F(EndpointS3Chaos, LeavesOtherMethodsTheirEnds) {
  set(R"({"s3":{"endless_body":1000,"endless_chunks":1000}})");
  EXPECT_EQ(s3("HEAD", "/bucket/key").status, 200);
  EXPECT_EQ(s3("PUT", "/bucket/key", "new").status, 200);
  EXPECT_EQ(s3("GET", "/bucket/nothing").status, 404);
}

}  // namespace
}  // namespace cartstorm::broker::net

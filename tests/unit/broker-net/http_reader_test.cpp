#include <gmock/gmock.h>

#include "broker-mock/net/http_reader.hpp"

namespace cartstorm::broker::net {
namespace {

using Event = HttpReader::Event;

constexpr HttpLimits limits{200, 1000, 100, 75};

std::string head_of_size(std::size_t size) {
  std::string head = "GET / HTTP/1.1\r\nA: ";
  head.append(size - head.size() - 4, 'a');
  return head + "\r\n\r\n";
}

/// What comes of it, in pieces of that size.
Event read(std::string_view bytes, std::size_t piece) {
  HttpReader reader{limits, false};
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    reader.add(bytes.substr(at, piece));
    if (const Event event = reader.next(); event != Event::nothing) return event;
  }
  return Event::nothing;
}

TEST(HttpReader, LimitsHeadsAlikeInAllPieces) {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{1000}}) {
    EXPECT_EQ(read(head_of_size(200), piece), Event::request) << piece;
    EXPECT_EQ(read(head_of_size(201), piece), Event::refused) << piece;
    const std::string endless = head_of_size(300);
    EXPECT_EQ(read(endless.substr(0, 199), piece), Event::nothing) << piece;
    EXPECT_EQ(read(endless.substr(0, 200), piece), Event::refused) << piece;
  }
}

TEST(HttpReader, SaysNothingAfterARefusal) {
  HttpReader reader{limits, false};
  reader.add("nonsense\r\n\r\n");
  EXPECT_EQ(reader.next(), Event::refused);
  EXPECT_EQ(reader.status(), 400);
  reader.add("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(reader.next(), Event::nothing);
}

TEST(HttpReader, InvitesABodyBeforeItTakesIt) {
  HttpReader reader{limits, false};
  reader.add("PUT /a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi");
  EXPECT_EQ(reader.next(), Event::invites);
  EXPECT_EQ(reader.next(), Event::request);
  EXPECT_EQ(reader.take().request.body, "hi");
  EXPECT_EQ(reader.next(), Event::nothing);
  EXPECT_FALSE(reader.is_in_request());
}

TEST(HttpReader, TakesLittleOfWhoSaysNothingOfItself) {
  const std::string bytes =
      "PUT /a HTTP/1.1\r\nContent-Length: 101\r\n\r\n" + std::string(101, 'x');
  EXPECT_EQ(read(bytes, 10), Event::refused);
  HttpReader known{limits, true};
  known.add(bytes);
  EXPECT_EQ(known.next(), Event::request);
}

}  // namespace
}  // namespace cartstorm::broker::net

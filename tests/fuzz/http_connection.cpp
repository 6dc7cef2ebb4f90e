#include <algorithm>
#include <tuple>

#include "broker-mock/net/http_reader.hpp"
#include "broker-mock/net/http_text.hpp"
#include "broker-mock/s3/service.hpp"
#include "kit.hpp"
#include "tests/unit/broker-mock/support/independent_signer.hpp"

// The bytes of one HTTP connection, from the socket to the answer: what they mean does not depend
// on the pieces in which they come, limits hold, nothing comes after a refusal, and every answer is
// one that a client can read. First how they come and who they are from (one byte), then they.
namespace ota::fuzz {
namespace {

namespace broker = cartstorm::broker;
namespace net = broker::net;
using Event = net::HttpReader::Event;

constexpr broker::ServerTime now{1'710'072'060'000};  // a minute after the signer's date
constexpr net::HttpLimits limits{1024, 4096, 256, 75};

/// All that was read of a connection, and how it ended.
struct Reading {
  std::vector<net::HttpReader::Message> messages;
  std::size_t invitations = 0;
  bool is_refused = false;
};

bool is_same(const broker::http::Field& a, const broker::http::Field& b) {
  return a.name == b.name && a.value == b.value;
}

bool is_same(const net::HttpReader::Message& a, const net::HttpReader::Message& b) {
  const auto shape = [](const net::HttpReader::Message& message) {
    return std::tie(message.request.method, message.request.target, message.request.body,
                    message.is_http_1_0, message.keeps_alive, message.is_head);
  };
  return shape(a) == shape(b) && std::ranges::equal(a.request.fields, b.request.fields,
                                                    [](const auto& field, const auto& other) {
                                                      return is_same(field, other);
                                                    });
}

void take_events(net::HttpReader& reader, Reading& reading) {
  for (Event event = reader.next(); event != Event::nothing; event = reader.next()) {
    require(!reading.is_refused, "nothing comes after a refusal");
    if (event == Event::invites) ++reading.invitations;
    if (event == Event::refused) {
      reading.is_refused = true;
      require(reader.status() == 400 || reader.status() == 413 || reader.status() == 431,
              "a refusal has one of our statuses");
      require(!reader.problem().empty(), "a refusal says why");
    }
    if (event == Event::request) reading.messages.push_back(reader.take());
  }
}

Reading read(std::string_view bytes, std::size_t piece, bool is_known) {
  net::HttpReader reader{limits, is_known};
  Reading reading;
  while (!bytes.empty()) {
    reader.add(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    take_events(reader, reading);
  }
  return reading;
}

void judge_request(const net::HttpReader::Message& message) {
  const broker::http::Request& request = message.request;
  require(request.body.size() <= limits.body_bytes, "no body is longer than it may be");
  std::size_t head = request.method.size() + request.target.size();
  for (const auto& field : request.fields) {
    head += field.name.size() + field.value.size();
    require(field.value.find_first_of(std::string_view{"\r\n\0", 3}) == std::string::npos,
            "a field is one line");
  }
  // A chunked body may have as many again behind it.
  require(head <= std::size_t{2} * limits.header_bytes, "no head is longer than it may be");
}

/// A line, a field a line, an empty line; one way to tell where the body ends.
void judge_head(std::string_view head, bool is_chunked) {
  require(head.starts_with("HTTP/1.1 ") && head.ends_with("\r\n\r\n"), "a head is whole");
  int lengths = 0;
  for (std::size_t at = head.find("\r\n") + 2; at + 2 < head.size();) {
    const std::size_t end = head.find("\r\n", at);
    const std::string_view line = head.substr(at, end - at);
    at = end + 2;
    require(line.find(": ") != std::string_view::npos, "a line of a head is a field");
    require(std::ranges::all_of(line,
                                [](char c) {
                                  const auto byte = static_cast<unsigned char>(c);
                                  return byte >= 0x20 && byte != 0x7f;
                                }),
            "a field is text");
    if (line.starts_with("Content-Length: ") || line.starts_with("Transfer-Encoding: ")) ++lengths;
  }
  require(lengths == 1 || head.starts_with("HTTP/1.1 204"), "the end of the body is told once");
  require(!is_chunked || head.find("\r\nTransfer-Encoding: chunked\r\n") != std::string_view::npos,
          "chunks are announced");
}

/// No client signs a target whose escapes are broken.
bool can_be_signed(std::string_view target) {
  const auto [path, query] = broker::http::split_target(target);
  return broker::http::decoded(path) && broker::http::parse_query(query);
}

/// A store with one object, that answers in all the ways that it can be told to.
struct Store {
  broker::http::Authenticator authenticator{"us-east-1"};
  broker::test::IndependentSigner signer;
  broker::s3::Inventory inventory;
  broker::s3::MemoryObjectStore durable;
  std::optional<broker::s3::Service> service;

  Store() {
    authenticator.keys().add(signer.access_key, {signer.secret});
    inventory.apply(broker::s3::BucketPut{"fleet", now});
    service.emplace(broker::s3::ServiceConfig{}, authenticator, inventory, durable);
    service->handle(
        signer.sign({"PUT", "/fleet/fw.bin", {{"Host", "127.0.0.1:9000"}}, "0123456789"}), now);
    broker::s3::Chaos chaos;
    chaos.truncated_body = chaos.reset_body = chaos.wrong_length = 200;
    chaos.endless_body = chaos.endless_chunks = chaos.changed_object = 200;
    chaos.length_error = -3;
    service->set_chaos(chaos);
  }
  void answer(const net::HttpReader::Message& message, bool is_signed) {
    broker::http::Request request = message.request;
    if (is_signed && can_be_signed(request.target)) request = signer.sign(std::move(request));
    const auto response = service->handle(std::move(request), now);
    net::Framing framing{message.is_http_1_0, message.keeps_alive, message.is_head, false};
    framing.is_chunked = response.end == broker::http::Response::End::never_in_chunks;
    judge_head(net::head_of(response, framing, now), framing.is_chunked);
    const std::size_t most = response.content ? response.content->size() : response.body.size();
    require(net::body_size(response, framing) <= most, "a body is what there is");
    require(!message.is_head || net::body_size(response, framing) == 0, "HEAD has no body");
  }
};

}  // namespace

void run(Bytes bytes) {
  Input input{bytes};
  const unsigned way = input.u8();
  const bool is_known = (way & 1U) != 0;
  const bool is_signed = (way & 2U) != 0;
  const std::size_t piece = (way >> 2U) + 1U;
  const std::string_view stream = text_of(input.rest());
  const Reading whole = read(stream, stream.size() + 1, is_known);
  const Reading parts = read(stream, piece, is_known);
  // What is wrong with a head may show only at its end, which need not come.
  require((whole.is_refused || !parts.is_refused) && whole.invitations == parts.invitations &&
              std::ranges::equal(whole.messages, parts.messages,
                                 [](const auto& a, const auto& b) { return is_same(a, b); }),
          "pieces do not matter");
  if (whole.messages.empty()) return;
  Store store;
  for (const net::HttpReader::Message& message : whole.messages) {
    judge_request(message);
    store.answer(message, is_signed);
  }
}

}  // namespace ota::fuzz

#include "broker-mock/net/admin_client.hpp"

#include <fmt/format.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <chrono>
#include <fstream>
#include <iterator>
#include <optional>

namespace cartstorm::broker::net {
namespace {

namespace asio = boost::asio;

std::optional<boost::json::object> read_json_file(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  boost::system::error_code error;
  const boost::json::value document = boost::json::parse(text, error);
  if (error || !document.is_object()) return std::nullopt;
  return document.get_object();
}

std::string text_of(const boost::json::object& object, std::string_view key) {
  const boost::json::value* const value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string{value->get_string()} : std::string{};
}

std::uint16_t status_of(std::string_view answer) {
  constexpr std::string_view front = "HTTP/1.1 ";
  std::uint16_t status = 0;
  if (answer.starts_with(front) && answer.size() > front.size() + 3) {
    std::from_chars(answer.data() + front.size(), answer.data() + front.size() + 3, status);
  }
  return status;
}

}  // namespace

std::string find_admin(const std::filesystem::path& data, AdminAccess& access) {
  const auto addresses = read_json_file(data / "addresses.json");
  const auto secrets = read_json_file(data / "secrets.json");
  if (secrets) access.token = text_of(*secrets, "admin_token");
  if (secrets && !addresses) {
    return fmt::format(
        "{0}: no endpoint answers, it has ended (cartstorm broker --data {0} starts "
        "it again)",
        data.string());
  }
  std::error_code ignored;
  if (!secrets && std::filesystem::exists(data / "secrets.json", ignored)) {
    return fmt::format("{}: cannot be read, or is damaged", (data / "secrets.json").string());
  }
  if (!addresses || !secrets) {
    return fmt::format("{}: no endpoint has run here (cartstorm broker --data DIR starts one)",
                       data.string());
  }
  const std::string where = text_of(*addresses, "admin");
  const std::size_t colon = where.rfind(':');
  if (colon == std::string::npos)
    return fmt::format("{}: addresses.json is damaged", data.string());
  access.host = where.substr(0, colon);
  access.port = where.substr(colon + 1);
  if (access.host.starts_with('[') && access.host.ends_with(']')) {
    access.host = access.host.substr(1, access.host.size() - 2);
  }
  if (access.host == "0.0.0.0") access.host = "127.0.0.1";
  if (access.host == "::") access.host = "::1";
  return {};
}

namespace {

constexpr std::chrono::seconds patience{10};

/// One exchange, which ends in time: `answer` is whole, or `problem` says why not.
struct Exchange {
  asio::io_context context{1};
  asio::ip::tcp::socket socket{context};
  boost::system::error_code problem = asio::error::timed_out;
  std::string answer;

  void run(const asio::ip::tcp::endpoint& peer, const std::string& request) {
    socket.async_connect(peer, [&](boost::system::error_code connected) {
      problem = connected;
      if (connected) return;
      problem = asio::error::timed_out;
      asio::async_write(socket, asio::buffer(request), [&](boost::system::error_code, std::size_t) {
        asio::async_read(socket, asio::dynamic_buffer(answer),
                         [&](boost::system::error_code, std::size_t) { problem = {}; });
      });
    });
    context.run_for(patience);
  }
};

}  // namespace

AdminReply ask_admin(const AdminAccess& access, std::string_view method, std::string_view target,
                     std::string_view body) {
  AdminReply reply;
  boost::system::error_code problem;
  const auto address = asio::ip::make_address(access.host, problem);
  std::uint16_t port = 0;
  std::from_chars(access.port.data(), access.port.data() + access.port.size(), port);
  const std::string request = fmt::format(
      "{} {} HTTP/1.1\r\nHost: {}:{}\r\nAuthorization: Bearer {}\r\nContent-Length: {}\r\n"
      "Connection: close\r\n\r\n{}",
      method, target, access.host, access.port, access.token, body.size(), body);
  Exchange exchange;
  if (!problem) exchange.run({address, port}, request);
  if (problem || exchange.problem) {
    reply.problem =
        fmt::format("no endpoint answers at {}:{}: {}; cartstorm broker --data DIR starts one",
                    access.host, access.port, (problem ? problem : exchange.problem).message());
    return reply;
  }
  const std::string& answer = exchange.answer;
  const std::size_t end = answer.find("\r\n\r\n");
  reply.status = status_of(answer);
  if (reply.status == 0 || end == std::string::npos) {
    reply.problem = fmt::format("what answers at {}:{} is no endpoint", access.host, access.port);
  } else {
    reply.body = answer.substr(end + 4);
  }
  return reply;
}

std::string error_of(const AdminReply& reply) {
  if (!reply.problem.empty()) return reply.problem;
  boost::system::error_code error;
  const boost::json::value document = boost::json::parse(reply.body, error);
  const boost::json::object* const object = error ? nullptr : document.if_object();
  const std::string text = object == nullptr ? std::string{} : text_of(*object, "error");
  return text.empty() ? fmt::format("status {}: {}", reply.status, reply.body) : text;
}

}  // namespace cartstorm::broker::net

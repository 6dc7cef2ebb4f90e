#include "broker-mock/net/listener.hpp"

#include <fmt/format.h>

#include <chrono>

namespace cartstorm::broker::net {
namespace {

/// Out of descriptors: whoever is queued waits this long before we look again.
constexpr std::chrono::milliseconds shortage_pause{100};
/// Accepted in one go before others have their turn.
constexpr int accepts_at_once = 512;

}  // namespace

std::string Listener::open(const std::string& address, std::uint16_t port, int backlog) {
  boost::system::error_code problem;
  const auto parsed = asio::ip::make_address(address, problem);
  if (problem) return fmt::format("\"{}\" is no IP address", address);
  const Tcp::endpoint endpoint{parsed, port};
  const auto attempt = [&](auto&& step) {
    if (!problem) step();
  };
  attempt([&] { acceptor_.open(endpoint.protocol(), problem); });
  attempt([&] { acceptor_.set_option(Tcp::acceptor::reuse_address{true}, problem); });
  attempt([&] { acceptor_.bind(endpoint, problem); });
  attempt([&] { acceptor_.listen(backlog, problem); });
  attempt([&] { acceptor_.non_blocking(true, problem); });
  if (problem) {
    close();
    return fmt::format("cannot listen on {}:{}: {}", address, port, problem.message());
  }
  return {};
}

void Listener::set_backlog(int backlog) {
  boost::system::error_code ignored;
  if (is_open()) acceptor_.listen(backlog, ignored);
}

void Listener::close() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  pause_.cancel();
}

std::string Listener::where() const {
  boost::system::error_code problem;
  const auto endpoint = acceptor_.local_endpoint(problem);
  if (problem) return "closed";
  const std::string address = endpoint.address().to_string();
  return endpoint.address().is_v6() ? fmt::format("[{}]:{}", address, endpoint.port())
                                    : fmt::format("{}:{}", address, endpoint.port());
}

std::uint16_t Listener::port() const {
  boost::system::error_code problem;
  const auto endpoint = acceptor_.local_endpoint(problem);
  return problem ? std::uint16_t{0} : endpoint.port();
}

void Listener::wait() {
  acceptor_.async_wait(Tcp::acceptor::wait_read, [this](boost::system::error_code gone) {
    if (!gone) accept_all();
  });
}

void Listener::take_queued() {
  // A shortage is noticed by whoever waits in accept_all(): nobody waits twice.
  if (is_open() && !is_short_of_descriptors_) accept_queued();
}

void Listener::accept_all() {
  if (const auto problem = accept_queued()) return be_short_of_descriptors(problem.message());
  is_short_of_descriptors_ = false;
  wait();
}

boost::system::error_code Listener::accept_queued() {
  for (int i = 0; i < accepts_at_once; ++i) {
    boost::system::error_code problem;
    Socket socket{loop_.context()};
    acceptor_.accept(socket, problem);
    if (problem == asio::error::would_block || problem == asio::error::connection_aborted) break;
    if (problem) return problem;
    if (chaos_.refuses) {
      socket.set_option(asio::socket_base::linger{true, 0}, problem);
      socket.close(problem);
      continue;
    }
    if (chaos_.half_open) {
      half_open_.push_back(std::move(socket));  // nobody will ever look at it
      continue;
    }
    accept_(std::move(socket));
  }
  return {};
}

void Listener::be_short_of_descriptors(const std::string& problem) {
  if (!is_short_of_descriptors_) {
    loop_.say(where(), fmt::format("cannot accept: {}; connections wait", problem));
  }
  is_short_of_descriptors_ = true;
  pause_.expires_after(shortage_pause);
  pause_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled) accept_all();
  });
}

}  // namespace cartstorm::broker::net

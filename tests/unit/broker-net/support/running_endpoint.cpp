#include "tests/unit/broker-net/support/running_endpoint.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <csignal>

namespace cartstorm::broker::net {

EndpointOptions test_options(const std::filesystem::path& data) {
  EndpointOptions options;
  options.data = data;
  options.mqtts_port = 0;
  options.mqtt_port = 0;
  options.http_port = 0;
  options.https_port = 0;
  options.admin_port = 0;
  return options;
}

RunningEndpoint::RunningEndpoint(EndpointOptions options) {
  endpoint_ = std::make_unique<Endpoint>(
      std::move(options), [this](std::string_view where, std::string_view what) {
        const std::lock_guard lock{mutex_};
        lines_.push_back(std::string{where} + ": " + std::string{what});
        said_.notify_all();
      });
  problem_ = endpoint_->start();
  EXPECT_EQ(problem_, "");
  if (problem_.empty()) thread_ = std::thread{[this] { problem_ = endpoint_->run(); }};
}

RunningEndpoint::~RunningEndpoint() { stop(); }

std::string RunningEndpoint::stop() {
  if (thread_.joinable()) {
    endpoint_->stop();
    thread_.join();
    endpoint_.reset();  // and with it the lock of its folder
  }
  return problem_;
}

std::vector<std::string> RunningEndpoint::log() const {
  const std::lock_guard lock{mutex_};
  return lines_;
}

bool RunningEndpoint::logs(std::string_view text) const {
  std::unique_lock lock{mutex_};
  return said_.wait_for(lock, std::chrono::seconds{10}, [&] {
    return std::any_of(lines_.begin(), lines_.end(), [&](const std::string& line) {
      return line.find(text) != std::string::npos;
    });
  });
}

EndpointProcess::EndpointProcess(const EndpointOptions& options) {
  std::array<int, 2> pipe_ends{};
  EXPECT_EQ(pipe(pipe_ends.data()), 0);
  child_ = fork();
  if (child_ == 0) {
    close(pipe_ends[0]);
    Endpoint endpoint{options, [](std::string_view, std::string_view) {}};
    const std::string problem = endpoint.start();
    const Addresses& at = endpoint.addresses();
    const std::string line = problem.empty() ? at.mqtt + " " + at.http + " " + at.admin : problem;
    if (write(pipe_ends[1], line.data(), line.size()) < 0) _exit(1);
    close(pipe_ends[1]);
    endpoint.run();
    _exit(0);
  }
  close(pipe_ends[1]);
  std::string line;
  std::array<char, 512> buffer{};
  for (ssize_t count = 1; count > 0;) {
    count = read(pipe_ends[0], buffer.data(), buffer.size());
    if (count > 0) line.append(buffer.data(), static_cast<std::size_t>(count));
  }
  close(pipe_ends[0]);
  const std::size_t first = line.find(' ');
  const std::size_t second = line.find(' ', first + 1);
  EXPECT_NE(second, std::string::npos) << line;
  if (second == std::string::npos) return;
  addresses_.mqtt = line.substr(0, first);
  addresses_.http = line.substr(first + 1, second - first - 1);
  addresses_.admin = line.substr(second + 1);
}

void EndpointProcess::kill() {
  if (child_ <= 0) return;
  ::kill(child_, SIGKILL);
  waitpid(child_, nullptr, 0);
  child_ = -1;
}

std::uint16_t port_of(const std::string& address) {
  std::uint16_t port = 0;
  const std::size_t colon = address.rfind(':');
  if (colon != std::string::npos) {
    std::from_chars(address.data() + colon + 1, address.data() + address.size(), port);
  }
  return port;
}

}  // namespace cartstorm::broker::net

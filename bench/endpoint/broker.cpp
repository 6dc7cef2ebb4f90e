#include "bench/endpoint/broker.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <ctime>
#include <fstream>
#include <iterator>
#include <thread>

#include "broker-mock/net/certificates.hpp"

namespace cartstorm::endpoint_bench {
namespace {

using broker::net::certificate_files;
using broker::net::CertificateWish;
using broker::net::make_certificate;

constexpr int attempts = 3;               ///< a port that was free may be taken meanwhile
constexpr int patience_of_start = 1'000;  ///< in steps of 10 ms

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// Mosquitto cannot be told to find one itself.
std::uint16_t free_port() {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  const bool is_bound =
      bind(descriptor, generic, size) == 0 && getsockname(descriptor, generic, &size) == 0;
  close(descriptor);
  return is_bound ? ntohs(address.sin_port) : std::uint16_t{0};
}

bool accepts(std::uint16_t port) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  const bool is_taken =
      connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(descriptor);
  return is_taken;
}

/// `"mqtts":"127.0.0.1:40001"` of addresses.json.
std::uint16_t port_in(const std::string& text, std::string_view key) {
  const std::size_t at = text.find(fmt::format("\"{}\":\"", key));
  if (at == std::string::npos) return 0;
  const std::size_t colon = text.find(':', at + key.size() + 4);
  return colon == std::string::npos
             ? std::uint16_t{0}
             : static_cast<std::uint16_t>(std::strtoul(text.c_str() + colon + 1, nullptr, 10));
}

std::string content_of(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

}  // namespace

std::string_view name_of(Kind kind) { return kind == Kind::cartstorm ? "cartstorm" : "mosquitto"; }

std::string make_certificates(const std::filesystem::path& folder) {
  const std::filesystem::path tls = folder / "tls";
  std::error_code error;
  std::filesystem::create_directories(tls, error);
  const std::int64_t from = std::time(nullptr) - 86'400;
  using Use = CertificateWish::Use;
  const CertificateWish ca{Use::ca, "endpoint_bench CA", {}, 30, from};
  const CertificateWish server{Use::server, "localhost", {"localhost", "127.0.0.1"}, 30, from};
  const CertificateWish client{Use::client, "carts", {}, 30, from};
  if (auto problem = make_certificate(ca, {}, tls / "ca"); !problem.empty()) return problem;
  auto problem = make_certificate(server, tls / "ca", tls / "server");
  return problem.empty() ? make_certificate(client, tls / "ca", tls / "client") : problem;
}

Broker::~Broker() {
  child_.end();
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

std::string Broker::start(const Places& places) {
  folder_ = places.folder / name_of(kind_);
  std::string problem;
  for (int i = 0; i < attempts; ++i) {
    std::error_code error;
    std::filesystem::remove_all(folder_, error);
    std::filesystem::create_directories(folder_, error);
    if (error) return fmt::format("{}: {}", folder_.string(), error.message());
    problem = kind_ == Kind::cartstorm ? start_cartstorm(places) : start_mosquitto(places);
    if (problem.empty()) problem = wait_for_ports();
    if (problem.empty()) return {};
    child_.end();
  }
  return problem;
}

std::string Broker::start_cartstorm(const Places& places) {
  const std::filesystem::path data = folder_ / "data";
  std::error_code error;
  std::filesystem::create_directories(data, error);
  std::filesystem::copy(places.folder / "tls", data / "tls", error);
  if (error) return fmt::format("{}: {}", data.string(), error.message());
  return child_.start({places.cartstorm.string(), "broker", "--data", data.string(), "--mqtts-port",
                       "0", "--mqtt-port", "0", "--http-port", "0", "--admin-port", "0"},
                      {}, folder_ / "log");
}

std::string Broker::start_mosquitto(const Places& places) {
  plain_port_ = free_port();
  tls_port_ = free_port();
  const auto server = certificate_files(places.folder / "tls" / "server");
  const auto ca = certificate_files(places.folder / "tls" / "ca");
  const std::filesystem::path settings = folder_ / "mosquitto.conf";
  std::ofstream out{settings};
  // Started by root, it would become a user who may not read our files.
  if (geteuid() == 0) out << "user root\n";
  out << "set_tcp_nodelay true\npersistence false\nlog_dest none\nallow_anonymous true\n"
         "max_queued_messages 0\nmax_inflight_messages 0\n";
  out << fmt::format("listener {} 127.0.0.1\n", plain_port_);
  out << fmt::format(
      "listener {} 127.0.0.1\ncafile {}\ncertfile {}\nkeyfile {}\n"
      "require_certificate true\n",
      tls_port_, ca.certificate.string(), server.certificate.string(), server.key.string());
  out.close();
  if (!out) return fmt::format("{}: cannot be written", settings.string());
  return child_.start({"mosquitto", "-c", settings.string()},
                      {fmt::format("LD_PRELOAD={}", places.long_backlog.string())},
                      folder_ / "log");
}

std::string Broker::wait_for_ports() {
  for (int i = 0; i < patience_of_start && child_.is_running(); ++i) {
    if (kind_ == Kind::cartstorm) {
      const std::string text = content_of(folder_ / "data" / "addresses.json");
      tls_port_ = port_in(text, "mqtts");
      plain_port_ = port_in(text, "mqtt");
    }
    if (tls_port_ != 0 && plain_port_ != 0 && accepts(tls_port_) && accepts(plain_port_)) return {};
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  return fmt::format("{} does not serve: {}", name_of(kind_), last_words());
}

std::string Broker::last_words() const {
  const std::string text = content_of(folder_ / "log");
  return text.size() <= 400 ? text : text.substr(text.size() - 400);
}

}  // namespace cartstorm::endpoint_bench

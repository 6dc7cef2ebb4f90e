#include "broker-mock/net/secrets.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/rand.h>
#include <unistd.h>

#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "broker-mock/net/certificates.hpp"
#include "broker-mock/net/json_members.hpp"

namespace cartstorm::broker::net {
namespace {

namespace json = boost::json;

std::string random_text(std::size_t count, std::string_view alphabet) {
  std::string text(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(text.data()), static_cast<int>(count)) != 1) {
    return {};
  }
  for (char& c : text) c = alphabet[static_cast<unsigned char>(c) % alphabet.size()];
  return text;
}

constexpr std::string_view upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::string_view mixed =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

bool make(Secrets& secrets) {
  secrets.admin_token = random_text(32, mixed.substr(0, 62));
  secrets.access_key = "AKIA" + random_text(16, upper);
  secrets.secret_key = random_text(40, mixed);
  return RAND_bytes(reinterpret_cast<unsigned char*>(&secrets.seed), sizeof secrets.seed) == 1 &&
         !secrets.admin_token.empty() && secrets.secret_key.size() == 40;
}

std::string write(const std::filesystem::path& file, const Secrets& secrets) {
  const std::string text = json::serialize(json::value{{"admin_token", secrets.admin_token},
                                                       {"access_key", secrets.access_key},
                                                       {"secret_key", secrets.secret_key},
                                                       {"seed", secrets.seed}}) +
                           "\n";
  // Whole or not at all: half a file would be in the way of the next start.
  const std::string draft = file.string() + ".draft";
  const int descriptor = open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool is_whole =
      descriptor >= 0 &&
      ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      fsync(descriptor) == 0 && rename(draft.c_str(), file.c_str()) == 0;
  const int problem = errno;
  if (descriptor >= 0) close(descriptor);
  return is_whole ? std::string{} : fmt::format("{}: {}", file.string(), std::strerror(problem));
}

std::string read(const std::filesystem::path& file, Secrets& secrets) {
  std::ifstream in{file, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  boost::system::error_code error;
  const json::value document = json::parse(text, error);
  std::string problem = error ? "is damaged" : "";
  {
    JsonMembers members{document, "", problem};
    for (const std::string_view key : {"admin_token", "access_key", "secret_key", "seed"}) {
      members.require(key);
    }
    members.text("admin_token", secrets.admin_token);
    members.text("access_key", secrets.access_key);
    members.text("secret_key", secrets.secret_key);
    members.whole("seed", secrets.seed);
  }
  if (problem.empty()) return {};
  return fmt::format("{}: {}; restore it, or start with a new folder", file.string(), problem);
}

}  // namespace

std::string load_secrets(const std::filesystem::path& folder, Secrets& secrets) {
  const std::filesystem::path file = folder / "secrets.json";
  std::error_code error;
  if (std::filesystem::exists(file, error)) return read(file, secrets);
  if (!make(secrets)) return "the random source of this machine does not answer";
  return write(file, secrets);
}

std::string ensure_certificates(const std::filesystem::path& folder,
                                const std::vector<std::string>& hosts, std::int64_t now_s,
                                bool& is_renewed) {
  const std::filesystem::path ca = folder / "ca";
  const std::filesystem::path server = folder / "server";
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fmt::format("{}: {}", folder.string(), error.message());
  // A little in the past: boards' clocks are never quite right.
  const std::int64_t from = now_s - 86'400;
  if (!std::filesystem::exists(certificate_files(ca).certificate, error)) {
    if (std::filesystem::exists(certificate_files(ca).key, error)) {
      return fmt::format(
          "{}: has no certificate beside it; restore that, or remove the key to make "
          "a new CA, which no client knows yet",
          certificate_files(ca).key.string());
    }
    CertificateWish wish{CertificateWish::Use::ca, "cartstorm endpoint CA", {}, 3650, from};
    if (auto problem = make_certificate(wish, {}, ca); !problem.empty()) return problem;
  }
  if (fits(server, hosts, now_s)) return {};
  // Also a key without its certificate, which is left of a start that was cut short.
  is_renewed = std::filesystem::remove(certificate_files(server).certificate, error);
  std::filesystem::remove(certificate_files(server).key, error);
  CertificateWish wish{CertificateWish::Use::server, hosts.front(), hosts, 825, from};
  return make_certificate(wish, ca, server);
}

}  // namespace cartstorm::broker::net
